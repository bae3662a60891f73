import type { Edit } from "../../src/model/operation.ts"
import { column, lineEnd } from "./lines.ts"
import { commentBehind, commentsIn, insertion, type Page } from "./page.ts"
import { dedented, indent } from "./render.ts"
import type { AliasNode, Collection, Node, ScalarNode } from "./tree.ts"

/** A longer text is not written a second time: whoever shares it means to have it once. */
const mostCopied = 1000

/**
 * Texts in which an alias stands for itself: it takes over the anchor with what it stood for, worded as before. All that the document says
 * stays, or the text is not good.
 */
export function* moveAnchor(page: Page, anchored: Node, heir: AliasNode): Generator<readonly Edit[]> {
  const { anchor } = anchored
  const place = placeOf(page.root, heir)
  if (anchor === undefined || place === undefined) return
  if (commentsIn(page, { start: anchored.outer, end: anchored.end }).length > 0) return
  if (anchored.end - anchored.outer > mostCopied) return
  const freed = withoutAnchor(page.text, anchor.offset, anchor.offset + anchor.source.length)
  const head = anchored.tag === undefined ? anchor.source : `${anchor.source} ${anchored.tag.source}`
  for (const edits of takeOver(page, place, heir, head, anchored)) yield [freed, ...edits]
}

/** Take an anchor away, with the blank that parts it from what it is on. */
function withoutAnchor(text: string, start: number, end: number): Edit {
  const blanks = /^[ \t]*/.exec(text.slice(end, end + 100))?.[0].length ?? 0
  const alone = /^(?:[\r\n]|$)/.test(text.slice(end + blanks, end + blanks + 1))
  if (!alone) return { start, end: end + blanks, text: "" }
  return { start: text[start - 1] === " " ? start - 1 : start, end, text: "" }
}

/** The collection that an alias stands in, and whether it is a key there. */
interface Place {
  readonly parent: Collection
  readonly asKey: boolean
  /** Behind the colon or dash. */
  readonly after: number
}

function placeOf(node: Node, alias: AliasNode): Place | undefined {
  if (node.kind !== "map" && node.kind !== "seq") return undefined
  for (const { key, value } of node.entries) {
    if (key === alias) return { parent: node, asKey: true, after: alias.start }
    if (value === alias) return { parent: node, asKey: false, after: value.after }
    const found = (key === undefined ? undefined : placeOf(key, alias)) ?? placeOf(value, alias)
    if (found !== undefined) return found
  }
  return undefined
}

function* takeOver(page: Page, place: Place, heir: AliasNode, head: string, node: Node): Generator<readonly Edit[]> {
  const { text } = page
  const source = withoutAnchors(text, node)
  const block = (node.kind === "map" || node.kind === "seq") && node.layout === "block"
  if (!block && !(node.kind === "scalar" && node.header !== undefined)) {
    yield [{ start: heir.start, end: heir.end, text: source === "" ? head : `${head} ${source}` }]
    if (!source.includes("\n")) return
  }
  if (place.asKey || place.parent.layout !== "block") return
  const lines = node.kind === "scalar" ? scalarLines(text, node, source) : dedented(source, column(text, node.start))
  // The header of a text would take in the comment beside the alias.
  if (lines === undefined || (!block && commentBehind(page, heir.end) !== undefined)) return
  const [first, rest] = block ? [head, lines] : [`${head} ${lines[0] ?? ""}`, lines.slice(1)]
  for (const columns of columnsFor(page, place, node)) {
    // A text of several lines is worded by its column: elsewhere it would be worded anew.
    if (block && columns !== column(text, node.start) && holdsLines(text, node)) continue
    const body = rest.map((line) => page.habits.eol + indent(line, " ".repeat(columns))).join("")
    yield [{ start: heir.start, end: heir.end, text: first }, insertion(lineEnd(text, heir.end), body)]
  }
}

function holdsLines(text: string, node: Node): boolean {
  if (node.kind === "map" || node.kind === "seq") return node.entries.some(({ value }) => holdsLines(text, value))
  return text.slice(node.start, node.end).includes("\n")
}

function columnsFor({ text, habits }: Page, { parent }: Place, node: Node): readonly number[] {
  const base = column(text, parent.start)
  return [base + (node.kind === "seq" && parent.kind === "map" ? habits.listUnit : habits.unit), base + 2]
}

/** The head of a text on several lines, then its other lines without their indentation. */
function scalarLines(text: string, node: ScalarNode, source: string): readonly string[] | undefined {
  if (node.header === undefined) {
    const [first = "", ...rest] = source.split(/\r?\n/)
    return [first, ...rest.map((line) => line.trimStart())]
  }
  const header = text.slice(node.start, node.header)
  const body = text.slice(node.body ?? node.last, node.last).replace(/\r?\n$/, "")
  if (/[0-9]/.test(header)) return undefined
  const columns = /^ */.exec(body.replace(/^\s*\n/, ""))?.[0].length ?? 0
  const lines = dedented(`\n${body}`, columns)
  return lines === undefined ? undefined : [header, ...lines.slice(1)]
}

/** The text of a node whose own parts keep their anchors where they are. */
function withoutAnchors(text: string, node: Node): string {
  let source = ""
  let offset = node.start
  for (const { start, end } of anchorsIn(text, node)) {
    source += text.slice(offset, start)
    offset = end
  }
  return source + text.slice(offset, Math.max(offset, node.end))
}

function anchorsIn(text: string, node: Node): readonly Edit[] {
  if (node.kind !== "map" && node.kind !== "seq") return []
  return node.entries
    .flatMap(({ key, value }) => [key, value])
    .flatMap((each) => {
      if (each === undefined) return []
      const { anchor } = each
      const own = anchor === undefined ? [] : [withoutAnchor(text, anchor.offset, anchor.offset + anchor.source.length)]
      return [...own, ...anchorsIn(text, each)]
    })
}
