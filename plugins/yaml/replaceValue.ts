import type { Edit } from "../../src/model/operation.ts"
import { isArray, isObject, type Value } from "../../src/model/value.ts"
import { baseColumn, below, block } from "./block.ts"
import { inline } from "./inline.ts"
import { isFlow, isJson, type Page, type Slot } from "./page.ts"
import { type Care, flowText, indent, isFilled } from "./render.ts"
import { tagFits, withoutTag } from "./tags.ts"
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
    // At the root readers disagree on what an indentation indicator counts from.
    if (word === undefined || (slot.parent === undefined && /[0-9]/.test(word.header))) continue
    const lines = word.lines.map((line) => indent(line, " ".repeat(columns)))
    yield below(page, slot, word.header, lines)
  }
}

function bodyColumn(text: string, node: ScalarNode): number | undefined {
  const lines = text.slice(node.body ?? node.end, node.end).split("\n")
  const columns = lines.filter((line) => /\S/.test(line)).map((line) => /^ */.exec(line)?.[0].length ?? 0)
  return columns.length === 0 ? undefined : Math.min(...columns)
}
