import type { Document } from "../../model/document.ts"
import type { Edit } from "../../model/operation.ts"
import { type Path, valueAt } from "../../model/path.ts"
import type { Span } from "../../model/span.ts"
import { equal, isArray, isObject, keysOf, type Value } from "../../model/value.ts"
import { applyOperation } from "../operations.ts"
import { indented } from "./carry.ts"
import { entryExtent, lineStart } from "./comments.ts"
import { counterpart, placesOther } from "./counterpart.ts"
import { Draft } from "./draft.ts"
import { type ListKind, type ListKindsOf, wordsOf } from "./listIdentity.ts"
import { withComma } from "./resolve.ts"
import { documentsOf, type Read, type ThreeTexts } from "./threeTexts.ts"

/** More entries than these are not put in one by one. */
const most = 200

/**
 * Put the entries that only the other side has into a text, as lines: with their comments, between the neighbours that they have there. What cannot be put
 * in so is left out.
 */
export function graftEntries(own: Read, other: Read, values: readonly Value[], texts: ThreeTexts): Read {
  const draft = new Draft(
    own,
    documentsOf(own).map(({ value }) => value),
    texts,
  )
  for (const [document, value] of values.entries()) {
    const from = documentsOf(other)[document]
    const places = placesOther(value, draft.values[document], [], texts.declared?.(document))
    if (from === undefined || places.length > most) continue
    for (const place of places)
      graft(draft, document, { place, value, declared: texts.declared?.(document) }, from, other)
  }
  return draft.text
}

interface Wanted {
  readonly place: Path
  readonly value: Value
  readonly declared: ListKindsOf | undefined
}

function graft(draft: Draft, index: number, { place, value, declared }: Wanted, from: Document, other: Read): void {
  const there = counterpart(value, from.value, place, declared)
  const document = documentsOf(draft.text)[index]
  const now = draft.values[index]
  const added = valueAt(value, place)
  if (there === undefined || document === undefined || now === undefined || added === undefined) return
  const parent = counterpart(value, now, place.slice(0, -1), declared)
  if (parent === undefined || !equal(valueAt(from.value, there), added)) return
  const ways = isArray(valueAt(now, parent))
    ? elementPlaces(from.value, there, now, parent, declared?.(parent))
    : memberPlaces(from.value, there, now, parent)
  for (const way of ways) {
    const applied = applyOperation(
      now,
      typeof way.path.at(-1) === "number"
        ? { op: "insert", path: way.path, value: added }
        : { op: "set", path: way.path, value: added },
    )
    if (!applied.ok) continue
    const after = draft.values.with(index, applied.value)
    for (const edits of insertions(draft.text, document, way, other, from, there)) if (draft.take(edits, after)) return
  }
}

/** Where an entry comes: `path` is its own, `beside` that of the neighbour, both in the text as it is. */
interface Way {
  readonly path: Path
  readonly beside: Path
  readonly before: boolean
}

function memberPlaces(from: Value, there: Path, now: Value, parent: Path): readonly Way[] {
  const [siblings, mine] = [valueAt(from, there.slice(0, -1)), valueAt(now, parent)]
  const key = there.at(-1)
  if (!isObject(siblings) || !isObject(mine) || typeof key !== "string" || Object.hasOwn(mine, key)) return []
  const [keys, order] = [keysOf(siblings), keysOf(mine)]
  const at = keys.indexOf(key)
  const next = keys.slice(at + 1).find((each) => order.includes(each))
  const previous = keys.slice(0, at).findLast((each) => order.includes(each))
  const path = [...parent, key]
  const ways: Way[] = []
  if (next !== undefined) ways.push({ path, beside: [...parent, next], before: true })
  const last = order.slice(order.indexOf(previous ?? "") + 1)
  const behind = lastOwn(last, (each) => !keys.includes(each)) ?? previous
  if (behind !== undefined) ways.push({ path, beside: [...parent, behind], before: false })
  return ways
}

function elementPlaces(
  from: Value,
  there: Path,
  now: Value,
  parent: Path,
  kinds?: readonly ListKind[],
): readonly Way[] {
  const [siblings, mine] = [valueAt(from, there.slice(0, -1)), valueAt(now, parent)]
  const index = there.at(-1)
  if (!isArray(siblings) || !isArray(mine) || typeof index !== "number") return []
  const [words, order] = wordsOf(siblings, mine, kinds)
  const next = words.slice(index + 1).find((each) => order.includes(each))
  const previous = words.slice(0, index).findLast((each) => order.includes(each))
  const at = previous === undefined ? -1 : order.lastIndexOf(previous)
  const own = order.slice(at + 1).findIndex((each) => words.includes(each))
  const behind = own < 0 ? order.length - 1 : at + own
  const ways: Way[] = []
  if (next !== undefined && order.indexOf(next) > at)
    ways.push({ path: [...parent, order.indexOf(next)], beside: [...parent, order.indexOf(next)], before: true })
  if (behind >= 0) ways.push({ path: [...parent, behind + 1], beside: [...parent, behind], before: false })
  return ways
}

/** The last of those at the start of a list that hold. */
function lastOwn<T>(items: readonly T[], holds: (item: T) => boolean): T | undefined {
  const end = items.findIndex((item) => !holds(item))
  return items.slice(0, end < 0 ? items.length : end).at(-1)
}

function* insertions(
  text: Read,
  document: Document,
  { beside, before }: Way,
  other: Read,
  from: Document,
  there: Path,
): Generator<readonly Edit[]> {
  const target = text.source.text
  const neighbour = entryExtent(target, document, beside)
  const entry = entryExtent(other.source.text, from, there)
  if (neighbour === undefined || entry === undefined) return
  if (lineStart(target, neighbour.start) !== neighbour.start) return
  if (lineStart(other.source.text, entry.start) !== entry.start) return
  const eol = target.includes("\r\n") ? "\r\n" : "\n"
  const words = indented(other.source.text, entry, target, neighbour)
  const [above, below] = blanksAround(other.source.text, entry)
  const comma = document.locate(beside)?.value.end ?? neighbour.end
  const needs: Edit = { start: comma, end: comma, text: "," }
  for (const each of withComma(words)) {
    if (before) yield [{ start: neighbour.start, end: neighbour.start, text: each + eol + below }]
    else {
      const put = { start: neighbour.end, end: neighbour.end, text: eol + above + each }
      yield [put]
      yield [needs, put]
    }
  }
}

/** The empty lines above and below a stretch of whole lines. */
function blanksAround(text: string, { start, end }: Span): readonly [string, string] {
  const above = /(?:^|\n)((?:[ \t]*\r?\n)*)$/.exec(text.slice(Math.max(0, start - 500), start))?.[1] ?? ""
  const below = /^\r?\n((?:[ \t]*\r?\n)*)/.exec(text.slice(end, end + 500))?.[1] ?? ""
  return [above, below]
}
