import { Engine } from "json-rules-engine"
import { expect, test } from "vitest"
import { parseRules } from "../../grammar/index.ts"
import { compileRules } from "../engine/compile.ts"
import { Evaluator } from "../engine/evaluate.ts"
import { type Given, testSubject, testWorld } from "../engine/testWorld.ts"
import type { Value } from "../model/value.ts"
import { addOperators, factsOf } from "./operators.ts"

const given: Given = {
  documents: { "o.json": { ids: ["a", "b"], y: 1 } },
  commands: ["npx"],
  environment: { HOME: "/h" },
  facts: { mode: "0600" },
}

const rules: readonly string[] = [
  'for s in $.mcp.*\n where s.type == "local" and (s.enabled ?? true)\n require s.command is [string] and count(s.command) >= 1',
  "for s in $.mcp.*\n for e in s.command[*]\n require e is string",
  "require $.mcp.a.type != $.mcp.b.type",
  'require all s in $.mcp.* : s.type in ["local", "remote"]',
  "require any s in $.mcp.* : any e in s.command : e == $.theme",
  'require keys($.mcp) in doc("o.json").ids',
  "for s in $.mcp.*\n where s.command is present\n require s.command is [executable]",
  'require file.mode == "0644" or env("HOME") == $.home',
  "param max = 1\n require count($.mcp) <= max",
  'require $.theme matches /^[a-z]+$/ and $.theme not contains "z"',
  'require $.version satisfies ">=1.2" and $.theme like "l*"',
  'require $.o == {"fact": "x"}',
  "require $.absent is absent and not ($.absent > 1)",
  'require schema "s" at $.mcp',
]

const values: readonly Value[] = [
  {},
  {
    mcp: { a: { type: "local", command: ["npx"] }, b: { type: "remote" } },
    theme: "light",
    version: "1.3.0",
    home: "/h",
  },
  {
    mcp: { a: { type: "local", command: "npx" }, c: { type: "lokal", command: ["gone", 1] } },
    theme: "gone",
    o: { fact: "x" },
  },
  {
    mcp: { a: { type: "local", enabled: false }, b: { type: "local", enabled: false } },
    theme: "Zz",
    version: "1.0.0",
    absent: 2,
  },
]

const schemas = (_: string, value: Value) =>
  JSON.stringify(value).includes("lokal") ? [{ path: [], atKey: false, message: "m", operations: [] }] : []

test.each(rules)("printed as JSON, a plain engine gives the same verdicts: %s", async (body) => {
  const parsed = parseRules(`rule r "t" {\n severity error\n ${body}\n}`, "main.rule")
  expect(parsed.problems).toEqual([])
  const { rules: compiled, problems } = compileRules(parsed.file, () => undefined)
  expect(problems).toEqual([])
  const printed = JSON.parse(JSON.stringify(compiled[0]))
  const verdicts = new Set<boolean>()
  for (const value of values) {
    const found = await new Evaluator([printed], { params: {}, severity: {}, schemas }).evaluate(
      testSubject(value, given),
    )
    let fired = 0
    for (const { facts } of factsOf(printed, value, { world: testWorld(given), schemas })) {
      const engine = addOperators(new Engine([{ conditions: printed.conditions, event: printed.event }]))
      const { events } = await engine.run({ ...facts })
      fired += events.length
      verdicts.add(events.length > 0)
    }
    expect(found.length).toBe(fired)
  }
  expect([...verdicts].sort()).toEqual([false, true])
})

test("a set of facts says what it is about", () => {
  const parsed = parseRules('rule r "t" {\n severity error\n for s in $.m.*\n require s.x == $.y\n}', "main.rule")
  const [rule] = compileRules(parsed.file, () => undefined).rules
  if (rule === undefined) throw new Error("no rule")
  expect(factsOf(rule, { m: { k: { x: 1 }, "l.m": {} }, y: 2 })).toEqual([
    { bindings: { s: "$.m.k" }, facts: { "s.x": 1, "$.y": 2 } },
    { bindings: { s: '$.m["l.m"]' }, facts: { "s.x": undefined, "$.y": 2 } },
  ])
  expect(factsOf(rule, undefined)).toEqual([])
})
