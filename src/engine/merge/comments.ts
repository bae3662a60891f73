import type { Comment, Document } from "../../model/document.ts"
import type { Path } from "../../model/path.ts"
import type { Span } from "../../model/span.ts"
import { extentOf } from "../commentLaw.ts"
import { documentsOf, type Read, type ThreeTexts } from "./threeTexts.ts"

/** A comment of a text, with the document it belongs to. */
export interface Remark {
  readonly document: number
  readonly comment: Comment
}

/** @param within only those that stand there. */
export function remarksOf(text: Read, within?: Span): readonly Remark[] {
  const { start, end } = within ?? { start: 0, end: text.source.text.length }
  return documentsOf(text).flatMap((each, document) =>
    each
      .comments()
      .flatMap((comment) => (start <= comment.span.start && comment.span.end <= end ? [{ document, comment }] : [])),
  )
}

/** Lines of a comment may have got another indentation. */
export function wording({ text }: Comment): string {
  return text.replace(/\s+/g, " ").trim()
}

/** How often each comment stands there. */
export type Counts = ReadonlyMap<string, number>

export function countsOf(remarks: readonly Remark[]): Counts {
  const counts = new Map<string, number>()
  for (const { comment } of remarks) counts.set(wording(comment), (counts.get(wording(comment)) ?? 0) + 1)
  return counts
}

/** How often each comment has to stand in the merged text: those of both sides, less what either has taken away; one that both added counts once. */
export function wantedComments({ base, ours, theirs }: ThreeTexts): Counts {
  const [was, one, other] = [base, ours, theirs].map((side) => countsOf(remarksOf(side)))
  const wanted = new Map<string, number>()
  for (const word of new Set([...(one?.keys() ?? []), ...(other?.keys() ?? [])])) {
    const [before, left, right] = [was, one, other].map((counts) => counts?.get(word) ?? 0) as [number, number, number]
    wanted.set(word, mergedCount(before, left, right))
  }
  return wanted
}

function mergedCount(before: number, left: number, right: number): number {
  if (left === right || right === before) return left
  if (left === before) return right
  if (left > before && right > before) return Math.max(left, right)
  return left < before && right < before ? Math.min(left, right) : Math.max(0, left + right - before)
}

/** The comments of a text that stand within an entry at one of some places: with it they are the concern of a conflict. */
export function remarksWithin(
  text: Read,
  places: readonly { readonly document: number; readonly path: Path }[],
): Counts {
  const spans = places.flatMap(({ document, path }) => {
    const found = documentsOf(text)[document]
    const span = found && entryExtent(text.source.text, found, path)
    return span === undefined ? [] : [{ document, span }]
  })
  return countsOf(
    remarksOf(text).filter(({ document, comment }) =>
      spans.some(
        (each) =>
          each.document === document && each.span.start <= comment.span.start && comment.span.end <= each.span.end,
      ),
    ),
  )
}

/** A node with its key, the comments on the lines above it and the one behind it. */
export function entryExtent(text: string, document: Document, path: Path): Span | undefined {
  const extent = extentOf(text, document, path)
  if (extent === undefined) return undefined
  const key = document.locate(path)?.key
  const start = Math.min(extent.start, key?.start ?? extent.start)
  return { start: startAbove(text, document, start), end: lineEnd(text, extent.end) }
}

/** The start of the comments that stand on lines of their own right above an offset, else that of its line. */
function startAbove(text: string, document: Document, offset: number): number {
  let start = lineStart(text, offset)
  if (text.slice(start, offset).trim() !== "") return offset
  for (const { span } of document.comments().toReversed()) {
    if (span.end > start) continue
    const from = lineStart(text, span.start)
    if (text.slice(span.end, start).trim() !== "" || text.slice(from, span.start).trim() !== "") break
    if (/\n[ \t]*\r?\n/.test(text.slice(span.end, start))) break
    start = from
  }
  return start
}

export function lineStart(text: string, offset: number): number {
  return offset <= 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1
}

/** Of the line end itself, or of the text. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset)
  return end < 0 ? text.length : text[end - 1] === "\r" && end > offset ? end - 1 : end
}

/** What of the wanted is missing, and how often. */
export function missing(wanted: Counts, present: Counts, excused: Counts): Counts {
  const lacking = new Map<string, number>()
  for (const [word, count] of wanted) {
    const left = count - (present.get(word) ?? 0) - (excused.get(word) ?? 0)
    if (left > 0) lacking.set(word, left)
  }
  return lacking
}
