import { expect, it } from "vitest"
import { LineIndex } from "../model/span.ts"
import { codeFrame } from "./frame.ts"

/** The frame as printed, for the first place where `word` stands. */
function frame(text: string, word: string): string {
  const start = text.indexOf(word)
  const lines = codeFrame(text, new LineIndex(text), { start, end: start + word.length })
  return lines.map(({ number, text }) => `${String(number ?? "").padStart(3)} | ${text}`).join("\n")
}

it.each([
  ["one line", "abc", "b", "  1 | abc\n    |  ^"],
  ["the lines around it", "one\ntwo\nthree\nfour", "two", "  1 | one\n  2 | two\n    | ^^^\n  3 | three"],
  ["CRLF and a lone CR", "one\r\ntwo\rthree", "two", "  1 | one\n  2 | two\n    | ^^^\n  3 | three"],
  ["tabs", "\ta\tb: x", "x", "  1 |     a   b: x\n    |            ^"],
  ["wide characters", '漢字: "値"', '"値"', '  1 | 漢字: "値"\n    |       ^^^^'],
  ["combining marks and joined emoji", "e\u0301👩‍👩‍👧 x", "x", "  1 | e\u0301👩‍👩‍👧 x\n    |     ^"],
  ["a span over several lines", "{\n  a\n}", "{\n  a\n}", "  1 | {\n    | ^\n  2 |   a"],
  ["an escape sequence", "a\u001b[31mb", "b", "  1 | a␛[31mb\n    |       ^"],
  ["a direction mark", "a\u202eb", "b", "  1 | a\ufffdb\n    |   ^"],
])("shows %s", (_, text, word, expected) => {
  expect(frame(text, word)).toBe(expected)
})

it("puts the caret behind the last character for what is missing at the end", () => {
  const text = "a:\n"
  expect(codeFrame(text, new LineIndex(text), { start: 2, end: 2 })[1]).toEqual({ number: undefined, text: "  ^" })
})

it("cuts a long line around the place, with the caret still below it", () => {
  const text = `${"a".repeat(5000)}HERE${"b".repeat(5000)}`
  const [line, carets] = codeFrame(text, new LineIndex(text), { start: 5000, end: 5004 })
  expect(line?.text.length).toBeLessThan(130)
  expect(line?.text.slice(carets?.text.indexOf("^"), carets?.text.length)).toBe("HERE")
  expect(line?.text).toMatch(/^…a+HEREb+…$/)
})

it("cuts carets where the line is cut", () => {
  const text = "x".repeat(5000)
  const [line, carets] = codeFrame(text, new LineIndex(text), { start: 0, end: 5000 })
  expect(carets?.text.length).toBeLessThanOrEqual(line?.text.length ?? 0)
})
