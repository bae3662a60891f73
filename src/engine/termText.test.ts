import { expect, test } from "vitest"
import { parseRules } from "../../grammar/index.ts"
import { compileRules } from "./compile.ts"
import { placeText } from "./termText.ts"

function requirement(text: string) {
  const parsed = parseRules(`rule r "t" {\n severity error\n require ${text}\n}`, "main.rule")
  expect(parsed.problems).toEqual([])
  const found = compileRules(parsed.file, () => undefined).rules[0]?.require[0]
  if (found?.type !== "holds") throw new Error("no requirement")
  return found
}

test.each([
  "($.a ?? 5) == 5",
  "$.a ?? (5 == 5)",
  "($.a ?? $.b) ?? 1 == 2",
  "$.a ++ $.b ++ $.c == 1",
  "$.a ++ ($.b ++ $.c) == 1",
  "($.a ?? []) ++ [1] == []",
  "$.a ?? ([] ++ [1]) == []",
  "not ($.a == 1 or $.b)",
  "not not $.a",
  "not ($.a and $.b) or $.c",
  "$.a and ($.b or $.c)",
  "$.a and $.b and ($.c and $.d)",
  "(all s in $.x : s.y) and $.z",
  "all s in $.x : s.y and $.z",
  "any s in ($.x ?? []) : s == 1",
  "not (all s in $.x : s)",
  "$.a not in [1] and $.b is not string and $.c != 1",
  "not ($.a > 1)",
  "($.a == 1) == true",
  "($.a is string) == ($.b is [[string]])",
  '"x{$.a}y" == "z\\{}"',
  'doc("x").y.z[0] == $.m[$.k].z',
  "$..a is unique and $..* is array",
  "$.l[1:2] == [] or $.l[-1] == -1 or $.l[::2] == []",
  '$["a b"] == {"k": [1], "l": null, "\\{": "x"}',
  "$.x matches /a\\/b/",
  "count(keys($.a)) >= 1 and file.exists",
])("the text of a requirement reads back as the same: %s", (text) => {
  const first = requirement(text)
  expect(requirement(first.text).term).toEqual(first.term)
})

test("places as people write them", () => {
  expect(placeText({ file: null, steps: ["mcp", null, "a b", 0], deep: false })).toBe('$.mcp.*["a b"][0]')
  expect(placeText({ file: "o.json", steps: [], deep: true })).toBe("o.json $..*")
})
