import fc from "fast-check"
import { describe, expect, it, test } from "vitest"
import { carryEdits } from "./carryEdits.ts"

const base = "a\nb\nc\nd\n"

describe("edits are carried over to another version of a text", () => {
  it.each<[string, string, { start: number; end: number; text: string }[], string | null]>([
    ["a line before was put in", "x\na\nb\nc\nd\n", [{ start: 2, end: 3, text: "B" }], "x\na\nB\nc\nd\n"],
    ["the next line was changed", "a\nb\nC\nd\n", [{ start: 2, end: 3, text: "B" }], "a\nB\nC\nd\n"],
    ["the line itself was changed", "a\nbb\nc\nd\n", [{ start: 2, end: 3, text: "B" }], null],
    ["the line is gone", "a\nc\nd\n", [{ start: 2, end: 3, text: "B" }], null],
    ["a whole line goes, the next was changed", "a\nb\nC\nd\n", [{ start: 2, end: 4, text: "" }], "a\nC\nd\n"],
    ["lines are parted by another", "a\nb\nx\nc\nd\n", [{ start: 2, end: 5, text: "B" }], null],
    ["line breaks differ", "a\r\nb\r\nc\r\nD\r\n", [{ start: 2, end: 3, text: "B\nB" }], "a\r\nB\r\nB\r\nc\r\nD\r\n"],
    ["a line is put in at the end", "A\nb\nc\nd\n", [{ start: 8, end: 8, text: "e\n" }], "A\nb\nc\nd\ne\n"],
    ["the last line break is gone", "A\nb\nc\nd", [{ start: 6, end: 7, text: "D" }], null],
  ])("%s", (_, other, edits, expected) => expect(carryEdits(base, other, edits)).toBe(expected))
})

const line = fc.constantFrom("a", "b", "{", "}", "  x: 1", "")
const text = fc.array(line, { maxLength: 12 }).map((lines) => lines.join("\n"))

test("taking the edit back gives the other version again, to the byte", () => {
  fc.assert(
    fc.property(text, text, fc.nat(), fc.nat(6), fc.string({ maxLength: 4 }), (one, other, at, length, put) => {
      const start = at % (one.length + 1)
      const end = Math.min(one.length, start + length)
      const carried = carryEdits(one, other, [{ start, end, text: put }])
      if (carried === null) return
      const removed = one.slice(start, end)
      const places = [...Array(carried.length - put.length + 1).keys()]
      expect(
        places.some((place) => carried.slice(0, place) + removed + carried.slice(place + put.length) === other),
      ).toBe(true)
    }),
    { numRuns: 2000 },
  )
})
