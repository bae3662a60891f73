import { expect, test } from "vitest"
import { CfgsyncError } from "../model/errors.ts"
import { parsePathArgument } from "./pathQuery.ts"

const root = { a: { b: [1, 2, { "c.d": true }] }, "x/y": { "0": 1 }, "": 3 }

test.each([
  ["$", []],
  ["", []],
  ["$.a.b[0]", ["a", "b", 0]],
  ["$['a'][\"b\"][2]['c.d']", ["a", "b", 2, "c.d"]],
  ["$.a.b[-1]", ["a", "b", 2]],
  ["$.new.member", ["new", "member"]],
  ["/a/b/2/c.d", ["a", "b", 2, "c.d"]],
  ["/x~1y/0", ["x/y", "0"]],
  ["/", [""]],
])("%s is %j", (text, path) => {
  expect(parsePathArgument(text, root)).toEqual(path)
})

test.each([
  ["a.b", /\$\.a\.b/],
  ["a.b[0]", /\/a\/b\/0/],
  ["$.a.*", /one place/],
  ["$..b", /one place/],
  ["$.a['b','c']", /one place/],
  ["$.a[?@.b == 1]", /one place/],
  ["$.a.b[0:1]", /one place/],
  ["$.a.b[-9]", /negative/],
  ["$.a[", /JSONPath such as/],
  ["/a~2", /~0/],
  ["what is this", /JSONPath such as/],
])("%s is refused with a hint", (text, hint) => {
  try {
    parsePathArgument(text, root)
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(CfgsyncError)
    if (!(error instanceof CfgsyncError)) return
    expect(error.code).toBe("path-invalid")
    expect(error.hint).toMatch(hint)
  }
})
