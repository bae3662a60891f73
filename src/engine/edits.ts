import type { Edit } from "../model/operation.ts"

/** @param edits ordered and disjoint; two insertions at one offset keep their order.  @throws RangeError when they overlap or leave the text. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = ""
  let offset = 0
  for (const edit of edits) {
    if (edit.start < offset || edit.end < edit.start || edit.end > text.length)
      throw new RangeError("edits overlap or leave the text")
    result += text.slice(offset, edit.start) + edit.text
    offset = edit.end
  }
  return result + text.slice(offset)
}

/** A stretch kept from the first text, or text that was put in. */
type Piece = { readonly start: number; readonly end: number } | { readonly text: string }

/**
 * Rounds of edits as one: the offsets of each round count in the text that the rounds before it give.
 * @param text the first text.  @returns ordered, disjoint edits of it, none of which replaces a text by itself.
 */
export function composeEdits(text: string, rounds: readonly (readonly Edit[])[]): readonly Edit[] {
  let pieces: readonly Piece[] = [{ start: 0, end: text.length }]
  for (const round of rounds) pieces = editPieces(pieces, round)
  const edits: Edit[] = []
  let offset = 0
  let inserted = ""
  for (const piece of [...pieces, { start: text.length, end: text.length }]) {
    if ("text" in piece) {
      inserted += piece.text
      continue
    }
    const edit = shorten(text, { start: offset, end: piece.start, text: inserted })
    if (edit.start !== edit.end || edit.text !== "") edits.push(edit)
    offset = piece.end
    inserted = ""
  }
  return edits
}

/** One round on pieces: what stands before, between and after its edits is kept. */
function editPieces(pieces: readonly Piece[], round: readonly Edit[]): readonly Piece[] {
  const result: Piece[] = []
  const rest = [...pieces].reverse()
  let offset = 0
  /** Pieces up to an offset of the text that they give; the one that reaches beyond it is cut. */
  const upTo = (end: number) => {
    const taken: Piece[] = []
    for (let piece = rest.at(-1); piece !== undefined && offset < end; piece = rest.at(-1)) {
      const length = lengthOf(piece)
      const part = Math.min(length, end - offset)
      rest.pop()
      if (part < length) rest.push(slicePiece(piece, part, length))
      taken.push(slicePiece(piece, 0, part))
      offset += part
    }
    return taken
  }
  for (const { start, end, text } of round) {
    for (const piece of upTo(start)) result.push(piece)
    upTo(end)
    result.push({ text })
  }
  for (const piece of rest.reverse()) result.push(piece)
  return result
}

function lengthOf(piece: Piece): number {
  return "text" in piece ? piece.text.length : piece.end - piece.start
}

function slicePiece(piece: Piece, from: number, to: number): Piece {
  return "text" in piece ? { text: piece.text.slice(from, to) } : { start: piece.start + from, end: piece.start + to }
}

/** Leave out what an edit would replace by itself, at its ends; never split a surrogate pair or a CRLF. */
function shorten(text: string, edit: Edit): Edit {
  let { start, end } = edit
  let from = 0
  let to = edit.text.length
  while (start < end && from < to && text[start] === edit.text[from]) {
    start++
    from++
  }
  while (start < end && from < to && text[end - 1] === edit.text[to - 1]) {
    end--
    to--
  }
  const splits = (offset: number) =>
    offset > 0 && /[\uD800-\uDBFF\r]/.test(text[offset - 1] ?? "") && /[\uDC00-\uDFFF\n]/.test(text[offset] ?? "")
  if (splits(start) && start > edit.start) {
    start--
    from--
  }
  if (splits(end) && end < edit.end) {
    end++
    to++
  }
  return { start, end, text: edit.text.slice(from, to) }
}
