import { readdirSync, readFileSync } from "node:fs"
import fc from "fast-check"
import { Engine } from "json-rules-engine"
import { expect, test } from "vitest"
import { parseRules } from "../../grammar/index.ts"
import { formatOf } from "../app/formats.ts"
import { compileRules } from "../engine/compile.ts"
import type { CompiledRule } from "../engine/compiled.ts"
import { Evaluator } from "../engine/evaluate.ts"
import { applyOperation } from "../engine/operations.ts"
import { testSubject, testWorld } from "../engine/testWorld.ts"
import { defaultLimits, hasErrors } from "../model/document.ts"
import { formatPath, valueAt } from "../model/path.ts"
import type { FileFact, PathExpr, RuleTest, TestFile } from "../model/rule.ts"
import type { Value } from "../model/value.ts"
import { addOperators, type FactSet, factsOf } from "./operators.ts"

const folder = new URL("../../rules.d/", import.meta.url)
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".rule"))
  .map((name) => parseRules(readFileSync(new URL(name, folder), "utf8"), name).file)

const cases = files.flatMap((file) => {
  const { rules } = compileRules(file, () => undefined)
  const compiled = new Map(rules.map((rule): [string, CompiledRule] => [rule.id, JSON.parse(JSON.stringify(rule))]))
  return file.rules.flatMap((rule) =>
    rule.tests.map((each) => ({ name: `${rule.id}: ${each.name}`, rule: compiled.get(rule.id), test: each })),
  )
})

test("there are rules to look at", () => {
  expect(cases.length).toBeGreaterThan(20)
})

test.each(cases)("a plain json-rules-engine judges as the test says: $name", async ({ rule, test: each }) => {
  if (rule === undefined) throw new Error("the rule does not compile")
  const path =
    each.given.path ?? rule.files.find((glob) => !glob.startsWith("!"))?.replaceAll(/\{[^}]*\}|\*/g, "x") ?? "x"
  const sets = factsOf(rule, await valueIn(each.given, pathFor(path, rule)), {
    world: await worldOf(each),
    params: each.params,
  })
  const fired: FactSet[] = []
  for (const set of sets) {
    const engine = addOperators(
      new Engine([{ conditions: anything(rule.conditions), event: { type: rule.event.type } }]),
    )
    if ((await engine.run({ ...set.facts })).events.length > 0) fired.push(set)
  }
  const bound = rule.for.at(-1)?.name
  if (bound === undefined) expect(fired.length > 0).toBe(each.finds.length > 0)
  else
    expect(fired.map(({ bindings }) => bindings[bound]).sort()).toEqual(each.finds.map(({ at }) => written(at)).sort())
})

/** JSON is read back untyped by whoever loads it. */
function anything(value: unknown) {
  return JSON.parse(JSON.stringify(value))
}

/** A path of the right format, where the glob has no extension that says it. */
function pathFor(path: string, rule: CompiledRule): string {
  if (rule.formats.length === 0) return path
  return { json: "x.json", yaml: "x.yaml", toml: "x.toml", markdown: "x.md" }[rule.formats[0] ?? ""] ?? path
}

async function valueIn(file: TestFile, path: string): Promise<Value | undefined> {
  if (file.text === undefined) return file.value
  const format = await formatOf(path)
  const parsed = format?.parse({ path, text: file.text, bom: false }, defaultLimits)
  return parsed === undefined || hasErrors(parsed) ? undefined : parsed.documents[0]?.value
}

async function worldOf(each: RuleTest) {
  const documents: Record<string, Value> = {}
  for (const file of each.with) {
    const value = await valueIn(file, file.path ?? "")
    if (value !== undefined) documents[file.path ?? ""] = value
  }
  const { text } = each.given
  const facts: Partial<Record<FileFact, Value>> = {
    exists: text !== undefined || each.given.value !== undefined,
    bom: text?.startsWith("\uFEFF") ?? false,
    eol: text?.includes("\r\n") ? "crlf" : "lf",
    final_newline: text === undefined || text === "" || text.endsWith("\n"),
    mode: each.given.mode ?? "0644",
  }
  return testWorld({ documents, commands: each.onPath, environment: each.environment, facts })
}

function written({ segments }: PathExpr): string {
  return formatPath(
    segments.flatMap((segment): (string | number)[] =>
      segment.type === "member" ? [segment.name] : segment.type === "index" ? [segment.index] : [],
    ),
  )
}

test("no document makes a shipped rule throw, and every finding has a place and words", async () => {
  const rules = files.flatMap((file) => compileRules(file, () => undefined).rules)
  const words = rules.flatMap(({ reads }) =>
    reads.flatMap(({ steps }) => steps.filter((step) => typeof step === "string")),
  )
  const value: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom<Value>(null, true, 1, "local", "npx", "remote", "https://x.test", "8080"),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom(...new Set(words), "name"), tie("value"), { maxKeys: 5 }),
    ),
  })).value
  // Every rule meets every document, whatever the file is called.
  const anywhere = rules.map((rule) => ({ ...rule, files: [], formats: [] }))
  const evaluator = new Evaluator(anywhere, { params: {}, severity: {} })
  let found = 0
  await fc.assert(
    fc.asyncProperty(value, async (document) => {
      for (const finding of await evaluator.evaluate(testSubject(document))) {
        found++
        expect(finding.message).not.toBe("")
        expect(finding.path.length === 0 || valueAt(document, finding.path) !== undefined).toBe(true)
        for (const { steps } of finding.repairs) {
          for (const step of steps) if ("document" in step) applyOperation(document, step.operation)
        }
      }
    }),
    { numRuns: 500 },
  )
  expect(found).toBeGreaterThan(100)
})
