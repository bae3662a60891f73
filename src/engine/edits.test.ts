import fc from "fast-check"
import { expect, test } from "vitest"
import type { Edit } from "../model/operation.ts"
import { applyEdits, composeEdits } from "./edits.ts"

/** Ordered, disjoint edits of a text of this length. */
const editsOf = (length: number): fc.Arbitrary<Edit[]> =>
  fc.array(fc.tuple(fc.nat(length), fc.nat(4), fc.string({ maxLength: 4 })), { maxLength: 5 }).map((drafts) => {
    const edits: Edit[] = []
    let offset = 0
    for (const [at, size, text] of drafts.sort((a, b) => a[0] - b[0])) {
      const start = Math.max(at, offset)
      const end = Math.min(start + size, length)
      if (start > length) break
      edits.push({ start, end, text })
      offset = end
    }
    return edits
  })

test("composed edits do what the rounds do one after the other", () => {
  fc.assert(
    fc.property(
      fc.string({ maxLength: 20, unit: fc.constantFrom("a", "b", "\r", "\n", "😀") }).chain((text) =>
        fc.tuple(fc.constant(text), editsOf(text.length)).chain(([, first]) => {
          const middle = applyEdits(text, first)
          return fc.tuple(fc.constant(text), fc.constant(first), editsOf(middle.length))
        }),
      ),
      ([text, first, second]) => {
        const composed = composeEdits(text, [first, second])
        expect(applyEdits(text, composed)).toBe(applyEdits(applyEdits(text, first), second))
      },
    ),
    { numRuns: 5000 },
  )
})

test("edits that overlap are refused", () => {
  expect(() =>
    applyEdits("abc", [
      { start: 0, end: 2, text: "" },
      { start: 1, end: 3, text: "" },
    ]),
  ).toThrow(RangeError)
})
