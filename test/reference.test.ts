import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { parseRules } from "../grammar/index.ts"
import { runRuleTest } from "../src/app/ruleTest.ts"
import { compileRules } from "../src/engine/compile.ts"

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8")
const examples = [...read("../grammar/README.md").matchAll(/^```rule\n([\s\S]*?)^```$/gm)].map(([, text]) => text ?? "")
const mcp = parseRules(read("../rules.d/mcp.rule"), "cfgsync:mcp").file

const cases = examples.flatMap((text) => {
  const { file } = parseRules(text, "README.rule")
  const { rules, problems } = compileRules(file, () => mcp)
  expect(problems).toEqual([])
  return file.rules.flatMap((rule) =>
    rule.tests.map((each) => {
      const compiled = rules.find(({ id }) => id === rule.id)
      return { name: `${rule.id}: ${each.name}`, rule, each, compiled }
    }),
  )
})

test("the reference has tests to run", () => {
  expect(cases.length).toBeGreaterThan(4)
})

test.each(cases)("what the reference shows is so: $name", async ({ rule, compiled, each }) => {
  if (compiled === undefined) throw new Error("it does not compile")
  expect((await runRuleTest(rule, compiled, each)).failures).toEqual([])
})
