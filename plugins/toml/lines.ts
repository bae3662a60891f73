import type { Edit } from "../../src/model/operation.ts"
import { withoutEnd } from "../../src/model/withoutEnd.ts"

/** Offset of the first character of the line that holds `offset`. */
export function lineStart(text: string, offset: number): number {
  return text.lastIndexOf("\n", offset - 1) + 1
}

/** Offset of the line's end, before LF or CRLF. */
export function contentEnd(text: string, offset: number): number {
  const feed = text.indexOf("\n", offset)
  if (feed < 0) return text.length
  return text[feed - 1] === "\r" && feed > offset ? feed - 1 : feed
}

/** Offset of the next line's first character, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  const feed = text.indexOf("\n", offset)
  return feed < 0 ? text.length : feed + 1
}

export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? ""
}

export function isFirstOnLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset))
}

/** Offset of the comma that follows, over blanks, line ends and comments; -1 when there is none. */
export function commaAfter(text: string, offset: number): number {
  let at = offset
  while (at < text.length) {
    if (text[at] === "#") at = contentEnd(text, at)
    else if (/\s/.test(text[at] ?? "")) at++
    else return text[at] === "," ? at : -1
  }
  return -1
}

/** Where the comment lines that stand directly above a line begin; the line itself when there are none. */
export function attachedStart(text: string, offset: number): number {
  let start = lineStart(text, offset)
  while (start > 0) {
    const above = lineStart(text, start - 1)
    if (!/^[ \t]*#/.test(text.slice(above, start))) break
    start = above
  }
  return start
}

/**
 * Delete whole lines from the one that holds `start` to the one that holds `end`; a comment behind `end` stays, on a line of its own.
 * @param blank also one of the two runs of blank lines that would meet
 */
export function deleteLines(text: string, start: number, end: number, blank: boolean): Edit {
  const comment = /^[ \t]*(?=#)/.exec(text.slice(end, contentEnd(text, end)))
  if (comment !== null) return { start, end: end + comment[0].length, text: "" }
  let from = lineStart(text, start)
  let to = nextLine(text, end)
  if (blank) {
    const blankAbove = from === 0 || /\n[ \t]*\r?\n$/.test(`\n${text.slice(0, from)}`)
    const below = /^(?:[ \t]*\r?\n)+/.exec(text.slice(to))?.[0].length ?? 0
    if (blankAbove) to += below
  }
  // What now ends the file is to end as the file did.
  if (to >= text.length && from > 0) {
    if (blank) from -= blankLinesAtEnd(text.slice(0, from - 1))
    if (blank && text[from - 1] !== "\n") from = nextLine(text, from)
    if (!text.endsWith("\n")) {
      from--
      if (text[from - 1] === "\r") from--
    }
  }
  return { start: from, end: to, text: "" }
}

/** In order, with deletions that meet made one; `undefined` when they cannot be one list. */
export function ordered(edits: readonly Edit[]): readonly Edit[] | undefined {
  const result: Edit[] = []
  const sorted = edits.map((edit, index) => ({ edit, index }))
  sorted.sort((a, b) => a.edit.start - b.edit.start || a.edit.end - b.edit.end || a.index - b.index)
  for (const { edit } of sorted) {
    const last = result.at(-1)
    const deletions = last?.text === "" && edit.text === "" && last.start < last.end && edit.start < edit.end
    if (last === undefined || edit.start > last.end || (edit.start === last.end && !deletions)) {
      result.push(edit)
    } else {
      if (!deletions) return undefined
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, edit.end), text: "" }
    }
  }
  return result
}

type Piece = { readonly start: number; readonly end: number } | { readonly text: string }

/** Several rounds of edits, each of the text that the round before gave, as one list of edits of the first text. */
export function compose(length: number, rounds: readonly (readonly Edit[])[]): readonly Edit[] {
  let pieces: readonly Piece[] = [{ start: 0, end: length }]
  for (const round of rounds) pieces = applyRound(pieces, round)
  const result: Edit[] = []
  let offset = 0
  let inserted = ""
  for (const piece of [...pieces, { start: length, end: length }]) {
    if ("text" in piece) {
      inserted += piece.text
      continue
    }
    if (inserted !== "" || piece.start > offset) result.push({ start: offset, end: piece.start, text: inserted })
    inserted = ""
    offset = piece.end
  }
  return result
}

function applyRound(pieces: readonly Piece[], round: readonly Edit[]): readonly Piece[] {
  const result: Piece[] = []
  let offset = 0
  for (const edit of round) {
    result.push(...slice(pieces, offset, edit.start))
    if (edit.text !== "") result.push({ text: edit.text })
    offset = edit.end
  }
  return [...result, ...slice(pieces, offset, Number.POSITIVE_INFINITY)]
}

function slice(pieces: readonly Piece[], from: number, to: number): readonly Piece[] {
  const result: Piece[] = []
  let offset = 0
  for (const piece of pieces) {
    const length = "text" in piece ? piece.text.length : piece.end - piece.start
    const start = Math.max(from - offset, 0)
    const end = Math.min(to - offset, length)
    if (start < end)
      result.push(
        "text" in piece
          ? { text: piece.text.slice(start, end) }
          : { start: piece.start + start, end: piece.start + end },
      )
    offset += length
  }
  return result
}

/** Their length, from the line break before the first of them. */
function blankLinesAtEnd(text: string): number {
  const start = text.indexOf("\n", withoutEnd(text, " \t\r\n").length)
  return start === -1 ? 0 : text.length - start
}
