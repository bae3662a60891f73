import type { Edit } from "../../src/model/operation.ts"
import type { Span } from "../../src/model/span.ts"
import type { State } from "./state.ts"
import { endOfLine } from "./words.ts"

/** What is said to whoever asked when an edit cannot be made. */
export class Refused extends Error {}

export function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n"
}

export function lineStart(text: string, at: number): number {
  return text.lastIndexOf("\n", at - 1) + 1
}

/** Whether nothing but blanks stands before a place on its line. */
export function beginsLine(text: string, at: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, at), at))
}

/** The comment after a place on its line, if nothing else is there: zero width where there is none; `undefined` where something is. */
export function restOfLine({ text, scan }: State, at: number): Span | undefined {
  const end = endOfLine(text, at)
  const start = at + (/^[ \t]*/.exec(text.slice(at, end))?.[0].length ?? 0)
  if (start === end) return { start: end, end }
  return text[start] === "#" && scan.comments.some((each) => each.start === start) ? { start, end } : undefined
}

/** Take a statement or an element away that has its lines to itself, and the lines with it. A comment beside it stays. */
export function withoutLines(state: State, { start, end }: Span): Edit | undefined {
  const { text } = state
  const rest = restOfLine(state, end)
  if (!beginsLine(text, start) || rest === undefined) return undefined
  if (rest.start < rest.end) return { start, end: rest.start, text: "" }
  const from = lineStart(text, start)
  const line = /^\r?\n/.exec(text.slice(rest.end, rest.end + 2))?.[0].length ?? 0
  if (line > 0 || from === 0) return { start: from, end: rest.end + line, text: "" }
  // The last line goes, and the end of the file stays as it was.
  return { start: from - (text[from - 2] === "\r" ? 2 : 1), end: rest.end, text: "" }
}

/** A new line after the one on which a place stands; `undefined` where something else follows on it. */
export function lineAfter(state: State, at: number, line: string): Edit | undefined {
  const rest = restOfLine(state, at)
  return rest && { start: rest.end, end: rest.end, text: `${eolOf(state.text)}${line}` }
}

export function lineAtEnd({ text, scan }: State, line: string): Edit {
  if (scan.flaws.length > 0) throw new Refused("the file is not balanced, so where its end is cannot be told")
  const eol = eolOf(text)
  const at = { start: text.length, end: text.length }
  return text === "" || text.endsWith("\n") ? { ...at, text: `${line}${eol}` } : { ...at, text: `${eol}${line}` }
}
