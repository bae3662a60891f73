import type { Edit } from "../../src/model/operation.ts"
import { isArray, type Value } from "../../src/model/value.ts"
import { appendText, replaceBlock } from "./inline.ts"
import { column, lineEnd, lineStart, startsLine } from "./lines.ts"
import { commentBehind, commentsIn, insertion, type Page, type Slot } from "./page.ts"
import { blockLines, type Care, indent } from "./render.ts"

/** The column that a nested block must pass; -1 at the root. */
export function baseColumn({ text }: Page, { parent, entry }: Slot): number {
  if (parent === undefined || entry === undefined) return -1
  return column(text, parent.start)
}

/** Put a header behind the key or dash, and lines below. */
export function below(page: Page, slot: Slot, header: string, lines: readonly string[]): readonly Edit[] {
  const { text, habits } = page
  const { node } = slot
  const body = lines.map((line) => habits.eol + line).join("")
  if (node.kind === "scalar" && node.header !== undefined) {
    const bodyStart = node.body ?? node.last
    const brk = lineEnd(text, node.header)
    const ends = node.last > bodyStart && text[node.last - 1] === "\n"
    return [
      { start: node.start, end: node.header, text: header },
      { start: brk, end: ends ? node.last : Math.max(node.last, brk), text: body + (ends ? habits.eol : "") },
    ].filter((edit) => edit.start !== edit.end || edit.text !== "")
  }
  if ((node.kind === "map" || node.kind === "seq") && node.layout === "block") {
    const [first, second] = replaceBlock(page, slot, node, header, false)
    if (first === undefined) return []
    if (second === undefined) return [{ ...first, text: first.text + body }]
    return [{ ...first, text: first.text + body }, second]
  }
  if (slot.entry?.key !== undefined && slot.entry.colon === undefined) {
    const at = lineEnd(text, slot.entry.end)
    return [insertion(at, `${habits.eol}${" ".repeat(column(text, slot.entry.start))}: ${header}${body}`)]
  }
  if (
    slot.parent === undefined &&
    node.start === node.end &&
    !text.slice(lineStart(text, node.after), node.after).startsWith("---")
  )
    return [...appendText(page, [header, ...lines].join(habits.eol))].at(-1) ?? []
  const start = node.start === node.end ? node.after : node.start
  const end = Math.max(start, node.end)
  const gap = /\s/.test(text[start - 1] ?? " ") ? "" : " "
  const comment = commentBehind(page, end)
  return [
    { start, end, text: gap + header },
    insertion(comment === undefined ? lineEnd(text, end) : comment.span.end, body),
  ]
}

/** Put a filled list or map in lines of its own. */
export function* block(page: Page, slot: Slot, value: Value, care: Care): Generator<readonly Edit[]> {
  const lines = blockLines(value, page.habits, care)
  const { text, habits } = page
  const { node, parent, entry } = slot
  const base = baseColumn(page, slot)
  const collection = node.kind === "map" || node.kind === "seq" ? node : undefined
  const joined = (columns: number) =>
    lines.map((line, index) => (index === 0 ? line : indent(line, " ".repeat(columns)))).join(habits.eol)
  if (collection?.layout === "block") {
    const columns = column(text, node.start)
    const fits = columns > base || (isArray(value) && parent?.kind === "map")
    if (fits) {
      const edit = { start: node.start, end: node.end, text: joined(columns) }
      yield [node.last > node.end ? { ...edit, end: withoutBreak(text, node.last) } : edit]
    }
  }
  if (parent === undefined) {
    yield* blockAtRoot(page, slot, lines)
    return
  }
  if (parent.kind === "seq" && node.anchor === undefined && node.tag === undefined && node.kind !== "scalar") {
    yield [{ start: node.start, end: withoutBreak(text, node.last), text: joined(column(text, node.start)) }]
  } else if (
    parent.kind === "seq" &&
    node.anchor === undefined &&
    node.tag === undefined &&
    node.kind === "scalar" &&
    node.header === undefined
  ) {
    const gap = node.style === "empty" && !/\s/.test(text[node.after - 1] ?? "") ? " " : ""
    yield [{ start: node.start, end: node.end, text: gap + joined(column(text, node.start) + gap.length) }]
  }
  const columns =
    base +
    (isArray(value) && parent.kind === "map" && entry?.explicit !== true ? habits.listUnit : Math.max(habits.unit, 1))
  const indented = lines.map((line) => indent(line, " ".repeat(columns)))
  yield underKey(page, slot, indented)
}

function withoutBreak(text: string, offset: number): number {
  if (text[offset - 1] !== "\n") return offset
  return text[offset - 2] === "\r" ? offset - 2 : offset - 1
}

function* blockAtRoot(page: Page, { node }: Slot, lines: readonly string[]): Generator<readonly Edit[]> {
  const { text, habits } = page
  const joined = lines.join(habits.eol)
  const marker = text.slice(lineStart(text, node.after), node.after).startsWith("---")
  if (
    node.kind === "scalar" &&
    node.style === "empty" &&
    !marker &&
    node.anchor === undefined &&
    node.tag === undefined
  ) {
    yield* appendText(page, joined)
    return
  }
  const empty = node.kind === "scalar" && node.style === "empty"
  const start = empty || !startsLine(text, node.start) ? node.after : node.start
  const end = Math.max(start, withoutBreak(text, node.last))
  const lead = start === node.start && !empty ? "" : habits.eol
  const comment = commentBehind(page, end)
  if (lead !== "" && comment !== undefined) {
    yield [{ start, end, text: "" }, insertion(comment.span.end, lead + joined)]
    return
  }
  yield [{ start, end, text: lead + joined }]
}

/** Take away what stands behind the key or dash, and put lines below. */
function underKey(page: Page, slot: Slot, lines: readonly string[]): readonly Edit[] {
  const { text, habits } = page
  const { node, entry } = slot
  const body = lines.map((line) => habits.eol + line).join("")
  if (entry?.key !== undefined && entry.colon === undefined) {
    return [insertion(lineEnd(text, entry.end), `${habits.eol}${" ".repeat(column(text, entry.start))}:${body}`)]
  }
  if (node.kind === "scalar" && node.header !== undefined) {
    const brk = lineEnd(text, node.header)
    const ends = text[node.last - 1] === "\n" && node.last > brk
    return [
      { start: node.after, end: node.header, text: "" },
      { start: brk, end: Math.max(brk, node.last), text: body + (ends ? habits.eol : "") },
    ]
  }
  if ((node.kind === "map" || node.kind === "seq") && node.layout === "block") {
    const kept = commentsIn(page, { start: node.after, end: node.start }).length > 0
    const start = kept ? withoutBreak(text, lineStart(text, node.start)) : node.after
    return [{ start, end: withoutBreak(text, node.last), text: body }]
  }
  if (node.start > node.after && commentsIn(page, { start: node.after, end: node.start }).length > 0) {
    const [first = "", ...rest] = lines
    return [{ start: lineStart(text, node.start), end: node.end, text: [first, ...rest].join(habits.eol) }]
  }
  const start = node.after
  const end = Math.max(start, node.end)
  const comment = commentBehind(page, end)
  if (comment === undefined) return [{ start, end: lineEnd(text, end), text: body }]
  return [{ start, end, text: "" }, insertion(comment.span.end, body)].filter(
    (edit) => edit.start !== edit.end || edit.text !== "",
  )
}
