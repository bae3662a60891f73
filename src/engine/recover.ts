import { hasErrors } from "../model/document.ts"
import type { Repair } from "../model/finding.ts"
import type { Edit } from "../model/operation.ts"
import type { Source } from "../model/source.ts"
import { equal } from "../model/value.ts"
import { applyEdits } from "./edits.ts"
import { type Hunk, hunksBetween } from "./hunks.ts"
import { agrees, type Ground, mendedLike, untouchedBy } from "./mendedLike.ts"
import { linesOf } from "./merge/mergeLines.ts"
import { documentsOf, type Read, read } from "./merge/threeTexts.ts"
import { valueChanges } from "./valueChanges.ts"

/** How a text was recovered: its syntax was mended, some of its parts are those of the last good state, or all of it is. */
type RecoveredBy = "mended" | "parts" | "whole"

export interface Recovery {
  readonly source: Source
  readonly by: RecoveredBy
  /** What was done, for people. */
  readonly title: string
  /** Lines of the damaged text that are in the result no more, and were in the last good state never: nobody can say what they were for. */
  readonly lost: string
}

/** More differences than these are not tried one by one. */
const mostHunks = 60

/**
 * Recover a text that does not parse from its last good state: by mending its syntax, if that leaves what the damage did not touch and nothing is missing
 * where it did; else by taking as few parts as possible from the last good state, so that later edits stay; else by the last good state whole.
 * @param mends how the syntax could be mended, the best first.
 */
export function recoverText(damaged: Source, good: Source, mends: readonly Repair[], ground: Ground): Recovery {
  const before = read(good, ground.format, ground.limits)
  return (
    mended(damaged, before, mends, ground) ??
    withParts(damaged, before, ground) ?? {
      source: { ...good, path: damaged.path },
      by: "whole",
      title: "the last state that parses, whole",
      lost: lostLines(hunksBetween(good.text, damaged.text), good.text),
    }
  )
}

function mended(damaged: Source, good: Read, mends: readonly Repair[], ground: Ground): Recovery | undefined {
  const found = mends.flatMap((repair) => {
    const text = mendedLike(good, damaged, repair, ground)
    return text === undefined ? [] : [{ title: repair.title, text, distance: distance(good, text) }]
  })
  const least = Math.min(...found.map((each) => each.distance))
  const nearest = found.filter((each) => each.distance === least)
  const [first] = nearest
  // Of two that are equally near to the last good state nobody can tell which is meant.
  if (first === undefined || nearest.some(({ text }) => !sameValues(text, first.text))) return undefined
  return { source: first.text.source, by: "mended", title: first.title, lost: "" }
}

function distance(good: Read, text: Read): number {
  return documentsOf(text)
    .map(({ value }, index) => valueChanges(documentsOf(good)[index]?.value, value).length)
    .reduce((sum, each) => sum + each, 0)
}

function sameValues(left: Read, right: Read): boolean {
  const [one, other] = [documentsOf(left), documentsOf(right)]
  return one.length === other.length && one.every(({ value }, index) => equal(value, other[index]?.value))
}

/** Takes back one difference, the one next to the error first; else one after the other wherever the text stops to parse. */
function withParts(damaged: Source, good: Read, ground: Ground): Recovery | undefined {
  const hunks = hunksBetween(good.source.text, damaged.text)
  if (hunks.length < 2 || hunks.length > mostHunks) return undefined
  const untouched = untouchedBy(damaged.text, good)
  const tried = (taken: readonly Hunk[]) => {
    const edits = taken.map(({ start, end, was }): Edit => ({ start, end, text: was }))
    edits.sort((a, b) => a.start - b.start)
    return read({ ...damaged, text: applyEdits(damaged.text, edits) }, ground.format, ground.limits)
  }
  const works = (text: Read) => !hasErrors(text.parsed) && agrees(text, good, untouched)
  const result = (taken: readonly Hunk[], { source }: Read): Recovery => ({
    source,
    by: "parts",
    title: `${taken.length} of ${hunks.length} changed stretches as in the last state that parses`,
    lost: lostLines(taken, good.source.text),
  })
  for (const hunk of byDistance(hunks, errorIn(tried([])))) {
    const text = tried([hunk])
    if (works(text)) return result([hunk], text)
  }
  let taken: readonly Hunk[] = []
  for (let text = tried([]); hasErrors(text.parsed) && taken.length < hunks.length - 1; ) {
    const shift = taken.reduce(
      (sum, { start, end, was }) => (start < errorIn(text) ? sum + was.length - (end - start) : sum),
      0,
    )
    const [next] = byDistance(
      hunks.filter((hunk) => !taken.includes(hunk)),
      errorIn(text) - shift,
    )
    if (next === undefined) return undefined
    taken = [...taken, next]
    text = tried(taken)
    if (works(text)) return result(taken, text)
  }
  return undefined
}

function errorIn({ parsed }: Read): number {
  return parsed.problems.find(({ severity }) => severity === "error")?.span.start ?? 0
}

/** A parser stumbles behind the damage: what lies before the error comes first. */
function byDistance(hunks: readonly Hunk[], offset: number): readonly Hunk[] {
  const far = ({ start, end }: Hunk) => (start > offset ? 2 * (start - offset) : Math.max(0, offset - end))
  return hunks.toSorted((left, right) => far(left) - far(right))
}

/** Lines that are not in the good text, blank ones, brackets and beginnings of its lines aside. */
function lostLines(hunks: readonly Hunk[], good: string): string {
  const known = linesOf(good).map((line) => line.trim())
  return hunks
    .flatMap(({ now }) => linesOf(now))
    .filter((line) => /[\p{L}\p{N}]/u.test(line) && !known.some((each) => each.startsWith(line.trim())))
    .join("")
}
