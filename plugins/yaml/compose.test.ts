import fc from "fast-check"
import { expect, test } from "vitest"
import type { Edit } from "../../src/model/operation.ts"
import { compose, splice } from "./compose.ts"

const text = "0123456789abcdefghij"

/** Edits of a text of some length, in order and apart. */
function edits(length: number): fc.Arbitrary<readonly Edit[]> {
  const place = fc.tuple(fc.nat(length), fc.nat(length), fc.constantFrom("", "X", "YY", "ZZZ"))
  return fc.array(place, { maxLength: 4 }).map((places) => {
    const sorted = places
      .map(([a, b, put]) => ({ start: Math.min(a, b), end: Math.min(Math.max(a, b), Math.min(a, b) + 4), text: put }))
      .sort((a, b) => a.start - b.start)
    return sorted.filter((edit, index) => sorted.slice(0, index).every(({ end }) => end < edit.start))
  })
}

test("edits after edits are edits of the first text, in order and apart", () => {
  const both = edits(text.length).chain((first) => fc.tuple(fc.constant(first), edits(splice(text, first).length)))
  fc.assert(
    fc.property(both, ([first, then]) => {
      const composed = compose(text, first, then)
      expect(splice(text, composed)).toBe(splice(splice(text, first), then))
      composed.forEach((edit, index) => {
        expect(edit.start).toBeLessThanOrEqual(edit.end)
        if (index > 0) expect(composed[index - 1]?.end).toBeLessThanOrEqual(edit.start)
      })
    }),
    { numRuns: 2000 },
  )
})

test.each<readonly [readonly Edit[], readonly Edit[], readonly Edit[]]>([
  [[], [{ start: 3, end: 4, text: "X" }], [{ start: 3, end: 4, text: "X" }]],
  [
    [{ start: 0, end: 2, text: "" }],
    [{ start: 3, end: 4, text: "X" }],
    [
      { start: 0, end: 2, text: "" },
      { start: 5, end: 6, text: "X" },
    ],
  ],
  [[{ start: 3, end: 3, text: "abc" }], [{ start: 4, end: 8, text: "" }], [{ start: 3, end: 5, text: "a" }]],
])("%j, then %j", (first, then, composed) => expect(compose(text, first, then)).toEqual(composed))
