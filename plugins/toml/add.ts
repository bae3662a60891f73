import type { Edit } from "../../src/model/operation.ts"
import { isArray, isObject, keysOf, type ObjectValue, type Value } from "../../src/model/value.ts"
import { insertItem } from "./items.ts"
import { attachedStart, contentEnd, indentAt, isFirstOnLine, lineStart } from "./lines.ts"
import { endOf, itemsOfBraces, sectionStart } from "./remove.ts"
import type { KeyPart, SectionsNode, Statement, TableNode, Tree } from "./tree.ts"
import { keyText, Refused, type SectionStyle, sectionText, valueText } from "./write.ts"

/** What to write for a value: the text it had where it stood before, if it is moved. */
export interface Wording {
  readonly value: Value
  readonly raw?: string
}

/** The ways to write a new key into a table. */
export function* additions(tree: Tree, table: TableNode, key: string, wording: Wording): Generator<readonly Edit[]> {
  if (table.form === "inline" || table.form === "dotted") {
    yield addDotted(tree, table, key, wording)
    return
  }
  const { value } = wording
  const line = (): string => `${keyText(key)} = ${wording.raw ?? valueText(value)}`
  const asSection = isSections(value) || (isObject(value) && keysOf(value).length > 0)
  if (asSection && !likesBraces(table)) yield addSections(tree, table, key, value)
  yield* addLine(tree, table, line())
  if (isSections(value) || isObject(value)) yield addSections(tree, table, key, value)
}

function isSections(value: Value): value is readonly ObjectValue[] {
  return isArray(value) && value.length > 0 && value.every((item) => isObject(item))
}

/** Whether tables in this one stand between braces, as dependencies do in a Cargo.toml. */
function likesBraces(table: TableNode): boolean {
  const tables = [...table.entries.values()].filter((node) => node.kind === "table")
  return tables.length > 0 && tables.every((node) => node.form === "inline")
}

function addDotted(tree: Tree, table: TableNode, key: string, { value, raw }: Wording): readonly Edit[] {
  const wanted = raw?.includes("\n") === false ? raw : valueText(value)
  if (table.braces !== undefined) {
    const list = itemsOfBraces(tree, table.braces)
    return insertItem(list, list.items.length, `${keyText(key)} = ${wanted}`)
  }
  // Its statements and the keys that spell it go in pairs; arrays of tables below it have headers.
  const index = table.statements.findLastIndex((statement) => statement.type === "TOMLKeyValue")
  const last = table.statements[index]
  const part = table.keys[index]
  if (part === undefined || last?.type !== "TOMLKeyValue") throw new Refused("nothing spells this table")
  const text = `${tree.text.slice(last.key.range[0], part.range[1])}.${keyText(key)} = ${wanted}`
  if (last.parent.type !== "TOMLInlineTable") return [lineAfter(tree, last.range[1], text)]
  return insertItem(itemsOfBraces(tree, last.parent), last.parent.body.indexOf(last) + 1, text)
}

function* addLine(tree: Tree, table: TableNode, line: string): Generator<readonly Edit[]> {
  if (table.form === "root") yield [addToRoot(tree, line)]
  else if (table.header !== undefined) yield [lineAfter(tree, endOf(tree, table.header), line)]
  else {
    const first = table.statements[0] as Statement
    const indent = indentAt(tree.text, first.range[0])
    const header = `${indent}[${nameText(tree, table)}]${tree.eol}${indent}${line}${tree.eol}${tree.eol}`
    yield [put(sectionStart(tree, first), header)]
    yield [addBlock(tree, `[${nameText(tree, table)}]${tree.eol}${line}`, undefined)]
  }
}

function lineAfter(tree: Tree, end: number, line: string): Edit {
  return put(contentEnd(tree.text, end), `${tree.eol}${indentAt(tree.text, startOfStatement(tree, end))}${line}`)
}

/** The first line of the statement that ends here: a multi-line value's last line is indented otherwise. */
function startOfStatement(tree: Tree, end: number): number {
  const within = (statement: Statement) =>
    statement.type === "TOMLTable" ? (statement.body.find((member) => member.range[1] === end) ?? statement) : statement
  const found = tree.top.body.find((statement) => endOf(tree, statement) === end || statement.range[1] === end)
  const deeper = found ?? tree.top.body.find((one) => one.range[0] <= end && end <= one.range[1])
  return deeper === undefined ? end : within(deeper).range[0]
}

function addToRoot(tree: Tree, line: string): Edit {
  const { text, eol } = tree
  const lines = tree.top.body.filter((statement) => statement.type === "TOMLKeyValue")
  const last = lines.at(-1)
  if (last !== undefined) return lineAfter(tree, last.range[1], line)
  const first = tree.top.body[0]
  if (first !== undefined) return put(belowDirectives(text, sectionStart(tree, first)), `${line}${eol}${eol}`)
  if (text.trim() === "") return put(0, `${line}${text.endsWith("\n") ? "" : eol}`)
  if (text.endsWith("\n")) return put(text.length, `${line}${eol}`)
  return put(text.length, `${eol}${line}`)
}

/** A `#:schema` line means something only at the top. */
function belowDirectives(text: string, offset: number): number {
  let at = offset
  while (at === 0 || text.startsWith("#:", at)) {
    if (!/^#[:!]/.test(text.slice(at, at + 2))) break
    at = text.indexOf("\n", at) + 1
  }
  return at
}

function addSections(tree: Tree, table: TableNode, key: string, value: Value): Edit[] {
  const name = [...nameParts(tree, table), keyText(key)].join(".")
  const style = styleOf(tree, table)
  const gap = style.eol + style.gap
  const text = isObject(value)
    ? sectionText(name, value, "[", style)
    : (value as readonly ObjectValue[]).map((item) => sectionText(name, item, "[[", style)).join(gap)
  return [addBlock(tree, text, table.form === "root" ? undefined : lastOf(table))]
}

/** One more element of an array of tables, at its end or before another. */
export function addElement(tree: Tree, sections: SectionsNode, index: number, value: Value): readonly Edit[] {
  if (!isObject(value)) throw new Refused("a list made of [[…]] sections holds tables only")
  const last = sections.items.at(-1) as TableNode
  const header = last.header ?? (last.statements[0] as Statement)
  const style = styleOf(tree, last)
  const name = tree.text.slice(...header.key.range)
  const text = sectionText(name, value, "[[", { ...style, headerIndent: indentAt(tree.text, header.range[0]) })
  const before = sections.items[index]?.statements[0]
  if (before === undefined) return [addBlock(tree, text, lastOf(last))]
  return [put(sectionStart(tree, before), `${text}${tree.eol}${style.gap}`)]
}

/** The last statement in the text that belongs to a table made of headers. */
function lastOf(table: TableNode): Statement {
  const ends = [...table.statements, ...(table.header === undefined ? [] : [table.header])]
  return ends.reduce((last, statement) => (statement.range[0] > last.range[0] ? statement : last))
}

function nameText(tree: Tree, table: TableNode): string {
  return nameParts(tree, table).join(".")
}

function nameParts(tree: Tree, table: TableNode): readonly string[] {
  if (table.form === "root") return []
  if (table.header !== undefined) return [tree.text.slice(...table.header.key.range)]
  const last = table.statements.at(-1) as Statement
  return [tree.text.slice(last.key.range[0], (table.keys.at(-1) as KeyPart).range[1])]
}

/** As the sections beside it are written: indentation, and whether blank lines stand between sections. */
function styleOf(tree: Tree, table: TableNode): SectionStyle {
  const { text, eol } = tree
  const headers = tree.top.body.filter((statement) => statement.type === "TOMLTable")
  const tight = headers.filter((header) => {
    const above = text.slice(0, sectionStart(tree, header))
    return above !== "" && !/\n[ \t]*\r?\n$/.test(above.slice(-200))
  })
  const spaced =
    headers.length - tight.length - (headers[0] !== undefined && sectionStart(tree, headers[0]) === 0 ? 1 : 0)
  const below = table.statements.findLast((one) => one.type === "TOMLTable" && one !== table.header)
  const model = below ?? table.header
  const headerIndent = model === undefined ? "" : indentAt(text, model.range[0])
  const member = model?.type === "TOMLTable" ? model.body[0] : undefined
  const memberIndent =
    member !== undefined && isFirstOnLine(text, member.range[0]) ? indentAt(text, member.range[0]) : headerIndent
  return { eol, headerIndent, memberIndent, gap: tight.length > spaced ? "" : eol }
}

/** A section after another one and the comments that trail it, or at the end. */
function addBlock(tree: Tree, block: string, after: Statement | undefined): Edit {
  const { text, eol, top } = tree
  const { gap } = styleOf(tree, tree.root)
  const place = after === undefined ? -1 : top.body.indexOf(after)
  const next = place < 0 ? undefined : top.body[place + 1]
  if (next !== undefined) {
    const start = attachedStart(text, next.range[0])
    const clear = start <= endOf(tree, after as Statement) ? lineStart(text, next.range[0]) : start
    return put(clear, `${block}${eol}${gap}`)
  }
  if (text.trim() === "") return put(0, `${block}${text.endsWith("\n") ? "" : eol}`)
  const ended = text.endsWith("\n")
  const blankBefore = /\n[ \t]*\r?\n$/.test(text.slice(-200))
  return put(text.length, `${ended ? "" : eol}${blankBefore ? "" : gap}${block}${ended ? eol : ""}`)
}

function put(offset: number, text: string): Edit {
  return { start: offset, end: offset, text }
}
