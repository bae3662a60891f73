import type { Edit } from "../../src/model/operation.ts"
import { commentsEnd, hasBreak, isBreak, lineStart, skipBlanks, skipBlanksBack, skipBreak } from "./lines.ts"
import type { Spot } from "./splice.ts"
import type { Entry, Node } from "./tree.ts"

/**
 * Put the entries of a container in order. Where comments stand between them, each entry takes along the lines above it and what follows it
 * on its line; that is only clear where every entry has lines of its own.
 * @returns the reason when it is not.
 */
export function sortEntries(spot: Spot, node: Node): readonly Edit[] | string {
  const entries = node.entries ?? []
  if (new Set(entries.map((entry) => entry.key?.name ?? entry)).size < entries.length)
    return "a key is there more than once, and which of them counts depends on the order"
  const sorted = entries.toSorted(byValue)
  const commented = spot.tree.comments.some(
    ({ span }) =>
      span.start > node.start &&
      span.end < node.end &&
      !entries.some((each) => each.start < span.start && span.end < each.node.end),
  )
  return commented ? sortLines(spot, node, sorted) : sortSlots(spot, entries, sorted)
}

function byValue(a: Entry, b: Entry): number {
  if (a.key && b.key) return byCodePoint(a.key.name, b.key.name)
  const left = a.node.value
  const right = b.node.value
  if (typeof left === "string" && typeof right === "string") return byCodePoint(left, right)
  return Number((left as number) > (right as number)) - Number((left as number) < (right as number))
}

function byCodePoint(a: string, b: string): number {
  const left = [...a]
  const right = [...b]
  const at = left.findIndex((unit, index) => unit !== right[index])
  if (at < 0) return left.length - right.length
  return at < right.length ? (left[at]?.codePointAt(0) ?? 0) - (right[at]?.codePointAt(0) ?? 0) : 1
}

function sortSlots({ text }: Spot, entries: readonly Entry[], sorted: readonly Entry[]): readonly Edit[] {
  return entries.flatMap((slot, index) => {
    const entry = sorted[index] as Entry
    if (entry === slot) return []
    return [{ start: slot.start, end: slot.node.end, text: text.slice(entry.start, entry.node.end) }]
  })
}

function sortLines({ text }: Spot, node: Node, sorted: readonly Entry[]): readonly Edit[] | string {
  const entries = node.entries ?? []
  const unclear = "comments stand between the entries on one line, and what they speak of cannot be told"
  let start = skipBreak(text, skipBlanks(text, commentsEnd(text, node.start + 1)))
  const first = start
  const chunks = new Map<Entry, { readonly head: string; readonly tail: string }>()
  for (const entry of entries) {
    const anchor = entry.comma < 0 ? entry.node.end : entry.comma + 1
    const end = skipBlanks(text, commentsEnd(text, anchor))
    const alone = skipBlanksBack(text, entry.start) === lineStart(text, entry.start) && entry.start >= start
    if (!alone || !isBreak(text, end) || (entry.comma >= 0 && hasBreak(text, entry.node.end, entry.comma)))
      return unclear
    const between = text.slice(entry.node.end, entry.comma < 0 ? entry.node.end : entry.comma)
    chunks.set(entry, { head: text.slice(start, entry.node.end) + between, tail: text.slice(anchor, end) })
    start = skipBreak(text, end)
  }
  const last = entries.at(-1) as Entry
  const eol = text.slice(skipBlanks(text, commentsEnd(text, last.comma < 0 ? last.node.end : last.comma + 1)), start)
  const put = sorted.map((entry, index) => {
    const chunk = chunks.get(entry) ?? { head: "", tail: "" }
    const comma = index < sorted.length - 1 || last.comma >= 0 ? "," : ""
    return chunk.head + comma + chunk.tail
  })
  return [{ start: first, end: start, text: put.join(eol) + eol }]
}
