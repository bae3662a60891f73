import type { CST } from "yaml"
import type { Edit } from "../../src/model/operation.ts"
import { isArray, isObject, type Value } from "../../src/model/value.ts"
import { column, lineEnd, lineStart, nextLine, startsLine } from "./lines.ts"
import { commentBehind, commentsIn, insertion, isJson, type Page, type Slot } from "./page.ts"
import { blockLines, type Care, flowText, indent, isFilled } from "./render.ts"
import { tagFits } from "./tags.ts"
import type { Collection, ScalarNode, Style } from "./tree.ts"
import { blockWord, scalarWords } from "./words.ts"

/** Wordings for putting a value in the place of another, best first. */
export function* replaceValue(page: Page, slot: Slot, value: Value): Generator<readonly Edit[]> {
  const { tag } = slot.node
  for (const edits of wordings(page, slot, value)) {
    if (tagFits(slot.node, value)) yield edits
    if (tag !== undefined && (tag.source.startsWith("!!") || !tagFits(slot.node, value)))
      yield withoutTag(page.text, tag, edits)
  }
}

export function withoutTag(text: string, tag: CST.SourceToken, edits: readonly Edit[]): readonly Edit[] {
  const start = tag.offset
  const end = start + tag.source.length
  const blanks = /^ */.exec(text.slice(end, end + 100))?.[0].length ?? 0
  const first = edits[0]?.start ?? text.length
  if (blanks > 0 && first >= end + blanks) return [{ start, end: end + blanks, text: "" }, ...edits]
  return [{ start: text[start - 1] === " " ? start - 1 : start, end, text: "" }, ...edits]
}

function* wordings(page: Page, slot: Slot, value: Value): Generator<readonly Edit[]> {
  const flow = isFlow(slot)
  if (!isArray(value) && !isObject(value)) {
    if (typeof value === "string" && !flow) yield* blockScalars(page, slot, value)
    for (const word of scalarWords(value, {
      flow,
      style: styleOf(page, slot),
      quote: page.habits.quote,
      ...(slot.node.kind === "scalar" && slot.node.style === "plain" ? { old: slot.node.text } : {}),
    }))
      yield* inline(page, slot, word)
    return
  }
  const old = collectionOf(slot)
  const json = isJson(page, slot.parent) || isJson(page, old)
  const care: Care = json ? "quoted" : "plain"
  const oneLine = flow || !isFilled(value) || (old?.layout === "flow" && old.entries.length > 0)
  if (!oneLine) {
    yield* block(page, slot, value, "plain")
    yield* block(page, slot, value, "quoted")
  }
  yield* inline(page, slot, flowText(value, page.habits, care))
  yield* inline(page, slot, flowText(value, page.habits, "quoted"))
}

/** A text keeps the quotes of the text before it. */
function styleOf(page: Page, { node, parent }: Slot): Style {
  const style = node.kind === "scalar" ? node.style : "empty"
  return style !== "single" && isJson(page, parent) ? "double" : style
}

function collectionOf({ node }: Slot): Collection | undefined {
  return node.kind === "map" || node.kind === "seq" ? node : undefined
}

export function isFlow({ parent }: Slot): boolean {
  return parent !== undefined && parent.layout !== "block"
}

function* blockScalars(page: Page, slot: Slot, value: string): Generator<readonly Edit[]> {
  const old = slot.node.kind === "scalar" ? slot.node : undefined
  const was = old?.style === "literal" || old?.style === "folded" ? old.style : undefined
  if (was === undefined && (!value.includes("\n") || old?.style === "double" || old?.style === "single")) return
  const base = baseColumn(page, slot)
  const columns =
    (was !== undefined && old !== undefined ? bodyColumn(page.text, old) : undefined) ??
    Math.max(base, 0) + page.habits.unit
  for (const style of was === "folded" ? (["folded", "literal"] as const) : (["literal"] as const)) {
    const word = blockWord(value, style, columns - Math.max(base, 0))
    if (word === undefined) continue
    const lines = word.lines.map((line) => indent(line, " ".repeat(columns)))
    yield below(page, slot, word.header, lines)
  }
}

function bodyColumn(text: string, node: ScalarNode): number | undefined {
  const lines = text.slice(node.body ?? node.end, node.end).split("\n")
  const columns = lines.filter((line) => /\S/.test(line)).map((line) => /^ */.exec(line)?.[0].length ?? 0)
  return columns.length === 0 ? undefined : Math.min(...columns)
}

/** The column that a nested block must pass; -1 at the root. */
export function baseColumn({ text }: Page, { parent, entry }: Slot): number {
  if (parent === undefined || entry === undefined) return -1
  return column(text, parent.start)
}

/** Put a value on the line of its key or dash. */
export function* inline(page: Page, slot: Slot, word: string): Generator<readonly Edit[]> {
  const { text } = page
  const { node, entry } = slot
  if (entry?.key !== undefined && entry.colon === undefined) {
    if (isFlow(slot)) {
      yield [insertion(entry.end, `: ${word}`)]
      yield [insertion(entry.end, ` : ${word}`)]
    } else
      yield [insertion(lineEnd(text, entry.end), `${page.habits.eol}${" ".repeat(column(text, entry.start))}: ${word}`)]
    return
  }
  if (node.kind === "scalar" && node.style === "empty") {
    yield* fillEmpty(page, slot, word)
    return
  }
  if (node.kind === "scalar" && node.header !== undefined) {
    yield [{ start: node.start, end: node.header, text: word }, ...bodyRemoval(page, node)]
    return
  }
  if ((node.kind === "map" || node.kind === "seq") && node.layout === "block") {
    yield replaceBlock(page, slot, node, word, false)
    return
  }
  yield [{ start: node.start, end: node.end, text: word }]
  const before = text[node.start - 1]
  if (before === "\t") yield [{ start: lineStart(text, node.start), end: node.end, text: word }]
  if (before !== undefined && !/[\s]/.test(before)) yield [{ start: node.start, end: node.end, text: ` ${word}` }]
}

function* fillEmpty(page: Page, slot: Slot, word: string): Generator<readonly Edit[]> {
  const { text } = page
  const { node, parent } = slot
  const at = node.after
  if (
    parent === undefined &&
    node.anchor === undefined &&
    node.tag === undefined &&
    !text.slice(lineStart(text, at), at).startsWith("---")
  ) {
    yield* appendText(page, word)
    return
  }
  const gap = /[\s[{,(]/.test(text[at - 1] ?? " ") ? "" : " "
  const behind = /[^\s,\]}]/.test(text[at] ?? " ") ? " " : ""
  yield [insertion(at, gap + word + behind)]
}

/** Put text into a document that has none: at its end, but before a line `...`. */
function* appendText(page: Page, word: string): Generator<readonly Edit[]> {
  const { text, end, habits } = page
  const dots = /^\.\.\.(?=\s|$)/m.exec(text.slice(0, end))
  if (dots !== null) {
    yield [insertion(dots.index, word + habits.eol)]
    return
  }
  const before = text.slice(0, end)
  const gap = before === "" || before.endsWith("\n") ? "" : habits.eol
  const behind = end < text.length || text === "" || text.endsWith("\n") ? habits.eol : ""
  yield [insertion(end, gap + word + behind)]
}

function bodyRemoval({ text }: Page, node: ScalarNode): readonly Edit[] {
  const body = node.body ?? node.last
  if (node.last === body) return []
  if (text[node.last - 1] === "\n") return [{ start: body, end: node.last, text: "" }]
  return [{ start: lineEnd(text, lineStart(text, body - 1)), end: node.last, text: "" }]
}

/**
 * Put one line in the place of a block map or list. Its comments are lost with it, but for the one behind its last line, or they are `kept`,
 * each on a line of its own.
 */
export function replaceBlock(page: Page, slot: Slot, node: Collection, word: string, kept: boolean): readonly Edit[] {
  const { text, habits } = page
  const behind = node.last > node.end ? undefined : commentBehind(page, node.end)
  const inner = kept ? commentsIn(page, { start: node.start, end: node.end }) : []
  const comments = [...inner, ...(behind === undefined ? [] : [behind])].map(({ span }) =>
    text.slice(span.start, span.end),
  )
  const blanks = " ".repeat(column(text, node.start))
  const end = behind === undefined ? node.end : behind.span.end
  const own = startsLine(text, node.start)
  if (!own || slot.parent === undefined) {
    const rest = comments.map((comment, index) =>
      index === 0 && !kept ? ` ${comment}` : `${habits.eol}${blanks}${comment}`,
    )
    const first = !own && comments.length > 0 ? [` ${comments[0]}`, ...rest.slice(1)] : rest
    return [{ start: node.start, end, text: word + first.join("") }]
  }
  const lines = comments.map((comment) => blanks + comment + habits.eol).join("")
  return [
    insertion(node.after, ` ${word}`),
    removeLines(page, lineStart(text, node.start), behind === undefined ? node.last : end, lines),
  ]
}

/** Take whole lines away and put others in their place; a file without final line break keeps none. */
export function removeLines({ text, habits }: Page, start: number, end: number, lines = ""): Edit {
  const stop = end > start && text[end - 1] === "\n" ? end : nextLine(text, end)
  if (stop < text.length || text.endsWith("\n")) return { start, end: stop, text: lines }
  if (lines !== "") return { start, end: stop, text: lines.slice(0, -habits.eol.length) }
  // Blank lines above would become the line break at the end that the file does not have.
  return { start: text.slice(0, start).trimEnd().length, end: stop, text: "" }
}

/** Put a header behind the key or dash, and lines below. */
function below(page: Page, slot: Slot, header: string, lines: readonly string[]): readonly Edit[] {
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
  const edits = [
    { start, end, text: gap + header },
    insertion(comment === undefined ? lineEnd(text, end) : comment.span.end, body),
  ]
  // Blanks between header and line end would be part of nothing.
  return edits
}

function* block(page: Page, slot: Slot, value: Value, care: Care): Generator<readonly Edit[]> {
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
    return [{ start: node.after, end: withoutBreak(text, node.last), text: body }]
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
