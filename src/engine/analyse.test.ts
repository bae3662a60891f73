import { expect, test } from "vitest"
import { parseRules } from "../../grammar/index.ts"
import { type AnalyseOptions, analyseRules } from "./analyse.ts"
import { compileRules } from "./compile.ts"

/** Codes of what is found, except that the rules have no tests. */
function analyse(texts: readonly string[], options: AnalyseOptions = {}) {
  const files = texts.map((text, index) => {
    const parsed = parseRules(text, `${index}.rule`)
    expect(parsed.problems).toEqual([])
    return parsed.file
  })
  const rules = files.flatMap((file) => {
    const compiled = compileRules(file, () => undefined)
    expect(compiled.problems).toEqual([])
    return compiled.rules
  })
  return analyseRules(rules, files, options)
}

const rule = (id: string, body: string) => `rule ${id} "title" {\n severity error\n ${body}\n}`
const codes = (texts: readonly string[], options?: AnalyseOptions) =>
  analyse(texts, options)
    .filter(({ code }) => code !== "untested")
    .map(({ code, severity }) => `${severity} ${code}`)

test.each<[body: string, found: readonly string[]]>([
  ["require $.x == 1", []],
  ["require $.x == 1 and $.x == 2", ["error contradiction"]],
  ["require $.x == 1\n require $.x == 2", ["error contradiction"]],
  ["require $.x in []", []],
  ["require $.x in [] and $.x is not array", ["error contradiction"]],
  ['require $.x in ["a", "b"] and $.x == "c"', ["error contradiction"]],
  ["require $.x > 5 and $.x < 3", ["error contradiction"]],
  ["require $.x > 3 and $.x < 4", []],
  ["require $.x is integer and $.x > 3 and $.x < 4", ["error contradiction"]],
  ["require $.x is string and $.x > 3", ["error contradiction"]],
  ['require $.x is string and $.x > "a" and $.x < "b"', []],
  ["require $.x is absent and $.x == 1", ["error contradiction"]],
  ["require $.x is absent or $.x is present", ["warning always-holds"]],
  ["require $.x == 1 or $.x != 1", ["warning always-holds"]],
  ["require true", ["warning always-holds"]],
  ["require $.x == 1 or true", ["warning always-holds"]],
  ["require not false or $.x", ["warning always-holds"]],
  ["where $.x == 1 or true\n require $.x", ["warning always-holds"]],
  ['files "[a"\n require $.x', ["warning wrong-glob"]],
  ["require false", ["error contradiction"]],
  ["require count($.x) < 0", ["error contradiction"]],
  ["require $.x == $.y and $.x == 2", []],
  ["require $.x matches /a/ and $.x matches /b/", []],
  ["where $.x == 1 and $.x == 2\n require $.y", ["warning never-applies"]],
  ["where $.x is absent\n require $.x == 1", []],
  ["require all e in $.l : e == 1 and e == 2", []],
])("%s", (body, found) => {
  expect(codes([rule("r", body)])).toEqual(found)
})

test("a format that there is none of", () => {
  const found = analyse([rule("r", "formats yml, json\n require $.x")], { formats: ["json", "yaml"] })
  expect(found.filter(({ code }) => code === "unknown-format")).toMatchObject([
    { severity: "error", message: 'there is no format "yml"', hint: 'did you mean "yaml"?' },
  ])
})

test("problems stand where the requirement does", () => {
  const text = rule("r", "require $.y\n require $.x == 1 and $.x == 2")
  const [found] = analyse([text])
  expect(text.slice(found?.span.start, found?.span.end)).toContain("$.x == 1 and $.x == 2")
  expect(found?.path).toBe("0.rule")
  expect(found?.hint).toBeDefined()
})

test("a rule without a test, and one with", () => {
  const tested = rule("b", 'require $.x\n test "t" { given {} finds $ }')
  expect(analyse([rule("a", "require $.x"), tested]).map(({ code, path }) => [code, path])).toEqual([
    ["untested", "0.rule"],
  ])
})

test("one id in two files", () => {
  expect(codes([rule("r", "require $.x"), rule("r", "require $.y")])).toEqual(["error duplicate-id"])
})

test.each<[left: string, right: string, found: readonly string[]]>([
  ["require $.x == 1", "require $.x == 2", ["error conflicting-repairs"]],
  ["require $.x == 1", "priority 1\n require $.x == 2", []],
  ["priority 1\n require $.x == 1", "priority 1\n require $.x == 2", ["error conflicting-repairs"]],
  ["require $.x == 1", "require $.x == 1", []],
  ["require $.x == 1", "require $.y == 2", []],
  ['files "a.json"\n require $.x == 1', 'files "b.json"\n require $.x == 2', []],
  ['files "*.json"\n require $.x == 1', 'files "b.json"\n require $.x == 2', ["error conflicting-repairs"]],
  ['formats "json"\n require $.x == 1', 'formats "yaml"\n require $.x == 2', []],
  ["for s in $.m.*\n require s.on", "require $.m.k.on == false", ["error conflicting-repairs"]],
  ["where $.t == 1\n require $.x == 1", "where $.t == 2\n require $.x == 2", []],
  ["where $.t == 1\n require $.x == 1", "where $.u == 2\n require $.x == 2", ["warning conflicting-repairs"]],
  ['require $.x > 1\n fix safe "f" { set $.x = 2 }', "require $.x == 3", ["error conflicting-repairs"]],
  ['require $.x > 1\n fix unsafe "f" { set $.x = 2 }', "require $.x == 3", []],
  ['require $.x > 1\n fix safe "f" where $.y { set $.x = 2 }', "require $.x == 3", ["warning conflicting-repairs"]],
  ['require $.x == $.y ++ "a"', 'require $.y == $.x ++ "b"', ["warning repair-cycle"]],
  ["require $.x == $.y", "require $.z == $.x", []],
  [
    'require $.x is array\n fix safe "f" { set $.x = [$.x] }',
    'require $.x is [string]\n fix safe "f" { set $.x = [$.x] ++ $.y }',
    [],
  ],
])("%s beside %s", (left, right, found) => {
  expect(codes([rule("a", left), rule("b", right)])).toEqual(found)
})

test("a circle of three, told once", () => {
  const texts = [rule("a", "require $.x == $.y"), rule("b", "require $.y == $.z"), rule("c", "require $.z == $.x")]
  const found = analyse(texts).filter(({ code }) => code === "repair-cycle")
  expect(found.map(({ message }) => message)).toEqual(['the repairs of "a", "b", "c" feed each other in a circle'])
})

test("a thousand rules that copy from each other are looked through quickly", () => {
  const texts = Array.from({ length: 1000 }, (_, i) => rule(`r${i}`, `require $.x${i} == $.x${i + 1} ++ $.x${i + 2}`))
  const started = performance.now()
  expect(codes([texts.join("\n")])).toEqual([])
  expect(performance.now() - started).toBeLessThan(10_000)
})

test("a place that the schema does not know", () => {
  const knows: AnalyseOptions["knows"] = (files, steps) =>
    files.includes("a.json") ? steps[0] === "mcp" && steps[1] !== "typo" : undefined
  expect(codes([rule("r", 'files "a.json"\n require $.mcp.x')], { knows })).toEqual([])
  expect(codes([rule("r", 'files "a.json"\n require $.mpc.x')], { knows })).toEqual(["warning unknown-path"])
  expect(codes([rule("r", 'files "b.json"\n require $.mpc.x')], { knows })).toEqual([])
})
