import { type Path, valueAt } from "../../model/path.ts"
import type { Span } from "../../model/span.ts"
import { equal, type Value } from "../../model/value.ts"
import { extentOf } from "../commentLaw.ts"
import { nodesOf } from "../nodesOf.ts"
import { type Counts, countsOf, entryExtent, lineEnd, lineStart, type Remark, remarksOf, wording } from "./comments.ts"
import { counterpart, placesOther } from "./counterpart.ts"
import { Draft } from "./draft.ts"
import { withComma } from "./resolve.ts"
import { documentsOf, type Read, type ThreeTexts } from "./threeTexts.ts"

/** More places than these are not worded as the other side has them, one by one. */
const most = 200

/** Word what a text has not from its own side as the other side worded it, with the comments in it. */
export function adoptWording(text: Read, own: Read, other: Read, values: readonly Value[], texts: ThreeTexts): Read {
  const draft = new Draft(text, values, texts)
  for (const [index, value] of values.entries()) {
    const theirs = documentsOf(other)[index]
    const declared = texts.declared?.(index)
    const places = placesOther(value, documentsOf(own)[index]?.value, [], declared)
    if (theirs === undefined || places.length > most) continue
    for (const place of places) {
      const from = counterpart(value, theirs.value, place, declared)
      if (from === undefined || !equal(valueAt(theirs.value, from), valueAt(value, place))) continue
      const [here, there] = [entryIn(draft.text, index, place), entryIn(other, index, from)]
      if (here === undefined || there === undefined) continue
      const kept = total(countsOf(remarksOf(draft.text)))
      const words = indented(other.source.text, there, draft.text.source.text, here)
      draft.take([{ ...here, text: words }], undefined, (changed) => total(countsOf(remarksOf(changed))) >= kept)
    }
  }
  return draft.text
}

function total(counts: Counts): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0)
}

/** Put the other side's entry for one of a text, with the comments above and behind it. @param values what the text says then. */
export function swapEntry(
  text: Read,
  other: Read,
  { document: index, path, from }: { readonly document: number; readonly path: Path; readonly from: Path },
  values: readonly Value[],
  texts: ThreeTexts,
): Read | undefined {
  const [mine, theirs] = [documentsOf(text)[index], documentsOf(other)[index]]
  const here = mine && entryExtent(text.source.text, mine, path)
  const there = theirs && entryExtent(other.source.text, theirs, from)
  if (here === undefined || there === undefined) return undefined
  const draft = new Draft(text, values, texts)
  const words = indented(other.source.text, there, text.source.text, here)
  const wanted = countsOf(remarksOf(text, here))
  const came = countsOf(remarksOf(other, there))
  const others = total(countsOf(remarksOf(text))) - total(wanted) + total(came)
  const done = withComma(words).some((each) =>
    draft.take([{ ...here, text: each }], values, (changed) => total(countsOf(remarksOf(changed))) === others),
  )
  return done ? draft.text : undefined
}

/** The text of a node, with its key. */
function entryIn(text: Read, index: number, path: Path): Span | undefined {
  const document = documentsOf(text)[index]
  const extent = document && extentOf(text.source.text, document, path)
  const key = document?.locate(path)?.key
  return extent && { start: Math.min(extent.start, key?.start ?? extent.start), end: extent.end }
}

/** A stretch of one text as it would stand in the place of a stretch of another. */
export function indented(from: string, there: Span, to: string, here: Span): string {
  const [was, is] = [indentation(from, there.start), indentation(to, here.start)]
  const eol = to.includes("\r\n") ? "\r\n" : "\n"
  return from
    .slice(there.start, there.end)
    .split(/\r?\n/)
    .map((line, index) => (index > 0 && line.startsWith(was) ? is + line.slice(was.length) : line))
    .join(eol)
}

function indentation(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset)))?.[0] ?? ""
}

/**
 * Put comments that are lacking where the side that has them has them: on a line of its own before the entry that follows it there or behind the one before
 * it, or at the end of the line of its entry.
 */
export function carryComments(
  text: Read,
  from: Read,
  lacking: Counts,
  values: readonly Value[],
  texts: ThreeTexts,
): Read {
  const draft = new Draft(text, values, texts)
  const left = new Map(lacking)
  for (const remark of remarksOf(from)) {
    const word = wording(remark.comment)
    const count = left.get(word) ?? 0
    if (count === 0) continue
    const there = countsOf(remarksOf(draft.text)).get(word) ?? 0
    const comes = (changed: Read) => (countsOf(remarksOf(changed)).get(word) ?? 0) === there + 1
    for (const { at, insert } of placesFor(remark, from, draft.text, texts.declared))
      if (draft.take([{ start: at, end: at, text: insert }], undefined, comes)) {
        left.set(word, count - 1)
        break
      }
  }
  return draft.text
}

interface Insertion {
  readonly at: number
  readonly insert: string
}

function placesFor(
  { document: index, comment }: Remark,
  from: Read,
  to: Read,
  declared: ThreeTexts["declared"],
): readonly Insertion[] {
  const [there, here] = [documentsOf(from)[index], documentsOf(to)[index]]
  if (there === undefined || here === undefined) return []
  const { text } = from.source
  const target = to.source.text
  const eol = target.includes("\r\n") ? "\r\n" : "\n"
  const words = text.slice(comment.span.start, comment.span.end)
  const before = text.slice(lineStart(text, comment.span.start), comment.span.start)
  const nodes = [...nodesOf(there.value)].flatMap(({ path }) => {
    const extent = path.length === 0 ? undefined : entryIn(from, index, path)
    return extent === undefined ? [] : [{ path, ...extent }]
  })
  const next = first(
    nodes.filter(({ start }) => start >= comment.span.end),
    ({ start, path }) => [start, path.length],
  )
  const last = first(
    nodes.filter(({ end }) => end <= comment.span.start),
    ({ end, path }) => [-end, path.length],
  )
  const place = (node: typeof next) => {
    const path = node && counterpart(there.value, here.value, node.path, declared?.(index))
    return path && entryIn(to, index, path)
  }
  const [following, preceding] = [place(next), place(last)]
  const own = (at: number, indent: string): Insertion => ({ at, insert: `${indent}${words}${eol}` })
  const above = following && own(lineStart(target, following.start), indentation(target, following.start))
  const end = preceding && lineEnd(target, preceding.end)
  const below =
    preceding === undefined || end === undefined
      ? undefined
      : { at: end, insert: `${eol}${indentation(target, preceding.start)}${words}` }
  const beside = end === undefined ? undefined : { at: end, insert: `${/[ \t]*$/.exec(before)?.[0] || " "}${words}` }
  const within = following && { at: following.start, insert: `${words} ` }
  const isTrailing = before.trim() !== ""
  const nearLast = /\n[ \t]*\r?\n/.test(text.slice(comment.span.end, next?.start ?? text.length))
  const ends = [
    { at: here.span.end, insert: target.endsWith("\n") ? `${words}${eol}` : `${eol}${words}` },
    { at: here.span.start, insert: `${words}${eol}` },
  ]
  const order = isTrailing ? [beside, within, above, below] : nearLast ? [below, above, within] : [above, below, within]
  return [...order, ...ends].filter((each) => each !== undefined)
}

function first<T>(items: readonly T[], rank: (item: T) => readonly [number, number]): T | undefined {
  return items.toSorted((a, b) => rank(a)[0] - rank(b)[0] || rank(a)[1] - rank(b)[1])[0]
}

/** Take out comments that a side took away, where nothing else goes with them. */
export function dropComments(text: Read, extra: Counts, values: readonly Value[], texts: ThreeTexts): Read {
  const draft = new Draft(text, values, texts)
  for (const [word, count] of extra)
    for (let each = 0; each < count; each++) {
      const remark = remarksOf(draft.text).findLast(({ comment }) => wording(comment) === word)
      if (remark === undefined) break
      const { start, end } = remark.comment.span
      const all = draft.text.source.text
      const from = lineStart(all, start)
      const to = lineEnd(all, end)
      const alone = all.slice(from, start).trim() === "" && all.slice(end, to).trim() === ""
      const blanks = /[ \t]*$/.exec(all.slice(from, start))?.[0].length ?? 0
      const span = alone
        ? { start: from, end: all.indexOf("\n", to) + 1 || all.length }
        : { start: start - blanks, end }
      if (!draft.take([{ ...span, text: "" }])) break
    }
  return draft.text
}
