import { expect, test } from "vitest"
import { matcher } from "./glob.ts"
import { globsOverlap } from "./globOverlap.ts"

test.each<[globs: readonly string[], path: string, meant: boolean]>([
  [[], "anything", true],
  [["opencode.json{,c}"], "opencode.json", true],
  [["opencode.json{,c}"], "deep/down/opencode.jsonc", true],
  [["opencode.json{,c}"], "my-opencode.json", false],
  [["*.md"], ".opencode/agent/a.md", true],
  [[".opencode/*.json"], ".opencode/a.json", true],
  [[".opencode/*.json"], "sub/.opencode/a.json", false],
  [["**/.opencode/*.json"], "sub/.opencode/a.json", true],
  [["**/.opencode/*.json"], ".opencode/a.json", true],
  [["./a.json"], "a.json", true],
  [["./a.json"], "b/a.json", false],
  [["/a.json"], "b/a.json", false],
  [[".github/workflows/*.{yml,yaml}"], ".github/workflows/ci.yaml", true],
  [["*.json", "!package.json"], "x/package.json", false],
  [["*.json", "!package.json"], "x/other.json", true],
  [["*.json", "!package.json", "x/package.json"], "x/package.json", true],
  [["a[1].json"], "a1.json", true],
])("%j means %s: %s", (globs, path, meant) => {
  expect(matcher(globs)(path)).toBe(meant)
})

test.each<[left: readonly string[], right: readonly string[], overlap: boolean]>([
  [[], ["a.json"], true],
  [["*.json"], ["opencode.json{,c}"], true],
  [["opencode.json"], ["**/opencode.json"], true],
  [[".github/**/*.yml"], ["*.{yml,yaml}"], true],
  [["a.json"], ["b.json"], false],
  [["a/*.json"], ["b/*.json"], false],
  [["*.toml"], ["*.json"], false],
])("%j and %j overlap: %s", (left, right, overlap) => {
  expect(globsOverlap(left, right)).toBe(overlap)
  expect(globsOverlap(right, left)).toBe(overlap)
})
