import { expect, test } from "vitest"
import type { ExpectedChange } from "../model/policy.ts"
import { makeObject, type Value } from "../model/value.ts"
import { allExpected, isQuery } from "./expected.ts"
import { valueChanges } from "./valueChanges.ts"

const before = makeObject([
  [
    "servers",
    [
      makeObject([
        ["port", 80n],
        ["name", "a"],
      ]),
      makeObject([
        ["port", 81n],
        ["name", "b"],
      ]),
    ],
  ],
  ["model", "one"],
])
const withPort = (port: Value): Value =>
  makeObject([
    [
      "servers",
      [
        makeObject([
          ["port", port],
          ["name", "a"],
        ]),
        makeObject([
          ["port", 81n],
          ["name", "b"],
        ]),
      ],
    ],
    ["model", "one"],
  ])

function expected(after: Value, ...expect: ExpectedChange[]): boolean {
  const changes = valueChanges(before, after).map((change) => ({ ...change, document: 0 }))
  return allExpected(changes, expect, [before], [after])
}

test.each<[after: Value, expect: ExpectedChange[], is: boolean]>([
  [withPort(8080n), [{ path: "$.servers[*].port" }], true],
  [withPort(8080n), [{ path: "$.servers" }], true],
  [withPort(8080n), [{ path: "$..port", value: "80[0-9]+" }], true],
  [withPort(8080n), [{ path: "$..port", value: "80" }], false],
  [withPort("8080"), [{ path: "$..port", value: "[0-9]+" }], true],
  [withPort(8080n), [{ path: "$.model" }], false],
  [withPort(8080n), [{ path: "$.model" }, { path: "$..port" }], true],
  [withPort(8080n), [], false],
  // Both must be expected.
  [makeObject([["model", "two"]]), [{ path: "$.model" }], false],
  [makeObject([["model", "two"]]), [{ path: "$.model" }, { path: "$.servers" }], true],
  // What is removed has no text.
  [makeObject([["model", "one"]]), [{ path: "$.servers", value: ".+" }], false],
  [makeObject([["model", "one"]]), [{ path: "$.servers", value: "" }], true],
  // Nothing changed that could be expected.
  [before, [{ path: "$" }], false],
])("%#", (after, patterns, is) => {
  expect(expected(after, ...patterns)).toBe(is)
})

test("what is no JSONPath is known", () => {
  expect(["$.a", "$..a[*]", "a", "$.", ""].map(isQuery)).toEqual([true, true, false, false, false])
})
