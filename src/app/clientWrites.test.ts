import { expect, test } from "vitest"
import type { Value } from "../model/value.ts"
import { isClients } from "./clientWrites.ts"

const schema = "https://opencode.ai/config.json"
const rows: readonly (readonly [
  title: string,
  path: string,
  change: { path: string[]; before?: Value; after?: Value },
  is: boolean,
])[] = [
  ["OpenCode adds its schema", "opencode.json", { path: ["$schema"], after: schema }, true],
  ["in its own folder too", ".opencode/opencode.jsonc", { path: ["$schema"], after: schema }, true],
  ["not into a file of another", "package.json", { path: ["$schema"], after: schema }, false],
  [
    "another schema is a change",
    "opencode.json",
    { path: ["$schema"], after: "https://evil.example/config.json" },
    false,
  ],
  ["so is one in its place", "opencode.json", { path: ["$schema"], before: "./mine.json", after: schema }, false],
  ["and that it is gone", "opencode.json", { path: ["$schema"], before: schema }, false],
  ["and one further down", "opencode.json", { path: ["agent", "$schema"], after: schema }, false],
  ["Qwen adds a version", ".qwen/settings.json", { path: ["$version"], after: 3 }, true],
  ["which is a number", ".qwen/settings.json", { path: ["$version"], after: "x" }, false],
]

test.each(rows)("%s", (_, path, change, is) => {
  expect(isClients(path, { document: 0, ...change })).toBe(is)
})
