import { diff3 } from "./diff3.ts"

/** A stretch of a merged text: decided, or in conflict. Every one is whole lines. */
export type Piece = { readonly text: string } | Conflict

/** The two sides, and what stood there before them. */
export interface Conflict {
  readonly base: string
  readonly ours: string
  readonly theirs: string
  /** What both sides begin and end with alike, which is no part of them here, but stood in the place of the same stretch of the base. */
  readonly ends?: readonly [string, string]
}

/** Three-way merge by lines, as version control does it: what only one side changed is taken, equal changes are one, changes that touch are a conflict. */
export function mergeLines(base: string, ours: string, theirs: string): readonly Piece[] {
  const [lines, ourLines, theirLines] = [linesOf(base), linesOf(ours), linesOf(theirs)]
  const pieces: Piece[] = []
  let decided = ""
  for (const { stable, ...region } of diff3(lines, ourLines, theirLines)) {
    const was = lines.slice(region.base.start, region.base.end).join("")
    const one = ourLines.slice(region.ours.start, region.ours.end)
    const other = theirLines.slice(region.theirs.start, region.theirs.end)
    const [left, right] = [one.join(""), other.join("")]
    if (stable || left === right || right === was) decided += left
    else if (left === was) decided += right
    else {
      const { head, tail } = commonEnds(one, other)
      const inner = (side: readonly string[]) => side.slice(head, side.length - tail).join("")
      const ends = [one.slice(0, head).join(""), one.slice(one.length - tail).join("")] as const
      decided += ends[0]
      if (decided !== "") pieces.push({ text: decided })
      pieces.push({ base: was, ours: inner(one), theirs: inner(other), ends })
      decided = ends[1]
    }
  }
  if (decided !== "") pieces.push({ text: decided })
  return pieces
}

/** @returns the merged text, `undefined` where the sides conflict. */
export function cleanText(pieces: readonly Piece[]): string | undefined {
  return pieces.every((piece) => "text" in piece) ? pieces.map(({ text }) => text).join("") : undefined
}

/** Each with its line end, the last perhaps without one. */
export function linesOf(text: string): readonly string[] {
  const lines: string[] = []
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start) + 1 || text.length
    lines.push(text.slice(start, end))
    start = end
  }
  return lines
}

/** What both sides begin and end with is no part of a conflict. */
function commonEnds(
  one: readonly string[],
  other: readonly string[],
): { readonly head: number; readonly tail: number } {
  const shorter = Math.min(one.length, other.length)
  let head = 0
  while (head < shorter && one[head] === other[head]) head++
  let tail = 0
  while (tail < shorter - head && one[one.length - 1 - tail] === other[other.length - 1 - tail]) tail++
  return { head, tail }
}
