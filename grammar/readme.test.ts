import { readFileSync } from "node:fs"
import { expect, test } from "vitest"
import { comparisons, fileFacts, functionNames, kindNames } from "../src/model/rule.ts"
import { formatRules, parseRules } from "./index.ts"
import { words } from "./lexer.ts"

const readme = readFileSync(new URL("./README.md", import.meta.url), "utf8")
const examples = [...readme.matchAll(/^```rule(?:,problem="([^"]+)")?\n([\s\S]*?)^```$/gm)].map(
  ([, problem, text]) => ({
    problem,
    text: text ?? "",
  }),
)

test("the reference has examples of both kinds", () => {
  expect(examples.filter(({ problem }) => problem !== undefined).length).toBeGreaterThan(5)
  expect(examples.filter(({ problem }) => problem === undefined).length).toBeGreaterThan(5)
})

test.each(examples)("$text", ({ problem, text }) => {
  const { problems } = parseRules(text, "README.md")
  expect([...new Set(problems.map(({ code }) => code))]).toEqual(problem === undefined ? [] : [problem])
  if (problem === undefined) expect(formatRules(text, "README.md").ok).toBe(true)
})

test.each([...words, ...functionNames, ...kindNames, ...comparisons, ...fileFacts])(
  "the reference names %s",
  (word) => {
    const escaped = word.replace(/[<>=!]/g, "\\$&")
    expect(new RegExp(`(?<![A-Za-z_])${escaped}(?![A-Za-z_])`).test(readme)).toBe(true)
  },
)
