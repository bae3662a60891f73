import { expect, test } from "vitest"
import { parseRules } from "../../../grammar/index.ts"
import type { Path } from "../../model/path.ts"
import { compileRules } from "../compile.ts"
import { listsOfRules } from "./listsOfRules.ts"

function at(body: string, path: Path) {
  const { file, problems } = parseRules(`rule r "a title" {\n ${body}\n}`, "t.rule")
  expect(problems).toEqual([])
  const { rules } = compileRules(file, () => undefined)
  return listsOfRules(rules)(path)
}

const set = [{ kind: "set" }]
const keyed = (...path: readonly string[]) => [{ kind: "keyed", keys: [{ path }] }]

test.each<[string, Path, unknown]>([
  ["require $.a is unique", ["a"], set],
  ["require $.a is unique and $.b is present", ["a"], set],
  ["require ($.a ?? []) is unique", ["a"], set],
  ["require $.a[*] is unique", ["a"], set],
  ["for s in $.s.* require s.tags is unique", ["s", "web", "tags"], set],
  ["require all s in $.s.* : s.tags is unique", ["s", 3, "tags"], set],
  ["require $[*].id is unique", [], keyed("id")],
  ["require $.s[*].metadata.name is unique", ["s"], keyed("metadata", "name")],
  ["require $.s.*.name is unique", ["s"], keyed("name")],
  ["for g in $.groups.* require g.users[*].mail is unique", ["groups", "x", "users"], keyed("mail")],
  ["require $.groups[*].users[*].mail is unique", ["groups", 1, "users"], keyed("mail")],
  ['where $.kind == "x" require $.s[*].name is unique', ["s"], keyed("name")],
])("%s", (body, path, kinds) => {
  expect(at(body, path)).toEqual(kinds)
})

test.each<[string, Path]>([
  ["require $.a is unique", ["b"]],
  ["require $.a is unique", ["a", 0]],
  ["require not ($.a is unique)", ["a"]],
  ["require $.a is unique or $.b", ["a"]],
  ["require any s in $.s.* : s.tags is unique", ["s", 0, "tags"]],
  ["where $.x require $.a is unique", ["a"]],
  ["require $..name is unique", []],
  ['require doc("b.json").a is unique', ["a"]],
  ["require $.a is sorted", ["a"]],
  ["require $.a[*][$.by] is unique", ["a"]],
])("%s says nothing of %j", (body, path) => {
  expect(at(body, path)).toEqual([])
})
