import { diffArrays } from "diff"

/** A half-open stretch of a sequence. */
interface Stretch {
  readonly start: number
  readonly end: number
}

/** A stretch of the ancestor and what stands for it on either side. In a stable one all three are the same. */
export interface Region {
  readonly stable: boolean
  readonly base: Stretch
  readonly ours: Stretch
  readonly theirs: Stretch
}

/** Sides that differ more are not compared any further: all that lies between what they begin and end with alike is one change. */
const mostEdits = 3000

/**
 * Three sequences, divided: what is the same in all three, and what lies between. Regions are in order, leave nothing out, and the two kinds take turns.
 * @param base, ours, theirs elements as words: two are the same when their words are.
 */
export function diff3(base: readonly string[], ours: readonly string[], theirs: readonly string[]): readonly Region[] {
  const toOurs = matches(base, ours)
  const toTheirs = matches(base, theirs)
  const regions: Region[] = []
  let at = { base: 0, ours: 0, theirs: 0 }
  const take = (stable: boolean, to: typeof at) => {
    if (to.base > at.base || to.ours > at.ours || to.theirs > at.theirs)
      regions.push({
        stable,
        base: { start: at.base, end: to.base },
        ours: { start: at.ours, end: to.ours },
        theirs: { start: at.theirs, end: to.theirs },
      })
    at = to
  }
  while (at.base < base.length) {
    let length = 0
    while (toOurs[at.base + length] === at.ours + length && toTheirs[at.base + length] === at.theirs + length) length++
    take(true, { base: at.base + length, ours: at.ours + length, theirs: at.theirs + length })
    let next = at.base
    while (next < base.length && (toOurs[next] === undefined || toTheirs[next] === undefined)) next++
    if (next === base.length) break
    take(false, { base: next, ours: toOurs[next] ?? at.ours, theirs: toTheirs[next] ?? at.theirs })
  }
  take(false, { base: base.length, ours: ours.length, theirs: theirs.length })
  return regions
}

/** For each element of a sequence where it stands in another, ascending; `undefined`: it is gone. */
export function matches(from: readonly string[], to: readonly string[]): readonly (number | undefined)[] {
  const shorter = Math.min(from.length, to.length)
  let head = 0
  while (head < shorter && from[head] === to[head]) head++
  let tail = 0
  while (tail < shorter - head && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail++
  const found: (number | undefined)[] = Array.from(from, (_, index) => {
    if (index < head) return index
    return index >= from.length - tail ? index - from.length + to.length : undefined
  })
  const left = from.slice(head, from.length - tail)
  const right = to.slice(head, to.length - tail)
  if (left.length === 0 || right.length === 0) return found
  let [here, there] = [head, head]
  for (const { count, added, removed } of diffArrays(left, right, { maxEditLength: mostEdits }) ?? []) {
    if (!added && !removed) for (let each = 0; each < count; each++) found[here + each] = there + each
    if (!added) here += count
    if (!removed) there += count
  }
  return found
}
