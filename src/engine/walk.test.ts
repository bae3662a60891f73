import fc from "fast-check"
import { compile } from "json-p3"
import { expect, test } from "vitest"
import type { Value } from "../model/value.ts"
import type { TermSegment } from "./compiled.ts"
import { termText } from "./termText.ts"
import { walk } from "./walk.ts"

const json: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Value>(null, 1, "x", false),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("a", "b", "c.d", ""), tie("value"), { maxKeys: 4 }),
  ),
})).value

const plain: fc.Arbitrary<TermSegment> = fc.oneof(
  fc.constantFrom("a", "b", "c.d", "").map((name) => ({ type: "member", name }) as const),
  fc.integer({ min: -3, max: 3 }).map((index) => ({ type: "index", index }) as const),
  fc.constant({ type: "wildcard" } as const),
  fc
    .tuple(bound(), bound(), fc.constantFrom(null, 1, 2, -1, -2, 0))
    .map(([start, end, step]) => ({ type: "slice", start, end, step }) as const),
)
const segment: fc.Arbitrary<TermSegment> = fc.oneof(
  { weight: 4, arbitrary: plain },
  { weight: 1, arbitrary: plain.map((inner) => ({ type: "descendant", inner }) as const) },
)

function bound(): fc.Arbitrary<number | null> {
  return fc.option(fc.integer({ min: -5, max: 5 }))
}

test("paths lead where RFC 9535 says, as json-p3 reads them", () => {
  fc.assert(
    fc.property(json, fc.array(segment, { maxLength: 3 }), (value, segments) => {
      const text = termText({ type: "path", root: { type: "document" }, segments })
      const expected = compile(text)
        .query(value as Parameters<ReturnType<typeof compile>["query"]>[0])
        .nodes.map((node) => ({ value: node.value, path: node.location }))
      const found = walk({ value, place: { file: null, path: [] } }, segments, () => undefined)
        .filter((node) => node.value !== undefined)
        .map((node) => ({ value: node.value, path: node.place?.path }))
      expect(found).toEqual(expected)
    }),
    { numRuns: 3000 },
  )
})

test("what is missing keeps the place where it would stand", () => {
  const start = { value: { a: {} }, place: { file: null, path: [] } }
  const at = (...names: string[]) => names.map((name) => ({ type: "member", name }) as const)
  const found = walk(start, at("a", "b", "c"), () => undefined)
  expect(found.map(({ value, place }) => ({ value, place }))).toEqual([
    { value: undefined, place: { file: null, path: ["a", "b", "c"] } },
  ])
})

test.each<[Value | undefined, readonly (string | number)[] | undefined]>([
  ["k", ["m", "k"]],
  [1, undefined],
  [null, undefined],
  [undefined, undefined],
])("a computed key %j of an object", (key, path) => {
  const start = { value: { m: { k: 5, "1": 6 } }, place: { file: null, path: [] } }
  const segments: TermSegment[] = [
    { type: "member", name: "m" },
    { type: "computed", term: { type: "literal", value: 0 } },
  ]
  expect(walk(start, segments, () => key)[0]?.place?.path).toEqual(path)
})
