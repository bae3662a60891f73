import { matches } from "./merge/diff3.ts"
import { linesOf } from "./merge/mergeLines.ts"

/** A stretch of lines in which the texts differ; with the text of both. */
export interface Hunk {
  /** Offsets in the damaged text. */
  readonly start: number
  readonly end: number
  /** Offset in the good text. */
  readonly from: number
  readonly now: string
  readonly was: string
}

/** From the damaged text back to the good one. */
export function hunksBetween(good: string, damaged: string): readonly Hunk[] {
  const [old, now] = [linesOf(good), linesOf(damaged)]
  const found = matches(now, old)
  const hunks: Hunk[] = []
  let [here, there, offset, from] = [0, 0, 0, 0]
  while (here < now.length || there < old.length) {
    while (here < now.length && found[here] === there) {
      offset += now[here]?.length ?? 0
      from += now[here]?.length ?? 0
      here++
      there++
    }
    let next = here
    while (next < now.length && found[next] === undefined) next++
    const to = found[next] ?? old.length
    const text = now.slice(here, next).join("")
    const was = old.slice(there, to).join("")
    if (next > here || to > there) hunks.push({ start: offset, end: offset + text.length, from, now: text, was })
    offset += text.length
    from += was.length
    here = next
    there = to
  }
  return hunks
}
