import { type Document, type Format, hasErrors, type Limits } from "../model/document.ts"
import type { Repair } from "../model/finding.ts"
import type { Edit } from "../model/operation.ts"
import { type Path, valueAt } from "../model/path.ts"
import type { Source } from "../model/source.ts"
import type { Span } from "../model/span.ts"
import { equal, isArray, isObject, type Value } from "../model/value.ts"
import { extentOf } from "./commentLaw.ts"
import { applyEdits } from "./edits.ts"
import { type Hunk, hunksBetween } from "./hunks.ts"
import { counterpart } from "./merge/counterpart.ts"
import { matches } from "./merge/diff3.ts"
import { linesOf } from "./merge/mergeLines.ts"
import { documentsOf, type Read, read } from "./merge/threeTexts.ts"
import { nodesOf } from "./nodesOf.ts"

export interface Ground {
  readonly format: Format
  readonly limits: Limits
}

/** A scalar, or a list or an object in which nothing is. */
interface Leaf {
  readonly document: number
  readonly path: Path
}

/**
 * A damaged text mended, if that is what it was before the damage, as far as the last good state can tell: it says the same wherever the damage did not
 * reach, nothing is missing where it did, and no other value there was made up by mending. A text that was cut off parses as soon as its brackets are
 * closed, and has lost its end all the same.
 */
export function mendedLike(good: Read, damaged: Source, repair: Repair, ground: Ground): Read | undefined {
  const operation = repair.steps.find((step) => step.operation.op === "mend")?.operation
  if (operation?.op !== "mend" || operation.loses) return undefined
  const text = applyEdits(damaged.text, operation.edits)
  const mended = read({ ...damaged, text }, ground.format, ground.limits)
  if (hasErrors(mended.parsed) || !agrees(mended, good, untouchedBy(damaged.text, good))) return undefined
  return gaveBack(mended, good, damaged.text, operation.edits) ? mended : undefined
}

/** @param good a text that parses. */
export function isMendedLike(good: Source, damaged: Source, repair: Repair, ground: Ground): boolean {
  return mendedLike(read(good, ground.format, ground.limits), damaged, repair, ground) !== undefined
}

/** The leaves of the last good state whose lines all stand in the damaged text still. */
export function untouchedBy(damaged: string, good: Read): readonly Leaf[] {
  const lines = linesOf(good.source.text)
  const found = matches(lines, linesOf(damaged))
  const kept = new Set<number>()
  let offset = 0
  for (const [index, line] of lines.entries()) {
    if (found[index] !== undefined) for (let at = 0; at < line.length; at++) kept.add(offset + at)
    offset += line.length
  }
  return leavesOf(good).filter((leaf) => {
    const span = spanOf(good, leaf)
    return span !== undefined && kept.has(span.start) && kept.has(Math.max(span.start, span.end - 1))
  })
}

export function agrees(text: Read, good: Read, untouched: readonly Leaf[]): boolean {
  const [now, was] = [documentsOf(text), documentsOf(good)]
  if (now.length !== was.length || now.some(({ value }, index) => !sameKind(value, was[index]?.value))) return false
  return untouched.every((leaf) => {
    const now = counterpartOf(leaf, good, text)
    return now !== undefined && equal(said(leaf, good), said(now, text))
  })
}

/** Whether in the stretches where it was mended all is there that the good state has there; a leaf that has another name now is there. */
function gaveBack(mended: Read, good: Read, damaged: string, edits: readonly Edit[]): boolean {
  const made = madeBy(edits, damaged.length)
  const isMade = (leaf: Leaf) => {
    const span = spanOf(mended, leaf)
    return span === undefined || made.some(({ start, end }) => start < span.end && end > span.start)
  }
  // A sign too many says nothing of what may be missing.
  const put = edits.filter(({ text }) => text.trim() !== "")
  const touched = hunksBetween(good.source.text, damaged).filter((hunk) =>
    put.some((edit) => touches(edit, hunk, damaged)),
  )
  return touched.every((hunk) => {
    const was = leavesOf(good).filter((leaf) => starts(good, leaf, hunk.from, hunk.from + hunk.was.length))
    const found = was.map((leaf) => ({ leaf, now: counterpartOf(leaf, good, mended) }))
    if (found.some(({ leaf, now }) => now && !equal(said(leaf, good), said(now, mended)) && isMade(now))) return false
    const lost = found.filter(({ now }) => now === undefined).length
    return lost === 0 || lost <= newIn(hunk, mended, good, edits).filter((leaf) => !isMade(leaf)).length
  })
}

/** White space between them aside. */
function touches(edit: Edit, hunk: Hunk, text: string): boolean {
  const before = text.slice(edit.end, Math.max(edit.end, hunk.start))
  const after = text.slice(hunk.end, Math.max(hunk.end, edit.start))
  return before.trim() === "" && after.trim() === ""
}

/** Leaves of the mended text in a stretch that the good state has not. */
function newIn({ start, end }: Hunk, mended: Read, good: Read, edits: readonly Edit[]): readonly Leaf[] {
  const moved = (offset: number) =>
    edits.reduce((sum, edit) => (edit.start < offset ? sum + edit.text.length - (edit.end - edit.start) : sum), offset)
  return leavesOf(mended).filter(
    (leaf) => starts(mended, leaf, moved(start), moved(end)) && counterpartOf(leaf, mended, good) === undefined,
  )
}

/** What edits put into a text, as spans of the result. Where the text ends, the value before is cut off as well. */
function madeBy(edits: readonly Edit[], length: number): readonly Span[] {
  let shift = 0
  return edits.map(({ start, end, text }) => {
    const at = start + shift
    shift += text.length - (end - start)
    return { start: start === length ? at - 1 : at, end: at + text.length }
  })
}

function leavesOf(text: Read): readonly Leaf[] {
  return documentsOf(text).flatMap(({ value }, document) =>
    [...nodesOf(value)].flatMap((node) =>
      isContainer(node.value) && Object.keys(node.value).length > 0 ? [] : [{ document, path: node.path }],
    ),
  )
}

function isContainer(value: Value): value is Extract<Value, object> {
  return isArray(value) || isObject(value)
}

function sameKind(one: Value, other: Value | undefined): boolean {
  return isObject(one) === isObject(other) && isArray(one) === isArray(other)
}

/** With its key. */
function spanOf(text: Read, { document: index, path }: Leaf): Span | undefined {
  const document: Document | undefined = documentsOf(text)[index]
  const extent = document && extentOf(text.source.text, document, path)
  const key = document?.locate(path)?.key
  return extent && { start: Math.min(extent.start, key?.start ?? extent.start), end: extent.end }
}

function starts(text: Read, leaf: Leaf, from: number, to: number): boolean {
  const start = spanOf(text, leaf)?.start
  return start !== undefined && start >= from && start < to
}

function said({ document, path }: Leaf, text: Read): Value | undefined {
  return valueAt(documentsOf(text)[document]?.value, path)
}

function counterpartOf({ document, path }: Leaf, from: Read, to: Read): Leaf | undefined {
  const [was, is] = [documentsOf(from)[document]?.value ?? null, documentsOf(to)[document]?.value ?? null]
  const at = counterpart(was, is, path)
  return at && { document, path: at }
}
