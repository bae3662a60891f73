import type { Edit } from "../../src/model/operation.ts"
import { column, lineEnd, lineStart, nextLine, startsLine } from "./lines.ts"
import { commentBehind, commentsIn, insertion, isFlow, type Page, type Slot } from "./page.ts"
import type { Collection, ScalarNode } from "./tree.ts"

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
export function* appendText(page: Page, word: string): Generator<readonly Edit[]> {
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
