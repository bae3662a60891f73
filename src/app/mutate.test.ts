import { expect, test } from "vitest"
import { parseRules } from "../../grammar/index.ts"
import { mutantsOf, nameMutantsOf } from "./mutate.ts"

function read(text: string) {
  const { file, problems } = parseRules(text, "a.rule")
  expect(problems).toEqual([])
  return file
}

function changes(clauses: string): readonly string[] {
  return read(`rule a "t" {\n${clauses}\n}`).rules.flatMap((rule) => [...mutantsOf(rule)].map(({ change }) => change))
}

test.each([
  ["require $.a == 1", ["require: == as !="]],
  ["require $.a >= 1", ["require: negated", "require: >= as >"]],
  ["require $.a not contains 1", ["require: without its not"]],
  [
    'require $.a in ["x", "y"]',
    ["require: negated", "require: without member 1 of the list", "require: without member 2 of the list"],
  ],
  ["require $.a ?? true", ["require: negated", "require: without its ??"]],
  [
    "require $.a is string or $.b is string",
    ["require: negated", "require: or turned round", "require: without part 1 of or", "require: without part 2 of or"],
  ],
  ["require all x in $.a : x > 1", ["require: negated", "require: all turned round", "require: > as >="]],
  ["where $.a is string\n  require $.b is string", ["without where 1", "where: negated", "require: negated"]],
  ["require $.a is string\n  require $.b defaults 1", ["without require 1", "without require 2", "require: negated"]],
  [
    'require $.a is string\n  fix safe "f" where $.b is string {\n  remove $.a\n  remove $.b\n}',
    [
      "without fixes 1",
      "require: negated",
      'fix "f": without its where 1',
      'fix "f": where: negated',
      'fix "f": without its action 1',
      'fix "f": without its action 2',
      'fix "f": safe turned round',
    ],
  ],
])("%s", (clauses, expected) => {
  expect([...changes(clauses)].sort()).toEqual([...expected].sort())
})

test("every mutant is another rule, and keeps the tests that are to notice it", () => {
  const [rule] = read(`rule a "t" {
    where $.a is string and ($.b ?? 1) < 2
    require $.c in ["x"]
    fix unsafe "f" { set $.c = "x" }
    test "one" { given { a: "a" } finds $ }
  }`).rules
  if (rule === undefined) throw new Error("no rule")
  const before = JSON.stringify(rule)
  const mutants = [...mutantsOf(rule)].map((mutant) => mutant.rule)
  expect(new Set(mutants.map((each) => JSON.stringify(each))).size).toBe(mutants.length)
  for (const mutant of mutants) {
    expect(JSON.stringify(mutant)).not.toBe(before)
    expect(mutant.tests).toEqual(rule.tests)
  }
  expect(JSON.stringify(rule)).toBe(before)
})

test("predicates and lists that rules share are changed in the whole file", () => {
  const file = read(`let words = ["a", "b"]
let other = "c"
predicate known(x) = x in words and x != "b"
rule a "t" { require known($.a) }`)
  expect([...nameMutantsOf(file)].map(({ name, change }) => `${name}: ${change}`)).toEqual([
    "known: negated",
    "known: and turned round",
    "known: without part 1 of and",
    "known: without part 2 of and",
    "known: != as ==",
    "words: without member 1 of the list",
    "words: without member 2 of the list",
  ])
  expect([...nameMutantsOf(read("predicate p(x) = x == 1"))]).toEqual([])
})
