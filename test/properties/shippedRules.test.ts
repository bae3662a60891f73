import { readdirSync, readFileSync } from "node:fs"
import fc from "fast-check"
import { expect, test } from "vitest"
import { parseRules } from "../../grammar/index.ts"
import { compileRules } from "../../src/engine/compile.ts"
import { Evaluator } from "../../src/engine/evaluate.ts"
import { applyOperation } from "../../src/engine/operations.ts"
import { testSubject } from "../../src/engine/testWorld.ts"
import { valueAt } from "../../src/model/path.ts"
import type { Value } from "../../src/model/value.ts"

const folder = new URL("../../rules.d/", import.meta.url)
const files = readdirSync(folder)
  .filter((name) => name.endsWith(".rule"))
  .map((name) => parseRules(readFileSync(new URL(name, folder), "utf8"), name).file)

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
