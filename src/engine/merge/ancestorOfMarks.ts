import type { Edit } from "../../model/operation.ts"
import type { Conflict } from "../conflictMarkers.ts"
import { applyEdits } from "../edits.ts"
import { linesOf } from "./mergeLines.ts"

/** Texts are parsed to find out how they were meant; no more than these. */
const mostTried = 64

/** Lines on either side that may belong to a conflict. */
const mostLines = 12

/**
 * The text that stood there before both sides, where the marks tell it. The style `zdiff3` takes what both sides begin and end with alike out of a conflict, but
 * not what stood in its place before: such lines around it are left out where the text would not parse with them.
 * @param parses whether a text is sound.  @returns `undefined` where a conflict tells nothing of it
 */
export function ancestorOfMarks(
  text: string,
  conflicts: readonly Conflict[],
  parses: (text: string) => boolean,
): string | undefined {
  if (conflicts.some(({ base }) => base === undefined)) return undefined
  const before = conflicts.map(({ start, end, base = "" }): Edit => ({ start, end, text: base }))
  const plain = applyEdits(text, before)
  if (parses(plain)) return plain
  let left = mostTried
  const wider = conflicts.map((conflict, index): Edit => {
    const others = conflicts.map(({ start, end, ours }) => ({ start, end, text: ours }))
    for (const span of spansAround(text, conflict, conflicts[index - 1]?.end ?? 0, conflicts[index + 1]?.start)) {
      if (left-- <= 0) break
      const edit = { ...span, text: conflict.base ?? "" }
      if (parses(applyEdits(text, others.with(index, edit)))) return edit
    }
    return { start: conflict.start, end: conflict.end, text: conflict.base ?? "" }
  })
  return apart(wider) ? applyEdits(text, wider) : plain
}

/** A conflict with more and more whole lines above and below it. */
function* spansAround(
  text: string,
  { start, end }: Conflict,
  from: number,
  to = text.length,
): Generator<{ readonly start: number; readonly end: number }> {
  const above = linesOf(text.slice(from, start)).toReversed()
  const below = linesOf(text.slice(end, to))
  const length = (lines: readonly string[]) => lines.reduce((sum, line) => sum + line.length, 0)
  for (let lines = 0; lines <= mostLines; lines++)
    for (let behind = 0; behind <= lines; behind++)
      if (behind <= below.length && lines - behind <= above.length)
        yield { start: start - length(above.slice(0, lines - behind)), end: end + length(below.slice(0, behind)) }
}

function apart(edits: readonly Edit[]): boolean {
  return edits.every(({ end }, index) => end <= (edits[index + 1]?.start ?? end))
}
