import { diffArrays } from "diff"
import type { Edit } from "../model/operation.ts"
import { applyEdits } from "./edits.ts"

/**
 * Makes the edits of one text in another version of it, at the lines they were made in. Only lines that both have alike, and one after the other as they
 * stand in `base`, are touched; every other line of `other` stays as it is, to the byte. Line breaks may differ: those put in are as they are there.
 * @param edits of `base`, ordered and disjoint.  @returns `null` when a line that an edit touches was changed
 */
export function carryEdits(base: string, other: string, edits: readonly Edit[]): string | null {
  if (base === other) return applyEdits(base, edits)
  const from = linesOf(base)
  const to = linesOf(other)
  const same = pairs(from, to)
  const carried: Edit[] = []
  for (const edit of edits) {
    const [first, last] = touched(from, edit)
    const start = same.get(first)
    if (start === undefined) return null
    for (let line = first; line <= last; line++) if (same.get(line) !== start + line - first) return null
    const place = (offset: number, line: number) => {
      const target = to[start + line - first]
      const within = offset - (from[line]?.start ?? 0)
      return (target?.start ?? other.length) + Math.min(within, (target?.end ?? 0) - (target?.start ?? 0))
    }
    const eol = to[start]?.eol ?? "\n"
    carried.push({
      start: place(edit.start, first),
      end: edit.end > (from[last]?.end ?? 0) ? (to[start + last - first]?.end ?? other.length) : place(edit.end, last),
      text: eol === "\r\n" ? edit.text.replace(/\r?\n/g, "\r\n") : edit.text.replaceAll("\r\n", "\n"),
    })
  }
  return applyEdits(other, carried)
}

/** Offsets of a line; `end` is after its line break. */
interface Line {
  readonly start: number
  readonly end: number
  readonly text: string
  readonly eol: string
}

function linesOf(text: string): readonly Line[] {
  const lines: Line[] = []
  for (let start = 0; start <= text.length; ) {
    const found = text.indexOf("\n", start)
    const end = found < 0 ? text.length : found + 1
    const eol = found < 0 ? "" : text[found - 1] === "\r" && found > start ? "\r\n" : "\n"
    lines.push({ start, end, text: text.slice(start, end - eol.length), eol })
    if (found < 0) break
    start = end
  }
  return lines
}

/** Lines by number: which one of `to` is which one of `from`. */
function pairs(from: readonly Line[], to: readonly Line[]): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  let before = 0
  while (before < from.length && before < to.length && alike(from[before], to[before])) {
    found.set(before, before)
    before++
  }
  let after = 0
  const left = Math.min(from.length, to.length) - before
  while (after < left && alike(from[from.length - 1 - after], to[to.length - 1 - after])) {
    found.set(from.length - 1 - after, to.length - 1 - after)
    after++
  }
  const key = ({ text, eol }: Line) => text + (eol === "" ? "" : "\n")
  const middle = (lines: readonly Line[]) => lines.slice(before, lines.length - after).map(key)
  let old = before
  let now = before
  for (const { added, removed, value } of diffArrays(middle(from), middle(to))) {
    if (!added && !removed) for (const [index] of value.entries()) found.set(old + index, now + index)
    if (!added) old += value.length
    if (!removed) now += value.length
  }
  return found
}

function alike(one: Line | undefined, other: Line | undefined): boolean {
  return one?.text === other?.text && (one?.eol === "") === (other?.eol === "")
}

/** The first and last line that an edit changes, or stands at. What ends with a line break does not touch the line after it. */
function touched(lines: readonly Line[], { start, end }: Edit): readonly [number, number] {
  const first = lineAt(lines, start)
  if (end === start) return [first, first]
  const last = lineAt(lines, end)
  return [first, last > first && lines[last]?.start === end ? last - 1 : last]
}

function lineAt(lines: readonly Line[], offset: number): number {
  let low = 0
  let high = lines.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((lines[middle]?.start ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
