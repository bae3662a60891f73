import type { Mend, Mender } from "../model/document.ts"
import type { Effort } from "../model/effort.ts"
import type { Edit } from "../model/operation.ts"
import { equal, type Value } from "../model/value.ts"
import { applyEdits } from "./edits.ts"
import { isBoundary, isPaired } from "./tinker.ts"

/** A longer stretch is not searched, so that nothing in it is sure. */
const longest = 1500
const mostLines = 40
const costOfReading = 20

/** An error, and what was found to mend it. */
export interface Contest {
  readonly text: string
  readonly offset: number
  readonly mend: Mend
  readonly mender: Mender
  readonly effort: Effort
  /** Whether nothing else is wrong with the text. */
  readonly whole: boolean
  /** Whether an edit gets the reader of all of the text as far as the mend does. */
  readonly helps: (edit: Edit) => boolean
}

/**
 * Whether one sign elsewhere, missing or too many, would explain an error as well as a mend that was found near it: an unclosed list may end at
 * many places, or its bracket may be the mistake. All of the stretch is searched that can have led to the error.
 * @returns why nothing is sure; `undefined`: nothing else explains it.
 */
export function rivalOf(contest: Contest): string | undefined {
  const { text, offset, mend, mender, effort, helps } = contest
  if (mender.stretch === undefined || isBlank(text, mend)) return undefined
  const stretch = mender.stretch(text, Math.min(offset, ...mend.edits.map((edit) => edit.start)))
  if (stretch === undefined) return "where what is wrong begins cannot be told"
  const { start } = stretch
  const reading = (end: number, edits: readonly Edit[]) => {
    const lines = applyEdits(text.slice(start, end), within(edits, start))
    effort.spend(costOfReading + mender.cost(lines))
    return stretch.read(lines)
  }
  const end = endOf(contest, (to) => reading(to, mend.edits))
  // Where more is wrong on the lines nothing is known, and what was found stands by itself.
  if (end === undefined) return contest.whole ? "what the lines about it say cannot be told from them alone" : undefined
  const meant = reading(end, mend.edits)
  for (const { edit, sign, title } of rivals(text, start, Math.min(end, endOfLine(text, offset)), mender)) {
    if (effort.isSpent()) return "so much is wrong that not everything could be tried"
    // A quote whose partner is on another line would swallow lines, which is hardly meant.
    if (/["']/.test(sign) && !isPaired(text, edit, sign)) continue
    const other = reading(end, [edit])
    if (other !== undefined && (meant === undefined || !equal(other, meant)) && helps(edit))
      return `to ${title} on line ${lineOf(text, edit.start)} would do as well`
  }
  return undefined
}

/** Blanks alone say nothing of signs. */
function isBlank(text: string, { edits }: Mend): boolean {
  return edits.every((edit) => `${text.slice(edit.start, edit.end)}${edit.text}`.trim() === "")
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split("\n").length
}

function within(edits: readonly Edit[], start: number): readonly Edit[] {
  return edits.map((edit) => ({ ...edit, start: edit.start - start, end: edit.end - start }))
}

/** The first line behind the error up to which the mended lines can be read by themselves. */
function endOf({ text, offset, mend }: Contest, read: (end: number) => Value | undefined): number | undefined {
  const last = Math.max(offset, ...mend.edits.map(({ end }) => end))
  let end = last
  for (let line = 0; line < mostLines; line++) {
    end = endOfLine(text, end)
    if (end - offset > longest) return undefined
    if (read(end) !== undefined) return end
    if (end === text.length) return undefined
    end++
  }
  return undefined
}

interface Rival {
  readonly edit: Edit
  readonly sign: string
  readonly title: string
}

function* rivals(text: string, start: number, end: number, mender: Mender): Generator<Rival> {
  const signs = mender.signs(text.slice(start, end))
  const isOnLine = (at: number) => (text[at] ?? "\n") !== "\n"
  for (let at = end; at >= start; at--) {
    const sign = text[at] ?? "\n"
    if (at < end && isOnLine(at) && signs.includes(sign))
      yield { edit: { start: at, end: at + 1, text: "" }, sign, title: `take out ${sign}` }
    const isLikely = isBoundary(text, at) || !isOnLine(at)
    // A comma stands behind something, but between two words none may be left.
    for (const put of signs)
      if (put === "," ? /\S/.test(text[at - 1] ?? " ") : isLikely)
        yield { edit: { start: at, end: at, text: put }, sign: put, title: `put in ${put}` }
  }
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset)
  return end < 0 ? text.length : end
}
