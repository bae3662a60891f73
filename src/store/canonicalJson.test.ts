import { expect, test } from "vitest"
import { canonicalJson } from "./canonicalJson.ts"

test("numbers, strings and literals as RFC 8785 writes them", () => {
  const value = JSON.parse(`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, -0],
    "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
    "literals": [null, true, false]
  }`)
  expect(canonicalJson(value)).toBe(
    `{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27,0],"string":"€$\\u000f\\nA'B\\"\\\\\\\\\\"/"}`,
  )
})

test("keys in the order of their UTF-16 code units, at every depth", () => {
  const keys = ["€", "\r", "\ufb33", "1", "😀", "\u0080", "ö"]
  const object = Object.fromEntries(keys.map((key) => [key, { b: 1, a: 2 }]))
  const sorted = [...canonicalJson(object).matchAll(/"([^"]+)":\{"a":2,"b":1\}/g)].map(([, key]) => key)
  expect(sorted).toEqual(["\\r", "1", "\u0080", "ö", "€", "😀", "\ufb33"])
})

test("a member that is undefined is left out", () => expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}'))

test.each([[Number.NaN], [Number.POSITIVE_INFINITY], ["\ud800"], [1n], [undefined], [() => 1], [[undefined]]])(
  "refuses what JSON cannot say: %s",
  (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError)
  },
)
