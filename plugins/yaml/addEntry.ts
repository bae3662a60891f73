import type { Edit } from "../../src/model/operation.ts"
import { isArray, makeObject, type Value } from "../../src/model/value.ts"
import { column, lineEnd, startsLine } from "./lines.ts"
import { commentsIn, insertion, isJson, type Page, type Slot } from "./page.ts"
import { type Care, entryLines, flowText, indent, isFilled, itemLines, keyText } from "./render.ts"
import { replaceValue } from "./replaceValue.ts"
import type { Collection } from "./tree.ts"
import { stringWords } from "./words.ts"

const cares: readonly Care[] = ["plain", "quoted"]
const quotedOnly: readonly Care[] = ["quoted"]

/** Wordings for a new key at the end of a map. */
export function* addKey(
  page: Page,
  slot: Slot,
  map: Collection,
  key: string,
  value: Value,
): Generator<readonly Edit[]> {
  if (map.layout === "flow" && isBare(page, map)) {
    yield* replaceValue(page, slot, makeObject([[key, value]]))
  }
  for (const care of isJson(page, map) ? quotedOnly : cares) {
    if (map.layout === "block") {
      yield addLines(page, map, entryLines(keyText(key, page.habits, care, false), value, page.habits, care))
      continue
    }
    const text = `${keyText(key, page.habits, care, true)}: ${flowText(value, page.habits, care)}`
    yield map.layout === "pair" ? bracePair(page, map, text) : addFlow(page, map, text)
  }
}

/** Wordings for a new element at a place of a list, its end included. */
export function* addItem(
  page: Page,
  slot: Slot,
  list: Collection,
  index: number,
  value: Value,
): Generator<readonly Edit[]> {
  if (isBare(page, list)) {
    yield* replaceValue(page, slot, [value])
  }
  for (const care of isJson(page, list) ? quotedOnly : cares) {
    if (list.layout === "block") {
      const gap = gapOf(page, list, value)
      const sibling = siblingWord(page, list, value)
      if (sibling !== undefined && care === "plain") {
        const line = [`-${gap}${sibling}`]
        yield index === 0 ? addLinesFirst(page, list, line) : addLines(page, list, line, index)
      }
      const lines = itemLines(value, page.habits, care, gap)
      yield index === 0 ? addLinesFirst(page, list, lines) : addLines(page, list, lines, index)
      if (gap !== " ") {
        const tight = itemLines(value, page.habits, care, " ")
        yield index === 0 ? addLinesFirst(page, list, tight) : addLines(page, list, tight, index)
      }
      continue
    }
    const text = (care === "plain" ? siblingWord(page, list, value) : undefined) ?? flowText(value, page.habits, care)
    if (index === list.entries.length) yield addFlow(page, list, text)
    else yield addFlowBefore(page, list, index, text)
  }
}

/** Whether brackets hold nothing at all, not even a comment. */
function isBare(page: Page, collection: Collection): boolean {
  return collection.entries.length === 0 && commentsIn(page, collection).length === 0
}

/** A text quoted like the text beside it. */
function siblingWord({ habits }: Page, list: Collection, value: Value): string | undefined {
  const first = list.entries[0]?.value
  if (typeof value !== "string" || value.includes("\n") || first?.kind !== "scalar") return undefined
  if (first.style !== "single" && first.style !== "double") return undefined
  return stringWords(value, { flow: list.layout !== "block", style: first.style, quote: habits.quote })[0]
}

/** The blanks between dash and value that this list uses. */
function gapOf({ text }: Page, list: Collection, value: Value): string {
  const first = list.entries[0]
  if (first === undefined) return " "
  const gap = text.slice(first.start + 1, first.value.outer)
  return /^ {1,8}$/.test(gap) &&
    (isArray(value) || isFilled(value) || first.value.kind === "scalar" || first.value.kind === "map")
    ? gap
    : " "
}

/** Lines behind the entry before `index`, or behind the last one. */
function addLines(
  { text, habits }: Page,
  collection: Collection,
  lines: readonly string[],
  index?: number,
): readonly Edit[] {
  const entry = collection.entries[(index ?? collection.entries.length) - 1]
  if (entry === undefined) return []
  const blanks = " ".repeat(column(text, collection.start))
  const indented = lines.map((line) => indent(line, blanks))
  // A block scalar owns the line breaks behind it.
  if (entry.last > entry.end && text[entry.last - 1] === "\n")
    return [insertion(entry.last, indented.map((line) => line + habits.eol).join(""))]
  return [insertion(lineEnd(text, entry.last), indented.map((line) => habits.eol + line).join(""))]
}

function addLinesFirst({ text, habits }: Page, collection: Collection, lines: readonly string[]): readonly Edit[] {
  const blanks = " ".repeat(column(text, collection.start))
  const joined = lines.map((line, index) => (index === 0 ? line : indent(line, blanks)) + habits.eol).join("")
  return [insertion(collection.start, joined + blanks)]
}

function bracePair({ text }: Page, map: Collection, added: string): readonly Edit[] {
  return [{ start: map.start, end: map.end, text: `{${text.slice(map.start, map.end)}, ${added}}` }]
}

/** Where a comma stands between an entry and what follows it; comments are stepped over. */
export function commaBehind(text: string, offset: number): number | undefined {
  for (let at = offset; at < text.length; at++) {
    const character = text[at]
    if (character === ",") return at
    if (character === "#") at = lineEnd(text, at)
    else if (!/\s/.test(character ?? "")) return undefined
  }
  return undefined
}

function addFlow({ text, habits }: Page, collection: Collection, added: string): readonly Edit[] {
  const last = collection.entries.at(-1)
  if (last === undefined) return [insertion(collection.start + 1, added)]
  const comma = commaBehind(text, last.end)
  const ownLine = startsLine(text, last.start)
  const lead = `${habits.eol}${" ".repeat(column(text, last.start))}`
  const rest = (from: number) => text.slice(from, lineEnd(text, from))
  if (comma !== undefined) {
    if (!ownLine || !/^\s*(?:#.*)?$/.test(rest(comma + 1))) return [insertion(comma + 1, ` ${added},`)]
    return [insertion(lineEnd(text, comma), `${lead}${added},`)]
  }
  // `?,` is not read as a key without text by every parser.
  const separator = text[last.end - 1] === "?" ? " ," : ","
  if (ownLine) {
    if (!/^\s*(?:#.*)?$/.test(rest(last.end))) return [insertion(last.end, separator + lead + added)]
    const brk = lineEnd(text, last.end)
    if (brk === last.end) return [insertion(last.end, separator + lead + added)]
    return [insertion(last.end, separator), insertion(brk, lead + added)]
  }
  return [insertion(last.end, `${separator} ${added}`)]
}

function addFlowBefore({ text, habits }: Page, collection: Collection, index: number, added: string): readonly Edit[] {
  const entry = collection.entries[index]
  if (entry === undefined) return []
  if (!startsLine(text, entry.start)) return [insertion(entry.start, `${added}, `)]
  return [insertion(entry.start, `${added},${habits.eol}${" ".repeat(column(text, entry.start))}`)]
}
