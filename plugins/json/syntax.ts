import type { Problem } from "../../src/model/document.ts"
import type { Span } from "../../src/model/span.ts"
import type { Dialect } from "./dialect.ts"

/** What is wrong, by the parser's name for it; `found` is the token it met. */
const words: Readonly<Record<string, (found: string) => string>> = {
  InvalidSymbol: (found) =>
    `${found} is not a JSON value: expected a string in double quotes, a number, true, false, null, { or [`,
  InvalidNumberFormat: (found) => `${found} is not a number as JSON writes it`,
  PropertyNameExpected: (found) => `expected a key in double quotes or "}", found ${found}`,
  ValueExpected: (found) => `expected a value, found ${found}`,
  ColonExpected: (found) => `expected ":" after the key, found ${found}`,
  CommaExpected: (found) => `expected "," or the end of the list or object, found ${found}`,
  CloseBraceExpected: (found) => `expected "}" to end the object, found ${found}`,
  CloseBracketExpected: (found) => `expected "]" to end the list, found ${found}`,
  EndOfFileExpected: (found) => `expected nothing more after the value, found ${found}`,
  InvalidCommentToken: () => "a comment is not allowed here: this file is read as strict JSON",
  UnexpectedEndOfComment: () => 'the comment is not closed: expected "*/"',
  UnexpectedEndOfString: () => "the string is not closed: expected a double quote before the end of the line",
  UnexpectedEndOfNumber: (found) => `the number ${found} is not complete: expected a digit`,
  InvalidUnicode: (found) => `expected four hexadecimal digits after \\u in ${found}`,
  InvalidEscapeCharacter: (found) =>
    `${found} holds an escape that JSON does not have; a backslash itself is written \\\\`,
  InvalidCharacter: (found) => `${found} holds a control character or tab that must be written as an escape`,
}

/** @param name the parser's name for the error.  @param token where it met it. */
export function syntaxProblem(name: string, text: string, token: Span, dialect: Dialect): Problem {
  const problem = (message: string, span: Span): Problem => ({ code: "syntax", severity: "error", message, span })
  const comma = dialect.trailingCommas ? undefined : trailingComma(name, text, token.start)
  if (comma !== undefined)
    return problem('a "," is not allowed after the last entry: this file\'s readers do not take trailing commas', comma)
  if (name === "InvalidSymbol" && /^\s*:/.test(text.slice(token.end, token.end + 100)))
    return problem(`the key ${found(text, token)} must stand in double quotes`, token)
  if (name === "InvalidSymbol" && text[token.start] === "'")
    return problem(`${found(text, token)} must stand in double quotes: JSON has no other strings`, token)
  const word = words[name] ?? ((found: string) => `did not expect ${found}`)
  return problem(word(found(text, token)), token)
}

function found(text: string, token: Span): string {
  if (token.start >= text.length) return "the end of the file"
  const word = text.slice(token.start, Math.max(token.end, token.start + 1)).replace(/[\r\n][\s\S]*/, "")
  const short = word.length > 40 ? `${word.slice(0, 40).replace(/[\uD800-\uDBFF]$/, "")}…` : word
  return /^["']/.test(short) ? short : `"${short}"`
}

/** The comma that the parser took for the promise of another entry. */
function trailingComma(name: string, text: string, offset: number): Span | undefined {
  if (name !== "PropertyNameExpected" && name !== "ValueExpected") return undefined
  if (!/[\]}]/.test(text[offset] ?? "")) return undefined
  let start = offset - 1
  while (/\s/.test(text[start] ?? "")) start--
  return text[start] === "," ? { start, end: start + 1 } : undefined
}
