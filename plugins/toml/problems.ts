import { TomlError } from "smol-toml"
import { ParseError } from "toml-eslint-parser"
import type { Limits, Problem } from "../../src/model/document.ts"
import type { Span } from "../../src/model/span.ts"

/** What smol-toml says, and what people understand. The part after the first word that matters is enough to recognise a message. */
const words: readonly (readonly [RegExp, string])[] = [
  [/excessively nested/, "this is nested too deeply"],
  [/redefine an already defined/, "this key or table is already defined above"],
  [/must be followed by an end-of-line/, "only one key = value may stand on a line"],
  [/expected end of table array/, "a [[table]] header must end in ]]"],
  [/unexpected end of key/, "a key is missing here"],
  [/illegal empty bare key/, "a part of this dotted key is missing"],
  [/multiline strings are not allowed/, "a key cannot be a multi-line string"],
  [/illegal character in key/, "this cannot stand in a key; quote the key, or finish it with ="],
  [/cannot find end of key/, "this line is no key = value"],
  [/illegal leading zero/, "a number cannot start with 0 unless it is 0"],
  [
    /illegal underscore|unfinished numeric/,
    "this number is not finished: an underscore, point or sign needs a digit after it",
  ],
  [/illegal character in numeric/, "this is neither a number nor a date; quote it to make it a string"],
  [/invalid date|date part|time part/, "this date or time does not exist"],
  [/invalid value/, "this is no TOML value; strings need quotes"],
  [/control characters/, 'control characters are not allowed here; in a "string" write them as \\u00XX'],
  [/non-hex character/, "a unicode escape needs hexadecimal digits"],
  [/invalid unicode escape/, "this unicode escape names no character"],
  [
    /only line-ending whitespace|unrecognised escape/,
    "this escape does not exist; write \\\\ for a backslash, or use a 'literal string'",
  ],
  [/unfinished string/, "this string has no closing quote"],
  [/unfinished table/, "this { has no closing }"],
  [/unfinished array/, "this [ has no closing ]"],
  [/expected comma or end/, "a comma or the closing bracket is missing here"],
]

/** @param error what smol-toml or toml-eslint-parser threw.  @returns `undefined` when it is not about the text. */
export function problemOf(error: unknown, text: string, limits: Limits): Problem | undefined {
  if (error instanceof TomlError) return fromSmol(error, text, limits)
  if (error instanceof ParseError) {
    const message = `${error.message.charAt(0).toLowerCase()}${error.message.slice(1)}`
    const known = /invalid (date|time)/i.test(message) ? "this date or time does not exist" : message
    return { code: "syntax", severity: "error", message: known, span: tokenAt(text, error.index) }
  }
  return undefined
}

function fromSmol(error: TomlError, text: string, limits: Limits): Problem {
  const raw = (error.message.split("\n")[0] ?? "").replace("Invalid TOML document: ", "")
  const offset = offsetOf(text, error)
  if (/excessively nested/.test(raw)) return tooDeep(tokenAt(text, offset), limits)
  const message = words.find(([pattern]) => pattern.test(raw))?.[1] ?? raw
  const code = /redefine/.test(raw) ? "duplicate-key" : "syntax"
  const span = code === "duplicate-key" ? keyAt(text, offset) : tokenAt(text, offset)
  return { code, severity: "error", message, span }
}

/** smol-toml counts LF and CRLF as line ends; a lone CR is none. */
function offsetOf(text: string, { line, column }: TomlError): number {
  let start = 0
  for (let at = 1; at < line; at++) start = text.indexOf("\n", start) + 1
  return Math.min(start + column - 1, text.length)
}

export function tooDeep(span: Span, limits: Limits): Problem {
  return {
    code: "too-deep",
    severity: "error",
    message: `this is nested deeper than the ${limits.depth} levels that are allowed`,
    span,
  }
}

/** The word at an offset, for the caret: never empty inside the text, never past the line. */
function tokenAt(text: string, offset: number): Span {
  const length = /^[^\s,[\]{}="'#]+/.exec(text.slice(offset, offset + 200))?.[0].length
  return { start: offset, end: Math.min(offset + (length ?? 1), text.length) }
}

/** A dotted key, up to its `=` or `]`. */
function keyAt(text: string, offset: number): Span {
  const key = /^(?:"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[\w-]+)(?:[ \t]*\.[ \t]*(?:"(?:\\.|[^"\\\n])*"|'[^'\n]*'|[\w-]+))*/
  const lead = /^[ \t]*/.exec(text.slice(offset, offset + 1000))?.[0].length ?? 0
  const start = offset + lead
  const length = key.exec(text.slice(start, start + 10_000))?.[0].length ?? 0
  return { start, end: Math.min(start + Math.max(length, 1), text.length) }
}
