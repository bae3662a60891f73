import type { Edit } from "../../src/model/operation.ts"
import type { Value } from "../../src/model/value.ts"
import {
  commentsEnd,
  hasBreak,
  indentAt,
  isBreak,
  lineStart,
  skipBlanks,
  skipBlanksBack,
  skipBreak,
  skipSpace,
} from "./lines.ts"
import type { Entry, Node, Tree } from "./tree.ts"
import { type Place, type Style, wordValue } from "./words.ts"

/** A text with its tree and its habits: what every splice needs. */
export interface Spot {
  readonly text: string
  readonly tree: Tree
  readonly style: Style
}

/** What is to be put somewhere; asked once its place is known. */
export type Content = (place: Place) => string

export function valueContent(value: Value, style: Style, key?: string): Content {
  const head = key === undefined ? "" : `${JSON.stringify(key)}${style.colon}`
  return (place) => head + wordValue(value, style, place)
}

/** Whether the entries of a container stand on lines of their own; an empty one does as the container around it. */
export function expands(spot: Spot, chain: readonly Node[]): boolean {
  for (const node of chain.toReversed()) {
    const first = node.entries?.[0]
    if (first !== undefined) return hasBreak(spot.text, node.start, first.start)
    if (hasBreak(spot.text, node.start, node.end)) return true
  }
  return true
}

/**
 * Put an entry into a container.
 * @param chain the containers from the root to the one it goes into.  @param index 0 to the number of entries.
 */
export function insertEntry(spot: Spot, chain: readonly Node[], index: number, content: Content): readonly Edit[] {
  const node = chain.at(-1) as Node
  const entries = node.entries ?? []
  if (entries.length === 0) return insertFirst(spot, chain, content)
  const before = entries[index - 1]
  return before === undefined
    ? insertInFront(spot, node, entries[0] as Entry, content)
    : insertAfter(spot, node, before, entries[index], content)
}

/** Into a container without entries; comments that stand there come first. */
function insertFirst(spot: Spot, chain: readonly Node[], content: Content): readonly Edit[] {
  const { text, style } = spot
  const node = chain.at(-1) as Node
  const outer = indentAt(text, node.start)
  const indent = outer + style.unit
  const comment = spot.tree.comments.findLast(({ span }) => span.start > node.start && span.end < node.end)?.span
  const expand = expands(spot, chain)
  if (comment !== undefined) {
    const lined = hasBreak(text, node.start, node.end)
    const put = lined
      ? `${style.eol}${indent}${content({ indent, expand })}`
      : ` ${content({ indent: outer, expand: false })}`
    return [{ start: comment.end, end: comment.end, text: put }]
  }
  const pad = node.keyed ? style.pad : ""
  const line = content({ indent: outer, expand: false })
  const short = !node.keyed && style.shortLists && !/^[[{]/.test(line) && !hasBreak(text, node.start, node.end)
  const put =
    expand && !short ? `${style.eol}${indent}${content({ indent, expand })}${style.eol}${outer}` : `${pad}${line}${pad}`
  return [{ start: node.start + 1, end: node.end - 1, text: put }]
}

/** Before the first entry and before the comments that stand above it. */
function insertInFront(spot: Spot, node: Node, first: Entry, content: Content): readonly Edit[] {
  const { text } = spot
  if (hasBreak(text, node.start, first.start)) {
    const at = commentsEnd(text, node.start + 1)
    const indent = indentAt(text, first.start)
    return [{ start: at, end: at, text: `${spot.style.eol}${indent}${content({ indent, expand: true })},` }]
  }
  const at = skipBlanks(text, node.start + 1)
  const put = content({ indent: indentAt(text, node.start), expand: false })
  return [{ start: at, end: at, text: `${put},${gapOf(spot, node)}` }]
}

function insertAfter(
  spot: Spot,
  node: Node,
  before: Entry,
  after: Entry | undefined,
  content: Content,
): readonly Edit[] {
  const { text, style } = spot
  const ended = before.comma >= 0
  const anchor = ended ? before.comma + 1 : before.node.end
  const tail = commentsEnd(text, anchor)
  if (standsAlone(spot, node, before, after) || endsInLineComment(text, anchor, tail)) {
    const below = hasBreak(text, node.start, before.start)
    const indent = below ? indentAt(text, before.start) : indentAt(text, node.start) + style.unit
    const put = `${style.eol}${indent}${content({ indent, expand: true })}${ended ? "," : ""}`
    const comma = ended ? [] : [{ start: anchor, end: anchor, text: "," }]
    return [...comma, { start: tail, end: tail, text: put }]
  }
  const put = content({ indent: indentAt(text, before.start), expand: false })
  const gap = gapOf(spot, node)
  if (ended) return [{ start: anchor, end: anchor, text: `${gap}${put},` }]
  return [{ start: tail, end: tail, text: `,${gap}${put}` }]
}

/** Whether a line break stands where the new entry goes, or, at the end, where the last entry went. */
function standsAlone({ text }: Spot, node: Node, before: Entry, after: Entry | undefined): boolean {
  if (after !== undefined) return hasBreak(text, before.comma, after.start)
  const entries = node.entries ?? []
  const previous = entries[entries.length - 2]
  return hasBreak(text, previous ? previous.comma : node.start, before.start)
}

function endsInLineComment(text: string, start: number, end: number): boolean {
  return end > start && isBreak(text, end) && !text.slice(start, end).endsWith("*/")
}

/** What follows a comma on one line, by the container's first one. */
function gapOf({ text, style }: Spot, node: Node): string {
  const comma = node.entries?.[0]?.comma ?? -1
  if (comma < 0 || node.entries?.length === 1) return style.gap
  const end = skipBlanks(text, comma + 1)
  return isBreak(text, end) ? style.gap : text.slice(comma + 1, end)
}

/**
 * Take an entry out, with the lines that it alone stood on and the comma that it needed. Comments stay, all but those inside the value: one
 * that followed on the same line then stands alone, because whether it spoke of the entry or of the list cannot be told.
 */
export function removeEntry(spot: Spot, node: Node, index: number): readonly Edit[] {
  const { text, tree } = spot
  const entries = node.entries ?? []
  const entry = entries[index] as Entry
  const inside = text.slice(node.start + 1, node.end - 1)
  if (entries.length === 1 && !tree.comments.some(({ span }) => within(span, node) && !within(span, entry.node))) {
    return [{ start: node.start + 1, end: node.start + 1 + inside.length, text: "" }]
  }
  const previous = entries[index - 1]
  const dropped = entry.comma < 0 && previous !== undefined ? previous.comma : undefined
  const joined = entry.comma >= 0 && skipSpace(text, entry.node.end) === entry.comma
  const end = joined ? entry.comma + 1 : entry.node.end
  const kept = commentsBeforeValue(spot, entry)
  const cut = kept === "" ? cutOf(text, entry.start, end, dropped) : { start: entry.start, end }
  const edits: Edit[] = []
  if (dropped !== undefined && dropped < cut.start) edits.push({ start: dropped, end: dropped + 1, text: "" })
  edits.push({ ...cut, text: kept })
  if (entry.comma >= 0 && !joined) edits.push({ start: entry.comma, end: entry.comma + 1, text: "" })
  return edits
}

/** Comments between a key and its value, which outlive both. */
function commentsBeforeValue({ text, tree, style }: Spot, entry: Entry): string {
  if (entry.key === undefined || /^\s*:\s*$/.test(text.slice(entry.key.end, entry.node.start))) return ""
  return tree.comments
    .filter(({ span }) => span.start > entry.start && span.end <= entry.node.start)
    .map(({ span }) => text.slice(span.start, span.end))
    .map((comment) => (comment.startsWith("//") ? `${comment}${style.eol}` : comment))
    .join("")
}

export function within(inner: { readonly start: number; readonly end: number }, outer: Node): boolean {
  return inner.start >= outer.start && inner.end <= outer.end
}

/** The stretch that goes with an entry: its lines, or its part of a line with the blanks on one side. */
function cutOf(text: string, start: number, end: number, dropped: number | undefined) {
  const blanksBefore = skipBlanksBack(text, start)
  const blanksAfter = skipBlanks(text, end)
  const opensLine = lineStart(text, start) === blanksBefore
  const endsLine = isBreak(text, blanksAfter)
  if (opensLine && endsLine && blanksBefore > 0) return { start: blanksBefore, end: skipBreak(text, blanksAfter) }
  if (dropped !== undefined && skipSpace(text, dropped + 1) === start) return { start: dropped, end }
  if (opensLine) return { start, end: blanksAfter }
  if (endsLine) return { start: blanksBefore, end: blanksAfter }
  const closes = text[blanksAfter] === "]" || text[blanksAfter] === "}"
  return closes ? { start: blanksBefore, end } : { start, end: blanksAfter }
}
