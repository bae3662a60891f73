import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { describe, expect, test } from "vitest"
import { checkSchema, loadSchema } from "../engine/schema.ts"
import type { Value } from "../model/value.ts"
import {
  type BundledSchema,
  bundledById,
  bundledFor,
  bundledName,
  bundledNamed,
  bundledSchemas,
  bundledStem,
  bundledValue,
} from "./catalogue.ts"
import { packageFolder } from "./package.ts"
import { resolveBundled } from "./schemas.ts"

const text = { type: "string", minLength: 1 } as const
const texts = { type: "array", items: text, minItems: 1, uniqueItems: true } as const

/** What an entry of the index must say: where a schema is from, since when, and under which licence, among others. */
const entryShape: Value = {
  type: "object",
  properties: {
    name: { type: "string", pattern: "^[a-z][a-z0-9-]*$" },
    version: { type: "string", pattern: "^[0-9]+(?:\\.[0-9]+)*$" },
    title: text,
    files: texts,
    ids: texts,
    packs: texts,
    without: texts,
    reader: {
      type: "object",
      properties: { name: text, unknown: { enum: ["rejects", "ignores", "keeps", "misspelt"] } },
      required: ["name", "unknown"],
      additionalProperties: false,
    },
    severity: { enum: ["error", "warning", "info"] },
    source: { type: "string", pattern: "^(?:https://|npm:)" },
    revision: text,
    date: { type: "string", format: "date" },
    licence: text,
    changes: text,
  },
  required: ["name", "title", "reader", "severity", "source", "revision", "date", "licence"],
  additionalProperties: false,
}

test("the index says of every schema what it must", async () => {
  const shape = await loadSchema({ type: "array", items: entryShape, minItems: 1 })
  expect(checkSchema(shape, JSON.parse(JSON.stringify(bundledSchemas())))).toEqual([])
})

test("every schema has a name and a file of its own, and every file an entry", () => {
  const stems = bundledSchemas().map(bundledStem)
  expect(new Set(stems).size).toBe(stems.length)
  const files = readdirSync(join(packageFolder, "rules.d", "schemas")).filter((name) => name.endsWith(".schema.json"))
  expect(files.sort()).toEqual(stems.map((stem) => `${stem}.schema.json`).sort())
})

test("of several versions only the newest is laid on files and found by $schema", () => {
  const names = Map.groupBy(bundledSchemas(), ({ name }) => name)
  const older = [...names.values()].flatMap((versions) => versions.slice(1))
  expect(older.filter(({ files, ids }) => files !== undefined || ids !== undefined)).toEqual([])
})

/** Some of everything: each is right for few schemas and wrong for most. */
const probes: readonly Value[] = [
  {},
  [],
  "x",
  { model: "a/b", agent: { a: { mode: "primary" } } },
  { model: 1 },
  { mcp: { a: { type: "local", command: ["x"], enabled: true } } },
  { mcp: { a: { type: "local", command: "x" } } },
  { model: "x", approval_policy: "never", mcp_servers: { a: { command: "x", args: ["y"] } } },
  { approval_policy: 1, mcp_servers: { a: { command: ["x"] } } },
  { description: "a", mode: "primary", tools: { bash: false } },
  { description: 1, mode: "none", tools: "a, b" },
  { compilerOptions: { strict: true, target: "ES2022", lib: ["DOM", "es2023"] }, "my-tool": {} },
  { compilerOptions: { strict: "yes", targets: "es2022" } },
  { name: "a", version: "1.0.0", dependencies: { a: "1" }, "my-tool": {} },
  { name: "a", dependancies: { a: "1" }, bin: 1 },
  {
    on: "push",
    jobs: { a: { "runs-on": "x", steps: [{ run: "x" }], strategy: `\${{ fromJSON(needs.a.outputs.b) }}` } },
  },
  { on: { pushes: {} }, jobs: { a: { step: [] } } },
  { services: { a: { image: "x", "x-own": 1 } }, "x-own": 1 },
  { services: { a: { ports: 80 } } },
  { permissions: { allow: ["Bash(ls)"] }, hooks: { Stop: [{ hooks: [{ type: "command", command: "x" }] }] } },
  { permissions: { allow: "Bash(ls)" }, hooks: { Stop: [{ command: "x" }] } },
  { mcpServers: { a: { command: "x", args: ["y"] } } },
  { mcpServers: { a: { command: ["x"] } }, ui: { theme: 1 } },
]

describe.each(bundledSchemas().map((schema) => [bundledName(schema), schema] as const))("%s", (name, schema) => {
  test("compiles, and its quick program says the same", async () => {
    const compiled = await loadSchema(bundledValue(schema), resolveBundled)
    const path = join(packageFolder, "dist", "schemas", `${bundledStem(schema)}.js`)
    expect(existsSync(path), "npm run build").toBe(true)
    const program: { readonly default: (value: Value) => boolean } = await import(pathToFileURL(path).href)
    const judged = probes.map((probe) => checkSchema(compiled, probe).length === 0)
    const quick = probes.map((probe) => program.default(probe))
    // Keys of one's own, which only the words tell from slips, are for the schema itself.
    const isStrict = !JSON.stringify(bundledValue(schema)).includes('"misspelt"')
    expect(quick).toEqual(isStrict ? judged : quick.map((right, index) => right && judged[index]))
    expect(judged).toContain(false)
  })
  test("is found by its name and by its ids", () => {
    expect(bundledNamed(name, "a test")).toBe(schema)
    for (const id of schema.ids ?? []) expect(bundledById(`https://${id.replaceAll("*", "x")}.json`)).toBe(schema)
  })
})

test("docs/schemas.md lists them as they are", () => {
  const page = readFileSync(join(packageFolder, "docs", "schemas.md"), "utf8")
  const rows = bundledSchemas().map(
    (schema) =>
      `| \`${bundledName(schema)}\` | ${schema.title} | ${(schema.files ?? []).map((glob) => `\`${glob}\``).join(" ")} | ${schema.reader.unknown} | ${schema.severity} | ${schema.date} |`,
  )
  expect(page.split("\n").filter((line) => line.startsWith("| `cfgsync:"))).toEqual(rows)
})

test.each<readonly [string, string | undefined]>([
  ["opencode.json", "opencode"],
  ["home/.config/opencode/opencode.jsonc", "opencode"],
  ["opencode.json.bak", undefined],
  [".codex/config.toml", "codex"],
  ["config.toml", undefined],
  [".opencode/agent/review.md", "opencode-agent"],
  ["agent/review.md", undefined],
])("%s is held against %s", (path, name) => {
  expect(bundledFor(path)?.name).toBe(name)
})

test.each([
  ["https://opencode.ai/config.json", "opencode"],
  ["http://opencode.ai/config", "opencode"],
  ["https://www.opencode.ai/config.json#", "opencode"],
  ["https://x.test/config.json", undefined],
  ["./config.json", undefined],
])("$schema %s means %s", (url, name) => {
  expect(bundledById(url)?.name).toBe(name)
})

test.each([
  ["cfgsync:opencdoe", /no shipped schema cfgsync:opencdoe/, "did you mean cfgsync:opencode?"],
  [
    "cfgsync:opencode@9",
    /no shipped schema cfgsync:opencode@9/,
    "there are: cfgsync:opencode@1.18, cfgsync:opencode@1.17, cfgsync:opencode@1.0",
  ],
])("%s is refused with what there is", (name, message, hint) => {
  const refused = (): BundledSchema => bundledNamed(name, "a test")
  expect(refused).toThrow(message)
  expect(refused).toThrow(expect.objectContaining({ hint }))
})
