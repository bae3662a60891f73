import { expect, it } from "vitest"
import type { Finding } from "../model/finding.ts"
import type { Path } from "../model/path.ts"
import { introduced } from "./introduced.ts"

const finding = (file: string, path: Path, more: Partial<Finding> = {}): Finding => ({
  file,
  path,
  document: 0,
  rule: "a/b",
  kind: "rule",
  severity: "error",
  message: "wrong",
  span: { start: 0, end: 1 },
  priority: 0,
  repairs: [],
  ...more,
})

const state = (findings: readonly Finding[], texts: Readonly<Record<string, string>> = {}) => ({
  findings,
  sources: new Map(Object.entries(texts).map(([path, text]) => [path, { path, text, bom: false }])),
})

const fresh = (before: readonly Finding[], after: readonly Finding[], gone: readonly string[] = []) =>
  introduced(state(before), state(after), (file) => gone.includes(file)).fresh

it.each<[string, readonly Finding[], readonly Finding[], number, readonly string[]]>([
  ["the same", [finding("a", ["x"])], [finding("a", ["x"])], 0, []],
  ["another key", [finding("a", ["x"])], [finding("a", ["y"])], 1, []],
  ["other words", [finding("a", ["x"])], [finding("a", ["x"], { message: "other" })], 1, []],
  ["another rule", [finding("a", ["x"])], [finding("a", ["x"], { rule: "a/c" })], 1, []],
  ["another file", [finding("a", ["x"])], [finding("b", ["x"])], 0, ["a"]],
  ["another file, and the first is still there", [finding("a", ["x"])], [finding("b", ["x"])], 1, []],
  ["moved in a list", [finding("a", ["x", 0])], [finding("a", ["x", 1])], 0, []],
  ["once more in a list", [finding("a", ["x", 0])], [finding("a", ["x", 0]), finding("a", ["x", 1])], 1, []],
  ["twice before", [finding("a", []), finding("a", [])], [finding("a", []), finding("a", []), finding("a", [])], 1, []],
])("%s", (_, before, after, count, gone) => expect(fresh(before, after, gone)).toHaveLength(count))

it("tells of those in a list that one which has another text", () => {
  const before = state([finding("a", [0])], { a: "1" })
  const after = state(
    [finding("a", [1], { span: { start: 0, end: 1 } }), finding("a", [2], { span: { start: 1, end: 2 } })],
    {
      a: "21",
    },
  )
  expect(introduced(before, after, () => false).fresh.map(({ path }) => path)).toEqual([[1]])
})
