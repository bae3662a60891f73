import type { Edit } from "../../src/model/operation.ts"
import { isArray, type Value } from "../../src/model/value.ts"
import { column, lineStart, startsLine } from "./lines.ts"
import { commentBehind, commentsIn, type Page } from "./page.ts"
import type { Collection, Node } from "./tree.ts"

/** The entries of a list or map in order: the index that each place takes its entry from. */
export function sortedOrder(collection: Collection, value: Value): readonly number[] {
  const order = collection.entries.map((_, index) => index)
  if (isArray(value)) return order.sort((a, b) => compare(value[a], value[b]))
  return order.sort((a, b) => compare(collection.entries[a]?.name, collection.entries[b]?.name))
}

function compare(a: Value | undefined, b: Value | undefined): number {
  if (typeof a === "string" && typeof b === "string") {
    const left = [...a]
    const right = [...b]
    for (let at = 0; at < Math.min(left.length, right.length); at++) {
      const difference = (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0)
      if (difference !== 0) return difference
    }
    return left.length - right.length
  }
  return Number(a) < Number(b) ? -1 : Number(a) > Number(b) ? 1 : 0
}

/** Put entries in another order, each with the comments directly above it and the one behind it. What stands between them stays. */
export function reorder(page: Page, collection: Collection, order: readonly number[]): readonly Edit[] | string {
  const late = anchorTooLate(collection, order)
  if (late !== undefined) return `&${late} must stay before the first *${late}`
  const slots = collection.layout === "block" ? blockSlots(page, collection) : flowSlots(page, collection)
  if (typeof slots === "string") return slots
  return order.flatMap((from, to) => {
    const target = slots[to]
    const source = slots[from]
    if (from === to || target === undefined || source === undefined) return []
    return [{ ...target, text: page.text.slice(source.start, source.end) }]
  })
}

/** The name of an anchor that the new order would put behind an alias of it. */
function anchorTooLate(collection: Collection, order: readonly number[]): string | undefined {
  const places = new Map(order.map((from, to) => [from, to]))
  const placeOf = (offset: number) =>
    places.get(collection.entries.findIndex((entry) => entry.start <= offset && offset <= entry.last)) ?? -1
  for (const [index, entry] of collection.entries.entries()) {
    for (const anchored of anchorsOf(entry.key, entry.value)) {
      const at = places.get(index) ?? 0
      const hit = anchored.aliases.some((alias) => alias.end <= collection.last && placeOf(alias.start) < at)
      if (hit) return anchored.anchor?.source.slice(1)
    }
  }
  return undefined
}

function anchorsOf(...nodes: readonly (Node | undefined)[]): readonly Node[] {
  return nodes.flatMap((node) => {
    if (node === undefined) return []
    const own = node.aliases.length > 0 ? [node] : []
    if (node.kind !== "map" && node.kind !== "seq") return own
    return [...own, ...node.entries.flatMap(({ key, value }) => anchorsOf(key, value))]
  })
}

type Slots = readonly { readonly start: number; readonly end: number }[] | string

function flowSlots(page: Page, collection: Collection): Slots {
  if (commentsIn(page, collection).length > 0)
    return "its comments would have to be guessed to belong to one entry or another"
  return collection.entries.map(({ start, end }) => ({ start, end }))
}

function blockSlots(page: Page, collection: Collection): Slots {
  const { text } = page
  const last = collection.entries.at(-1)
  if (
    collection.entries.some(
      (entry) => text.slice(entry.end, entry.last).replaceAll("\r", "").length > 1 && entry !== last,
    )
  )
    return "blank lines behind a block text may belong to it"
  return collection.entries.map((entry) => {
    const comment = commentBehind(page, entry.end)
    return { start: withComments(page, entry.start), end: comment?.span.end ?? entry.end }
  })
}

/** The start of the comment lines that stand directly above an entry and in line with it, else the entry's. */
function withComments({ text, comments }: Page, start: number): number {
  let at = start
  while (startsLine(text, at) && lineStart(text, at) > 0) {
    const above = lineStart(text, lineStart(text, at) - 1)
    const comment = comments.find(({ span }) => span.start >= above && span.start < lineStart(text, at))
    if (comment === undefined || !startsLine(text, comment.span.start)) break
    if (column(text, comment.span.start) !== column(text, start)) break
    at = comment.span.start
  }
  return at
}
