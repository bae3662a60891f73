import { expect, test } from "vitest"
import { parseRules } from "../../grammar/index.ts"
import type { ExplainedCondition, Explanation } from "../model/explanation.ts"
import { compileRules } from "./compile.ts"
import type { Subject } from "./evaluate.ts"
import { explain } from "./explain.ts"
import { testSubject } from "./testWorld.ts"

const text = `rule r "a title" {
  severity error
  files "a.json"
  formats "json"
  environments "production"
  for s in $.m.*
  for e in s.list[*]
  where s.type == "local" and e.on
  require e.count >= 2
  fix safe "first" where e.count is string { set e.count = 2 }
  fix safe "second" { set e.count = s.gone }
  fix unsafe "third" { set e.count = 3 }
}`

async function explained(subject: Partial<Subject>, settings = {}): Promise<Explanation> {
  const { rules } = compileRules(parseRules(text, "main.rule").file, () => undefined)
  const [rule] = rules
  if (rule === undefined) throw new Error("no rule")
  const whole = { ...testSubject({}, {}, "a.json"), environment: "production", ...subject }
  return explain(rule, whole, { params: {}, severity: {}, ...settings })
}

const documents = testSubject({
  m: { k: { type: "local", list: [{ on: true, count: 1 }] }, l: { type: "remote", list: [{ on: true }] } },
}).documents

test("bindings, conditions and rungs of each frame", async () => {
  const { frames, silence } = await explained({ documents })
  expect(silence).toBeUndefined()
  const [fires, quiet] = frames
  expect(frames.map((frame) => [frame.applies, frame.fires])).toEqual([
    [true, true],
    [false, false],
  ])
  expect(fires?.bindings.map(({ name, path, span }) => [name, path, span?.start])).toEqual([
    ["s", ["m", "k"], 102],
    ["e", ["m", "k", "list", 0], 104],
  ])
  expect(fires?.require).toEqual([
    {
      text: "e.count >= 2",
      holds: false,
      condition: {
        type: "all",
        holds: false,
        parts: [{ type: "fact", holds: false, fact: "e.count", operator: "ge", value: 1, expected: 2 }],
      },
    },
  ])
  expect(fires?.ladder.map((rung) => [rung.title, rung.repair === undefined ? rung.reason : "taken"])).toEqual([
    ["first", "its condition does not hold: e.count is string"],
    ["second", "s.gone is missing"],
    ["third", "taken"],
  ])
  expect(quiet?.where[0]?.holds).toBe(false)
  expect(facts(quiet?.where[0]?.condition)).toEqual({ "s.type": false, "e.on": true })
  expect(quiet?.ladder).toEqual([])
})

function facts(condition: ExplainedCondition | undefined): Record<string, boolean> {
  if (condition === undefined) return {}
  if (condition.type === "fact") return { [condition.fact]: condition.holds }
  return Object.assign({}, ...condition.parts.map(facts))
}

test("why a rule is silent", async () => {
  const reason = async (subject: Partial<Subject>, settings = {}) => (await explained(subject, settings)).silence
  expect(await reason({ documents }, { severity: { r: "off" } })).toEqual({ reason: "off" })
  expect(await reason({ file: "b.json" })).toEqual({ reason: "files", globs: ["a.json"] })
  expect(await reason({ format: "yaml" })).toEqual({ reason: "formats", formats: ["json"] })
  expect(await reason({ environment: undefined })).toEqual({ reason: "environments", environments: ["production"] })
  expect(await reason({ documents: [] })).toEqual({ reason: "no-document" })
  expect(await reason({})).toEqual({ reason: "no-binding", name: "s", in: "$.m.*" })
  const none = testSubject({ m: { k: { list: [] } } }).documents
  expect(await reason({ documents: none })).toEqual({ reason: "no-binding", name: "e", in: "s.list.*" })
})

test("of a missing file: who speaks, and which rung needs a template that is missing too", async () => {
  const head = 'rule r "t" {\n files "a.json"\n'
  const subject = testSubject(undefined, { facts: { exists: false } }, "a.json")
  const of = async (body: string) => {
    const [rule] = compileRules(parseRules(`${head} ${body}\n}`, "main.rule").file, () => undefined).rules
    if (rule === undefined) throw new Error("no rule")
    return explain(rule, subject, { params: {}, severity: {} })
  }
  expect((await of("require file.bom == false")).silence).toEqual({ reason: "no-document" })
  const { frames } = await of('require file.exists and $.a\n fix safe "new" { create from "t/nope.json" }')
  expect(frames[0]?.ladder).toMatchObject([{ title: "new", reason: 'the template "t/nope.json" is missing' }])
})

test("a rule that is given up says so", async () => {
  const [rule] = compileRules(
    parseRules('rule r "t" { for x in $..* for y in $..* require x == y }', "main.rule").file,
    () => undefined,
  ).rules
  if (rule === undefined) throw new Error("no rule")
  const many = testSubject(Array.from({ length: 400 }, (_, index) => index))
  expect(await explain(rule, many, { params: {}, severity: {} })).toMatchObject({
    silence: { reason: "too-costly" },
    frames: [],
  })
})
