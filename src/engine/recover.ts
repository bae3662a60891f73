import { type Format, hasErrors, type Limits } from "../model/document.ts"
import type { Repair } from "../model/finding.ts"
import type { Edit } from "../model/operation.ts"
import { valueAt } from "../model/path.ts"
import type { Source } from "../model/source.ts"
import { equal, isArray, isObject, type Value } from "../model/value.ts"
import { extentOf } from "./commentLaw.ts"
import { applyEdits } from "./edits.ts"
import { counterpart } from "./merge/counterpart.ts"
import { matches } from "./merge/diff3.ts"
import { linesOf } from "./merge/mergeLines.ts"
import { documentsOf, type Read, read } from "./merge/threeTexts.ts"
import { nodesOf } from "./nodesOf.ts"
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

interface Ground {
  readonly format: Format
  readonly limits: Limits
}

/** More differences than these are not tried one by one. */
const mostHunks = 60

/**
 * Recover a text that does not parse from its last good state: by mending its syntax, if the value then agrees with the last good one on all that the damage
 * did not touch; else by taking as few parts as possible from the last good state, so that later edits stay; else by the last good state whole.
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
  const untouched = untouchedBy(damaged.text, good)
  const found = mends.flatMap((repair) => {
    const step = repair.steps.find(({ operation }) => operation.op === "mend")
    if (step?.operation.op !== "mend" || step.operation.loses) return []
    const source = { ...damaged, text: applyEdits(damaged.text, step.operation.edits) }
    const text = read(source, ground.format, ground.limits)
    if (hasErrors(text.parsed) || !agrees(text, good, untouched)) return []
    return [{ source, title: repair.title, text, distance: distance(good, text) }]
  })
  const least = Math.min(...found.map((each) => each.distance))
  const nearest = found.filter((each) => each.distance === least)
  const [first] = nearest
  // Of two that are equally near to the last good state nobody can tell which is meant.
  if (first === undefined || nearest.some(({ text }) => !sameValues(text, first.text))) return undefined
  return { source: first.source, by: "mended", title: first.title, lost: "" }
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

interface Place {
  readonly document: number
  readonly path: readonly (string | number)[]
}

/** The places of the last good state whose lines all stand in the damaged text still: scalars, and lists and objects in which nothing is. */
function untouchedBy(damaged: string, good: Read): readonly Place[] {
  const lines = linesOf(good.source.text)
  const found = matches(lines, linesOf(damaged))
  const kept = new Set<number>()
  let offset = 0
  for (const [index, line] of lines.entries()) {
    if (found[index] !== undefined) for (let at = 0; at < line.length; at++) kept.add(offset + at)
    offset += line.length
  }
  return documentsOf(good).flatMap((document, index) =>
    [...nodesOf(document.value)].flatMap(({ path, value }) => {
      if (isContainer(value) && Object.keys(value).length > 0) return []
      const extent = extentOf(good.source.text, document, path)
      const key = document.locate(path)?.key
      if (extent === undefined) return []
      const start = Math.min(extent.start, key?.start ?? extent.start)
      return kept.has(start) && kept.has(Math.max(start, extent.end - 1)) ? [{ document: index, path }] : []
    }),
  )
}

function isContainer(value: Value): value is Extract<Value, object> {
  return isArray(value) || isObject(value)
}

function agrees(text: Read, good: Read, untouched: readonly Place[]): boolean {
  if (documentsOf(text).length !== documentsOf(good).length) return false
  return untouched.every(({ document, path }) => {
    const [was, is] = [documentsOf(good)[document]?.value ?? null, documentsOf(text)[document]?.value ?? null]
    const at = counterpart(was, is, path)
    return at !== undefined && equal(valueAt(was, path), valueAt(is, at))
  })
}

/** A stretch of lines in which the texts differ; offsets and text of both. */
interface Hunk {
  readonly start: number
  readonly end: number
  readonly now: string
  readonly was: string
}

/** From the damaged text back to the good one. */
function hunksBetween(good: string, damaged: string): readonly Hunk[] {
  const [old, now] = [linesOf(good), linesOf(damaged)]
  const found = matches(now, old)
  const hunks: Hunk[] = []
  let [here, there, offset] = [0, 0, 0]
  while (here < now.length || there < old.length) {
    while (here < now.length && found[here] === there) {
      offset += now[here]?.length ?? 0
      here++
      there++
    }
    let next = here
    while (next < now.length && found[next] === undefined) next++
    const to = found[next] ?? old.length
    const text = now.slice(here, next).join("")
    if (next > here || to > there)
      hunks.push({ start: offset, end: offset + text.length, now: text, was: old.slice(there, to).join("") })
    offset += text.length
    here = next
    there = to
  }
  return hunks
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

/** Lines that are not in the good text, blank ones and brackets aside. */
function lostLines(hunks: readonly Hunk[], good: string): string {
  const known = new Set(linesOf(good).map((line) => line.trim()))
  return hunks
    .flatMap(({ now }) => linesOf(now))
    .filter((line) => /[\p{L}\p{N}]/u.test(line) && !known.has(line.trim()))
    .join("")
}
