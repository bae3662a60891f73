import type { Edit } from "../../src/model/operation.ts"
import type { Span } from "../../src/model/span.ts"
import { commaAfter, contentEnd, indentAt, isFirstOnLine, lineStart, nextLine } from "./lines.ts"

/** What stands between brackets or braces, separated by commas. `close` is the offset of the closing one. */
export interface Items {
  readonly text: string
  readonly eol: string
  readonly open: number
  readonly close: number
  readonly items: readonly Span[]
}

export function insertItem(list: Items, index: number, item: string): readonly Edit[] {
  const { text, eol, items, open } = list
  const next = items[index]
  if (items.length === 0) return insertFirst(list, item)
  if (next === undefined) return appendItem(list, item)
  if (!isFirstOnLine(text, next.start)) return [put(next.start, `${item}, `)]
  const before = items[index - 1]
  const after = before === undefined ? open + 1 : commaAfter(text, before.end) + 1
  const indent = indentAt(text, next.start)
  if (contentEnd(text, after) >= next.start) return [put(next.start, `${item},${eol}${indent}`)]
  return [put(contentEnd(text, after), `${eol}${indent}${item},`)]
}

function insertFirst({ text, eol, open, close }: Items, item: string): readonly Edit[] {
  const inside = text.slice(open + 1, close)
  if (!inside.includes("\n")) return [{ start: open + 1, end: close, text: text[open] === "{" ? ` ${item} ` : item }]
  const indent = indentAt(text, close)
  const step = /\n([ \t]+)#/.exec(inside)?.[1] ?? `${indent}  `
  return [put(lineStart(text, close), `${step}${item}${text[open] === "{" ? "" : ","}${eol}`)]
}

function appendItem({ text, eol, items, close }: Items, item: string): readonly Edit[] {
  const last = items.at(-1) as Span
  const comma = commaAfter(text, last.end)
  const end = comma < 0 ? last.end : comma + 1
  const mark = comma < 0 ? "" : ","
  if (!isFirstOnLine(text, last.start)) return [put(end, comma < 0 ? `, ${item}` : ` ${item},`)]
  const line = `${eol}${indentAt(text, last.start)}${item}${mark}`
  const place = contentEnd(text, end)
  if (place >= close) return [put(end, `${comma < 0 ? "," : ""}${line}`)]
  return comma < 0 ? [put(last.end, ","), put(place, line)] : [put(place, line)]
}

export function removeItems(list: Items, removed: ReadonlySet<number>): readonly Edit[] {
  const { text, items, open, close } = list
  const inside = text.slice(open + 1, close)
  if (removed.size === items.length && !inside.includes("\n")) return [cut(open + 1, close)]
  const edits = [...removed].flatMap((index) => removeItem(list, index))
  const lastKept = items.findLastIndex((_, index) => !removed.has(index))
  const last = items.at(-1)
  // The comma of what is now the last one goes, unless the list had a last comma before.
  if (lastKept >= 0 && lastKept < items.length - 1 && last !== undefined && commaAfter(text, last.end) < 0) {
    const comma = commaAfter(text, (items[lastKept] as Span).end)
    if (!edits.some((edit) => edit.start <= comma && comma < edit.end)) edits.push(cut(comma, comma + 1))
  }
  return edits
}

function removeItem({ text, items, open }: Items, index: number): readonly Edit[] {
  const item = items[index] as Span
  const comma = commaAfter(text, item.end)
  const end = comma < 0 ? item.end : comma + 1
  // The comma stands behind a comment.
  if (text.slice(item.end, end).includes("#")) return [cut(item.start, item.end), cut(comma, comma + 1)]
  const rest = text.slice(end, contentEnd(text, end))
  const blanks = /^[ \t]*/.exec(rest)?.[0].length ?? 0
  if (isFirstOnLine(text, item.start)) {
    if (rest.length > blanks) return [cut(item.start, end + blanks)]
    return [cut(lineStart(text, item.start), nextLine(text, end))]
  }
  if (items[index + 1] !== undefined && rest.length > blanks) return [cut(item.start, end + blanks)]
  const before = items[index - 1]
  const from = before === undefined ? open + 1 : Math.max(commaAfter(text, before.end) + 1, before.end)
  return [text.slice(from, item.start).trim() === "" ? cut(from, end) : cut(item.start, end)]
}

function put(offset: number, text: string): Edit {
  return { start: offset, end: offset, text }
}

function cut(start: number, end: number): Edit {
  return { start, end, text: "" }
}
