import fc from "fast-check"
import { expect, test } from "vitest"
import { DateTime, equal, makeObject, type Value } from "../model/value.ts"
import { isKind, valueKey } from "./kinds.ts"
import { holds, operators } from "./operators.ts"

const big = 2n ** 60n

type Row = readonly [left: Value | undefined, right: unknown, holds: boolean]

const tables: Readonly<Record<string, readonly Row[]>> = {
  equals: [
    [undefined, undefined, false],
    [undefined, null, false],
    [null, undefined, false],
    [null, null, true],
    [0, false, false],
    ["1", 1, false],
    [1, 1, true],
    [1n, 1, true],
    [big, Number(big), true],
    [big + 1n, Number(big), false],
    ["a", "a", true],
    [[], [], true],
    [[1, 2], [2, 1], false],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [new DateTime("2020-01-01 00:00:00z"), new DateTime("2020-01-01T00:00:00Z"), true],
    [new DateTime("2020-01-01"), "2020-01-01", true],
  ],
  lt: [
    [1, 2, true],
    [2, 2, false],
    [1, "2", false],
    ["1", 2, false],
    ["10", "9", true],
    ["\u{1F600}", "\uFFFF", false],
    [big, 1, false],
    [1, big, true],
    [undefined, 1, false],
    [1, undefined, false],
    [null, 1, false],
    [false, true, false],
    [Number.NaN, 1, false],
    [[1], [2], false],
  ],
  le: [
    [2, 2, true],
    [2n, 2, true],
    ["a", "a", true],
    [Number.NaN, Number.NaN, false],
    [null, null, false],
    [undefined, undefined, false],
  ],
  gt: [
    [3, 2, true],
    [2, 3, false],
    ["b", "a", true],
    [undefined, 0, false],
    ["", null, false],
  ],
  ge: [
    [2, 2, true],
    [1, 2, false],
    [undefined, undefined, false],
    [true, false, false],
  ],
  oneOf: [
    ["a", ["a", "b"], true],
    ["c", ["a", "b"], false],
    [1n, [1], true],
    [["a"], ["a", "b"], true],
    [["a", "c"], ["a", "b"], false],
    [[], ["a"], true],
    [["a"], [["a"]], true],
    [undefined, [], false],
    [null, [null], true],
    ["a", "abc", false],
    ["a", undefined, false],
    [{ a: 1 }, [{ a: 1 }], true],
  ],
  has: [
    [["a", 1], "a", true],
    [["a", 1], 1n, true],
    [["ab"], "a", false],
    ["abc", "b", true],
    ["abc", "", true],
    ["1", 1, false],
    [{ a: null }, "a", true],
    [{ a: null }, "toString", false],
    [undefined, "a", false],
    [null, null, false],
    [[null], null, true],
    [[], undefined, false],
    [5, 5, false],
  ],
  matches: [
    ["abc", "b", true],
    ["abc", "^b", false],
    ["abc", "^a.c$", true],
    ["ABC", "(?i)b", true],
    [5, "5", false],
    [undefined, ".*", false],
    ["a", "(", false],
    ["a", "(?=a)", false],
    ["a", undefined, false],
  ],
  like: [
    ["src/a.ts", "src/*.ts", true],
    ["src/b/a.ts", "src/*.ts", false],
    ["src/b/a.ts", "src/**/*.ts", true],
    [".hidden", "*", true],
    ["a", "{a,b}", true],
    ["", "", true],
    [1, "*", false],
    [undefined, "**", false],
    ["!a", "!a", true],
  ],
  satisfies: [
    ["1.2.3", "^1.0.0", true],
    ["v1.2.3", "1.x", true],
    ["2.0.0", "^1.0.0", false],
    ["1.2", "^1.0.0", false],
    ["1.2.3", "nonsense", false],
    [1, "*", false],
    [undefined, "*", false],
  ],
  is: [
    ["a", "string", true],
    [[], { array: "string" }, true],
    [["a", 1], { array: "string" }, false],
    [[["a"]], { array: { array: "string" } }, true],
    ["a", { array: "string" }, false],
    ["a", "no such kind", false],
    ["a", undefined, false],
    ["a", 5, false],
  ],
  every: [
    [[], { all: [{ fact: "x", operator: "equals", value: 1 }] }, true],
    [[{ x: 1 }, { x: 2 }], { all: [{ fact: "x", operator: "equals", value: 1 }] }, false],
    [undefined, { all: [] }, false],
  ],
  some: [
    [[], { all: [] }, false],
    [[{ x: 1 }, { x: 2 }], { all: [{ fact: "x", operator: "equals", value: 1 }] }, true],
    [[{}], { all: [{ fact: "toString", operator: "is", value: "present" }] }, false],
  ],
}

for (const [name, rows] of Object.entries(tables)) {
  test(name, () => {
    for (const [left, right, expected] of rows) {
      expect(operators[name]?.(left, right), `${valueKey(left)} ${String(right)}`).toBe(expected)
    }
  })
}

test("every operator has a table", () => {
  expect(Object.keys(tables).sort()).toEqual(Object.keys(operators).sort())
})

const kinds: Readonly<
  Record<string, { readonly yes: readonly (Value | undefined)[]; readonly no: readonly (Value | undefined)[] }>
> = {
  string: { yes: ["", "a"], no: [1, null, undefined, ["a"], new DateTime("2020-01-01")] },
  number: { yes: [0, 1.5, 1n], no: ["1", null, true, undefined] },
  integer: { yes: [0, 1, 1n], no: [1.5, "1", Number.NaN, undefined] },
  boolean: { yes: [true, false], no: [0, "true", null, undefined] },
  null: { yes: [null], no: [undefined, 0, "", false] },
  array: { yes: [[], [1]], no: [{}, "a", undefined, null] },
  object: { yes: [{}, { a: 1 }], no: [[], null, undefined, new DateTime("2020-01-01")] },
  absent: { yes: [undefined], no: [null, "", 0, []] },
  present: { yes: [null, "", 0, [], false], no: [undefined] },
  empty: { yes: ["", [], {}], no: [undefined, null, 0, " ", [null]] },
  sorted: {
    yes: [[], [1, 2n, 3], ["A", "B", "a"], { a: 1, b: 2 }],
    no: [[2, 1], ["b", "a"], [1, "a"], { b: 1, a: 2 }, undefined, "ab"],
  },
  unique: {
    yes: [[], [1, "1"], [{ a: 1 }, { a: 2 }]],
    no: [
      [1, 1n],
      ["a", "a"],
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      undefined,
      "ab",
    ],
  },
  url: {
    yes: ["https://x.test/a?b", "ssh://git@h/x"],
    no: ["localhost:80", "C:\\x", "/a", "https://", "http://a b", undefined, 1],
  },
  path: {
    yes: ["/a", "./a", "~/x", "a/b", "C:\\x", "file.txt", ".."],
    no: ["", "word", "https://x.test/a", "a\nb/c", undefined, 1],
  },
  executable: { yes: [], no: ["sh", undefined] },
}

for (const [kind, { yes, no }] of Object.entries(kinds)) {
  test(`is ${kind}`, () => {
    for (const value of yes) expect(operators.is?.(value, kind), JSON.stringify(valueKey(value))).toBe(true)
    for (const value of no) expect(operators.is?.(value, kind), JSON.stringify(valueKey(value))).toBe(false)
  })
}

const anyValue: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false, 0, -0, 1, 1n, 1.5, Number.NaN, "", "a", "b", new DateTime("2020-01-01")),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 53n + 3n }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("a", "b", "fact", "1", "__proto__"), tie("value"), { maxKeys: 3 }),
  ),
})).value

test("no operator throws, whatever it is given", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(operators)),
      fc.option(anyValue, { nil: undefined }),
      fc.option(anyValue, { nil: undefined }),
      (name, left, right) => {
        expect(typeof operators[name]?.(left, right)).toBe("boolean")
      },
    ),
    { numRuns: 2000 },
  )
})

test("two values have one key exactly when they are equal", () => {
  fc.assert(
    fc.property(anyValue, anyValue, (left, right) => {
      expect(valueKey(left) === valueKey(right)).toBe(equal(left, right))
    }),
    {
      numRuns: 5000,
      examples: [
        [1, 1n],
        [Number.NaN, Number.NaN],
        [["a,sb"], ["a", "b"]],
      ],
    },
  )
})

test("an empty any holds for nobody, an empty all for everybody", () => {
  expect(holds({ any: [] }, () => 1)).toBe(false)
  expect(holds({ all: [] }, () => undefined)).toBe(true)
  expect(holds({ fact: "x", operator: "unheard-of", value: 1 }, () => 1)).toBe(false)
})

test("sorted looks at the order of the text, not at that of JavaScript's keys", () => {
  const object = makeObject([
    ["b", 1],
    ["10", 2],
  ])
  expect(isKind(object, "sorted")).toBe(false)
})
