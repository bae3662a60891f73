import fc from "fast-check"
import { expect, test } from "vitest"
import { parseRules } from "../../grammar/index.ts"
import type { Repair } from "../model/finding.ts"
import type { Value } from "../model/value.ts"
import { compileRules } from "./compile.ts"
import { convert } from "./convert.ts"
import { Evaluator } from "./evaluate.ts"
import { type Applied, applyOperation } from "./operations.ts"
import { type Given, testSubject } from "./testWorld.ts"

async function ladderOf(body: string, value: Value, given: Given = {}): Promise<readonly Repair[]> {
  const parsed = parseRules(`rule r "t" {\n severity error\n ${body}\n}`, "main.rule")
  expect(parsed.problems).toEqual([])
  const { rules, problems } = compileRules(parsed.file, () => undefined)
  expect(problems).toEqual([])
  const findings = await new Evaluator(rules, { params: {}, severity: {} }).evaluate(testSubject(value, given))
  expect(findings).toHaveLength(1)
  return findings[0]?.repairs ?? []
}

/** The document after the repair's steps on it. */
function after(value: Value, repair: Repair): Value {
  return repair.steps.reduce((current, step) => {
    if (!("document" in step) || step.file !== "opencode.json") return current
    const applied = applyOperation(current, step.operation)
    if (!applied.ok) throw new Error(applied.reason)
    return applied.value
  }, value)
}

const other: Given = { documents: { "o.json": { y: 7 } }, lastGood: { theme: "dark" } }

test.each<[body: string, value: Value, repaired: Value, safety: "safe" | "unsafe"]>([
  ['require $.a == "x"', { a: 1 }, { a: "x" }, "safe"],
  ["require $.a.b == 2", {}, { a: { b: 2 } }, "safe"],
  ["require 2 == $.a", {}, { a: 2 }, "safe"],
  ['require $.a == doc("o.json").y', { a: 1 }, { a: 7 }, "safe"],
  ["require $.theme == last_good($.theme)", { theme: "x" }, { theme: "dark" }, "safe"],
  ["require $.a", { a: false }, { a: true }, "safe"],
  ["require $.a ?? false", {}, { a: true }, "safe"],
  ["require $.a is absent", { a: 1, b: 2 }, { b: 2 }, "unsafe"],
  ["require $.a is not present", { a: 1, b: 2 }, { b: 2 }, "unsafe"],
  ["require $.a defaults 3", { b: 1 }, { b: 1, a: 3 }, "safe"],
  ["require $.l contains 3", { l: [1] }, { l: [1, 3] }, "safe"],
  ["require $.l contains 3", {}, { l: [3] }, "safe"],
  ["require $.l not contains 3", { l: [3, 1, 3] }, { l: [1] }, "unsafe"],
  ['require $.m not contains "k"', { m: { k: 1, l: 2 } }, { m: { l: 2 } }, "unsafe"],
  ["require $.a is number", { a: "8080" }, { a: 8080 }, "safe"],
  ["require $.a is integer", { a: "8080" }, { a: 8080 }, "safe"],
  ["require $.a is boolean", { a: "true" }, { a: true }, "safe"],
  ["require $.a is string", { a: 8080 }, { a: "8080" }, "safe"],
  ["require $.a is [string]", { a: "x" }, { a: ["x"] }, "safe"],
  ["require $.a is [string]", { a: [1, "x"] }, { a: ["1", "x"] }, "safe"],
  ["require $.a is array", { a: 1 }, { a: [1] }, "safe"],
  ["require $.a is sorted", { a: ["b", "a"] }, { a: ["a", "b"] }, "safe"],
  ["require $.a is unique", { a: [1, 2, 1, 1, 2] }, { a: [1, 2] }, "safe"],
  ['require $.a in ["todowrite", "read"]', { a: "todorwite" }, { a: "todowrite" }, "safe"],
  ['require $.a in ["todowrite", "read"]', { a: "todorwiet" }, { a: "todowrite" }, "unsafe"],
  ['require $.a in ["todowrite", "read"]', { a: ["read", "todowrit"] }, { a: ["read", "todowrite"] }, "safe"],
  ['require keys($.m) in ["command", "args"]', { m: { comand: 1, args: 2 } }, { m: { command: 1, args: 2 } }, "safe"],
  ['require $.a == 1 and $.l contains "x" and $.ok', { ok: true }, { ok: true, a: 1, l: ["x"] }, "safe"],
  ["require $.a == 1 and $.b is absent", { a: 2, b: 1 }, { a: 1 }, "unsafe"],
  ["require $.p is integer and $.p in [80, 443]", { p: "80" }, { p: 80 }, "safe"],
  ["require $.p in [80, 443] and $.p is integer", { p: "80" }, { p: 80 }, "safe"],
  ["require $.a == 1 and (any x in $.l : x == $.a)", { l: [1] }, { l: [1], a: 1 }, "safe"],
  ["require $.l is [string] and $.l is sorted and $.l is unique", { l: ["b", 1, "1"] }, { l: ["1", "b"] }, "safe"],
  ['require $.t in ["local", "remote"] and $.t == "local"', { t: "locl" }, { t: "local" }, "safe"],
  [
    "for s in $.m.*\n require s.on and (all p in s.ports : p is integer and p <= 9)",
    { m: { k: { ports: ["1", 2] } } },
    { m: { k: { ports: [1, 2], on: true } } },
    "safe",
  ],
  [
    "require all e in $.l : e.on",
    { l: [{ on: true }, {}, { on: false }] },
    { l: [{ on: true }, { on: true }, { on: true }] },
    "safe",
  ],
  ["for e in $.m.*\n require e.port is number", { m: { k: { port: "1" } } }, { m: { k: { port: 1 } } }, "safe"],
  [
    'for e in $.m.*\n require e in [1] or e is string\n fix safe "f" { set e = "x" }',
    { m: { k: 3 } },
    { m: { k: "x" } },
    "safe",
  ],
])("%s on %j gives %j, %s", async (body, value, repaired, safety) => {
  const [repair] = await ladderOf(body, value, other)
  if (repair === undefined) throw new Error("no repair")
  expect(after(value, repair)).toEqual(repaired)
  expect(repair.safety).toBe(safety)
})

test.each<[body: string, value: Value]>([
  ["require $.a matches /x/", { a: "y" }],
  ["require $.a > 3", { a: 1 }],
  ["require $.a == 1 or $.b == 2", {}],
  ["require $.a == 1 and $.b > 2", {}],
  ["require $.a == 1 and $.a == 2", {}],
  ["require (all x in $.l : x is number) and (any x in $.l : x == 2)", { l: ["z", "2"] }],
  ["require $.p is integer and $.p in [80, 443]", { p: "81" }],
  ["require $.a == 1 and (any x in $.l : x == $.a)", { l: [2] }],
  ["require $.a != 1", { a: 1 }],
  ["require $.a is present", {}],
  ["require $.a is number", { a: "08" }],
  ["require $.a is number", {}],
  ["require $.a is string", { a: null }],
  ["require $.a is [number]", { a: ["x"] }],
  ["require $.l contains 3", { l: "text" }],
  ['require $.a in ["red", "rod"]', { a: "rid" }],
  ['require $.a in ["read"]', { a: "unlike" }],
  ['require keys($.m) in ["command"]', { m: { comand: 1, command: 2 } }],
  ['require $.a == doc("gone.json").y', { a: 1 }],
  ["require $.* == [1]", { a: 2 }],
  ["require any e in $.l : e == 1", { l: [2] }],
  ["require count($.l) == 1", { l: [] }],
])("%s on %j: nothing is derived", async (body, value) => {
  expect(await ladderOf(body, value)).toEqual([])
})

test("every requirement has a finding and a repair of its own", async () => {
  const body = "require $.a == 1\n require $.b is sorted\n require $.c matches /^v/"
  const { rules } = compileRules(parseRules(`rule r "t" {\n ${body}\n}`, "main.rule").file, () => undefined)
  const evaluator = new Evaluator(rules, { params: {}, severity: {} })
  const found = await evaluator.evaluate(testSubject({ a: 2, b: ["y", "x"], c: "1" }))
  expect(found.map(({ message, path, repairs }) => [message, path, repairs.map(({ title }) => title)])).toEqual([
    ["t: $.a must be 1 (it is 2)", ["a"], ["set $.a to 1"]],
    ['t: $.b must be in order (it is ["y","x"])', ["b"], ["sort $.b"]],
    ['t: $.c must match /^v/ (it is "1")', ["c"], []],
  ])
  expect(found.map(({ part }) => part)).toEqual([0, 1, 2])
  expect(await evaluator.evaluate(testSubject({ a: 1, b: [], c: "v" }))).toEqual([])
})

test("a file that is gone is made again, and nothing is set in it", async () => {
  const given: Given = { facts: { exists: false }, lastGoodText: '{"a": 1}' }
  const { rules } = compileRules(
    parseRules('rule r "t" { require file.exists and $.a == 1 }', "main.rule").file,
    () => undefined,
  )
  const [found] = await new Evaluator(rules, { params: {}, severity: {} }).evaluate(testSubject(undefined, given))
  expect(found?.repairs.map(({ steps }) => steps.map(({ operation }) => operation))).toEqual([
    [{ op: "create", text: '{"a": 1}' }],
  ])
})

test("facts of the file are repaired as such", async () => {
  const given: Given = { facts: { mode: "0644", eol: "crlf", bom: true, final_newline: false } }
  const body = 'require file.mode == "0600" and file.eol == "lf" and file.bom == false and file.final_newline'
  const [repair] = await ladderOf(body, {}, given)
  expect(repair?.safety).toBe("safe")
  expect(repair?.steps.map(({ operation }) => operation)).toEqual([
    { op: "mode", mode: "0600" },
    { op: "eol", eol: "lf" },
    { op: "bom", bom: false },
    { op: "final-newline", finalNewline: true },
  ])
})

test("explicit actions, in order, on this file and on another", async () => {
  const body = `for s in $.m.*
    require s.ok
    fix unsafe "all of them" {
      set doc("o.json").x[key(s)] = s.v
      append s.l = 1
      insert s.l at 0 = "first"
      move s.from to s.to
      sort s.l
      chmod "0600"
    }
    fix unsafe "not here" where s.v is number { set s.ok = true }
    fix unsafe "nothing to write" { set s.ok = s.gone }
    fix unsafe "no template" { create from "gone" }
    fix unsafe "template" { create from "t" }
    fix unsafe "back" { restore }`
  const ladder = await ladderOf(body, { m: { k: { v: "V" } } }, { ...other, templates: { t: "text" } })
  expect(ladder.map(({ title }) => title)).toEqual(["all of them", "template", "back", "set $.m.k.ok to true"])
  const here = { file: "opencode.json", document: 0 }
  expect(ladder[0]?.steps).toEqual([
    { file: "o.json", document: 0, operation: { op: "set", path: ["x", "k"], value: "V" } },
    { ...here, operation: { op: "append", path: ["m", "k", "l"], value: 1 } },
    { ...here, operation: { op: "insert", path: ["m", "k", "l", 0], value: "first" } },
    { ...here, operation: { op: "move", from: ["m", "k", "from"], path: ["m", "k", "to"] } },
    { ...here, operation: { op: "sort", path: ["m", "k", "l"] } },
    { file: "opencode.json", operation: { op: "mode", mode: "0600" } },
  ])
  expect(ladder[1]?.steps).toEqual([{ file: "opencode.json", operation: { op: "create", text: "text" } }])
  expect(ladder[2]?.steps).toEqual([{ ...here, operation: { op: "set", path: [], value: { theme: "dark" } } }])
})

test.each<[Value, Parameters<typeof convert>[1], Value | undefined]>([
  ["1.5", "number", 1.5],
  ["-3", "number", -3],
  ["1.50", "number", undefined],
  ["1e3", "number", undefined],
  ["+1", "number", undefined],
  [" 1", "number", undefined],
  ["-0", "number", undefined],
  ["", "number", undefined],
  ["9007199254740993", "number", 9007199254740993n],
  ["0.1000000000000000055", "number", undefined],
  ["1.5", "integer", undefined],
  [true, "number", undefined],
  ["yes", "boolean", undefined],
  [1, "boolean", undefined],
  [true, "string", "true"],
  [9007199254740993n, "string", "9007199254740993"],
  [Number.NaN, "string", undefined],
  [["x"], "string", undefined],
  [null, { array: "string" }, undefined],
  [{ a: 1 }, { array: "object" }, undefined],
  ["5", { array: { array: "number" } }, undefined],
])("%# as another kind", (value, kind, converted) => {
  expect(convert(value, kind)).toEqual(converted)
})

const requirements = [
  '$.a == "x"', "$.a.b == $.l", "$.a ?? false", "$.a is absent", "$.a.b defaults 1", "$.l contains 1", "$.l not contains 1",
  '$.m not contains "a"', "$.a is number", "$.a is boolean", "$.a is string", "$.l is [string]", "$.l is [number]", "$.l is array",
  "$.l is sorted", "$.l is unique", '$.a in ["alpha", "beta"]', '$.l in ["alpha", "beta"]', 'keys($.m) in ["alpha", "beta"]',
  "all e in $.l : e == 1", "all e in $.m : e is string", "all e in $.l : e is not present", "$.a == 1 and $.l contains 2",
  "all e in $.m.* : e.a == key(e)", "all e in $.l : e contains 1 and e is unique",
] // biome-ignore format: a list to read

const document: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Value>(null, true, 1, 2, "1", "true", "x", "alpha", "alpah", "bet", "b"),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("a", "b", "l", "m", "alpha", "alhpa"), tie("value"), { maxKeys: 4 }),
  ),
})).value

test("a derived repair that can be carried out makes its finding go away", async () => {
  let repaired = 0
  const evaluators = requirements.map((text) => {
    const { file, problems } = parseRules(`rule r "t" {\n severity error\n require ${text}\n}`, "main.rule")
    expect(problems).toEqual([])
    return new Evaluator(compileRules(file, () => undefined).rules, { params: {}, severity: {} })
  })
  const parts = fc.record({ a: document, l: document, m: document }, { requiredKeys: [] })
  await fc.assert(
    fc.asyncProperty(fc.nat(requirements.length - 1), parts, async (index, value) => {
      const [finding] = (await evaluators[index]?.evaluate(testSubject(value))) ?? []
      const [repair] = finding?.repairs ?? []
      if (repair === undefined) return
      let current: Value = value
      for (const step of repair.steps) {
        const applied: Applied | undefined = "document" in step ? applyOperation(current, step.operation) : undefined
        if (applied?.ok !== true) return
        current = applied.value
      }
      repaired++
      expect(await evaluators[index]?.evaluate(testSubject(current)), requirements[index]).toEqual([])
    }),
    { numRuns: process.env.CFGSYNC_LONG ? 100_000 : 5000 },
  )
  expect(repaired).toBeGreaterThan(500)
})
