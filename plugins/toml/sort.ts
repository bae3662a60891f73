import type { Edit } from "../../src/model/operation.ts"
import type { Span } from "../../src/model/span.ts"
import { isArray, type Value } from "../../src/model/value.ts"
import type { Items } from "./items.ts"
import { commaAfter, contentEnd, isFirstOnLine, lineStart } from "./lines.ts"
import { itemsOfBraces, itemsOfList } from "./remove.ts"
import { type KeyPart, type Node, nameOf, spanOf, type TableNode, type Tree } from "./tree.ts"
import { Refused } from "./write.ts"

export function sorted(tree: Tree, node: Node, value: Value): readonly Edit[] {
  if (node.kind === "list" && isArray(value)) return sortItems(itemsOfList(tree, node), orderOf(value))
  if (node.kind !== "table") throw new Refused("only a list or a table can be sorted")
  const order = orderOf([...node.entries.keys()])
  if (node.braces !== undefined) {
    const whole = node.braces.body.every((member) => member.key.keys.length === 1)
    if (!whole) throw new Refused("a table with dotted keys cannot be sorted without guessing")
    return sortItems(itemsOfBraces(tree, node.braces), order)
  }
  return sortLines(tree, node, order)
}

/** For each place, the index of the item that is to stand there. */
function orderOf(values: readonly Value[]): readonly number[] {
  return values
    .map((value, index) => ({ value, index }))
    .sort((a, b) => compare(a.value, b.value) || a.index - b.index)
    .map(({ index }) => index)
}

function compare(left: Value, right: Value): number {
  if (typeof left === "string" && typeof right === "string") return byCodePoint([...left], [...right])
  return Number((left as number) > (right as number)) - Number((left as number) < (right as number))
}

function byCodePoint(left: readonly string[], right: readonly string[]): number {
  const index = left.findIndex((char, place) => char !== right[place])
  if (index < 0) return left.length - right.length
  return (left[index]?.codePointAt(0) ?? 0) - (right[index]?.codePointAt(0) ?? -1)
}

function sortItems(list: Items, order: readonly number[]): readonly Edit[] {
  const { text, items, open, close } = list
  const commented = text.slice(open + 1, close).includes("#") && hasComment(list)
  const pieces = commented
    ? items.map((item) => linePiece(list, item))
    : items.map((item) => ({ lead: item, item, tail: item }))
  return order.flatMap((from, to) => {
    const piece = pieces[from]
    const place = pieces[to]
    if (from === to || piece === undefined || place === undefined) return []
    const edits: Edit[] = [replace(text, place.item, piece.item)]
    return commented ? [replace(text, place.lead, piece.lead), ...edits, replace(text, place.tail, piece.tail)] : edits
  })
}

function hasComment({ text, items, open, close }: Items): boolean {
  let at = open + 1
  for (const item of [...items, { start: close, end: close }]) {
    if (text.slice(at, item.start).includes("#")) return true
    at = item.end
  }
  return false
}

/** An element alone on its lines: the comment lines above it, itself, and the comment behind it. */
function linePiece({ text, items, open, close }: Items, item: Span): { lead: Span; item: Span; tail: Span } {
  const index = items.indexOf(item)
  const before = items[index - 1]
  const comma = commaAfter(text, item.end)
  const end = comma < 0 ? item.end : comma + 1
  const after = contentEnd(text, end)
  const from = before === undefined ? open + 1 : Math.max(commaAfter(text, before.end) + 1, before.end)
  const lead = { start: contentEnd(text, from), end: item.start }
  const alone = isFirstOnLine(text, item.start) && after < (items[index + 1]?.start ?? close)
  const near = !/\n[ \t]*\r?\n/.test(text.slice(lead.start, lead.end))
  if (!alone || !near || lead.start > item.start || text.slice(item.end, end).includes("#"))
    throw new Refused("it cannot be told which element each comment belongs to")
  return { lead, item, tail: { start: end, end: after } }
}

/** The key-values of a table, each with the comment lines above it; what has sections below it stays as it is. */
function sortLines(tree: Tree, table: TableNode, order: readonly number[]): readonly Edit[] {
  const { text } = tree
  const nodes = [...table.entries.values()]
  const pieces = nodes.map((node) => {
    const statement = node.statements[0]
    const simple = node.statements.length === 1 && statement?.type === "TOMLKeyValue"
    const part = statement?.key.keys[0] as KeyPart | undefined
    if (!simple || statement.key.keys.length !== 1 || part === undefined || nameOf(part) !== node.step)
      throw new Refused("a table with sections or dotted keys cannot be sorted without guessing")
    let start = lineStart(text, statement.range[0])
    for (let above = start; above > 0; ) {
      above = lineStart(text, above - 1)
      if (!/^[ \t]*#/.test(text.slice(above, start))) break
      start = above
    }
    return { start, end: contentEnd(text, statement.range[1]), statement: spanOf(statement) }
  })
  for (const [index, piece] of pieces.entries()) {
    const next = pieces[index + 1]
    if (next !== undefined && text.slice(piece.end, next.start).trim() !== "")
      throw new Refused("comments stand between its keys")
    if (next !== undefined && /\n[ \t]*\r?\n/.test(text.slice(piece.end, next.start)))
      throw new Refused("its keys stand in groups, which sorting would mix")
  }
  const first = pieces[0]
  const above = first === undefined ? "" : text.slice(first.start, first.statement.start)
  if (above.includes("#")) throw new Refused("it cannot be told whether the first comment belongs to the first key")
  return order.flatMap((from, to) => {
    const piece = pieces[from]
    const place = pieces[to]
    return from === to || piece === undefined || place === undefined ? [] : [replace(text, place, piece)]
  })
}

function replace(text: string, place: Span, by: Span): Edit {
  return { start: place.start, end: place.end, text: text.slice(by.start, by.end) }
}
