import { expect, test } from "vitest"
import { parseRules } from "../../grammar/index.ts"
import { mayAskFor, type PathChange } from "./asksOthers.ts"
import { compileRules } from "./compile.ts"

function asks(body: string, change: Partial<PathChange>): boolean {
  const { file, problems } = parseRules(`rule r "a title" {\n files "**/*"\n ${body}\n}`, "t.rule")
  expect(problems).toEqual([])
  const { rules } = compileRules(file, () => undefined)
  return rules.some((rule) =>
    mayAskFor(rule, [{ path: "a.json", format: "json", mayLoad: false, comesOrGoes: false, ...change }]),
  )
}

const loads = "formats zsh\n require loading(file.path) == null"
const loadsAny = "require loading(file.path) == null"
const namedFile = 'require doc("a.json") == null'
const workedOut = 'require doc("{$.x}.json") == null'
const there = "require exists($.x)"

test.each([
  ["nothing of another file", "require $.x == 1", {}, false],
  ["what a file named in it says", namedFile, {}, true],
  ["what another than the named file says", namedFile, { path: "b.json" }, false],
  ["what a file says whose name is worked out", workedOut, { path: "b.json" }, true],
  ["whether a file is there, which was before", there, {}, false],
  ["whether a file is there, which was not", there, { comesOrGoes: true }, true],
  ["what loads it, of a file that cannot be loaded", loads, {}, false],
  ["what loads it, of one that can", loads, { path: "a.zsh", format: "zsh", mayLoad: true }, true],
  ["what loads it, of any format, of a file that cannot be loaded", loadsAny, {}, false],
  ["what loads it, of any format, of one that can", loadsAny, { path: "a.zsh", format: "zsh", mayLoad: true }, true],
  ["what loads it, of one without a known name", loads, { path: "aliases", format: undefined, mayLoad: true }, true],
  ["what loads it, of one that goes", loads, { comesOrGoes: true }, true],
] as const)("a rule asks %s", (_, body, change, expected) => {
  expect(asks(body, change)).toBe(expected)
})
