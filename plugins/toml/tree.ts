import { type AST, parseTOML } from "toml-eslint-parser"
import type { Comment } from "../../src/model/document.ts"
import type { Path } from "../../src/model/path.ts"
import type { Span } from "../../src/model/span.ts"

export type KeyPart = AST.TOMLBare | AST.TOMLQuoted
/** A line of the file, or a member of an inline table. A header's range spans its key-values too. */
export type Statement = AST.TOMLKeyValue | AST.TOMLTable

interface Base {
  readonly parent: TableNode | ListNode | SectionsNode | undefined
  /** The last step of its path; unused for the root. */
  readonly step: string | number
  /** Every place that spells its key: headers and dotted keys repeat it. */
  readonly keys: KeyPart[]
  /** Every statement that stands wholly below it, in order of the text. Empty for the root and for elements of a list. */
  readonly statements: Statement[]
}

/**
 * `section` has a header of its own (`[a]`, `[[a]]`), `implicit` is only a part of other headers, `dotted` is made by dotted keys,
 * `inline` stands between braces.
 */
export interface TableNode extends Base {
  readonly kind: "table"
  form: "root" | "section" | "implicit" | "dotted" | "inline"
  readonly entries: Map<string, Node>
  /** The statement of a section, the braces of an inline table. */
  header: AST.TOMLTable | undefined
  readonly braces: AST.TOMLInlineTable | undefined
}

/** An array of tables: `[[a]]`. */
export interface SectionsNode extends Base {
  readonly kind: "sections"
  readonly items: TableNode[]
}

export interface ListNode extends Base {
  readonly kind: "list"
  readonly ast: AST.TOMLArray
  readonly items: Node[]
}

interface ScalarNode extends Base {
  readonly kind: "scalar"
  readonly ast: AST.TOMLValue
}

export type Node = TableNode | SectionsNode | ListNode | ScalarNode

/** Where everything stands in one text. */
export interface Tree {
  readonly text: string
  readonly eol: "\n" | "\r\n"
  readonly top: AST.TOMLTopLevelTable
  readonly root: TableNode
  readonly comments: readonly Comment[]
}

/** @throws the parser's `ParseError` for a text that is not TOML, RangeError for one that is nested too deeply for it. */
export function readTree(text: string): Tree {
  // Without a last line end the parser gives a final `0` no width.
  const program = parseTOML(text.endsWith("\n") ? text : `${text}\n`, { tomlVersion: "1.1" })
  const top = program.body[0]
  const root = table(undefined, "", "root")
  for (const statement of top.body) {
    if (statement.type === "TOMLKeyValue") addKeyValue(root, statement, "dotted")
    else addSection(root, statement)
  }
  const comments = program.comments.map((comment) => ({ span: spanOf(comment), text: comment.value.trim() }))
  return { text, eol: /(?<!\r)\n/.test(text) || !text.includes("\n") ? "\n" : "\r\n", top, root, comments }
}

function table(parent: Node["parent"], step: string | number, form: TableNode["form"]): TableNode {
  return {
    kind: "table",
    parent,
    step,
    form,
    keys: [],
    statements: [],
    entries: new Map(),
    header: undefined,
    braces: undefined,
  }
}

function addSection(root: TableNode, statement: AST.TOMLTable): void {
  const parts = statement.key.keys
  let node = root
  for (const [index, part] of parts.entries()) {
    const last = index === parts.length - 1
    const known = node.entries.get(nameOf(part))
    if (last && statement.kind === "array") {
      const sections = known?.kind === "sections" ? known : emptySections(node, nameOf(part))
      node.entries.set(nameOf(part), sections)
      node = table(sections, sections.items.length, "section")
      sections.items.push(node)
      mention(sections, part, statement)
      node.statements.push(statement)
    } else {
      node = enter(node, part, statement, "implicit")
    }
  }
  node.form = "section"
  node.header = statement
  for (const member of statement.body) addKeyValue(node, member, "dotted")
}

function emptySections(parent: TableNode, step: string): SectionsNode {
  return { kind: "sections", parent, step, keys: [], statements: [], items: [] }
}

/** One step down a header or a dotted key; into the last element of an array of tables. */
function enter(parent: TableNode, part: KeyPart, statement: Statement, form: "implicit" | "dotted"): TableNode {
  const known = parent.entries.get(nameOf(part))
  if (known?.kind === "sections") {
    mention(known, part, statement)
    const item = known.items.at(-1) as TableNode
    item.statements.push(statement)
    return item
  }
  const node = known?.kind === "table" ? known : table(parent, nameOf(part), form)
  if (known === undefined) parent.entries.set(nameOf(part), node)
  mention(node, part, statement)
  return node
}

function mention(node: Node, part: KeyPart, statement: Statement): void {
  node.keys.push(part)
  node.statements.push(statement)
}

function addKeyValue(container: TableNode, statement: AST.TOMLKeyValue, form: "dotted"): void {
  const parts = statement.key.keys
  let node = container
  for (const part of parts.slice(0, -1)) node = enter(node, part, statement, form)
  const last = parts.at(-1) as KeyPart
  const value = valueNode(node, nameOf(last), statement.value)
  mention(value, last, statement)
  node.entries.set(nameOf(last), value)
}

function valueNode(parent: TableNode | ListNode, step: string | number, ast: AST.TOMLContentNode): Node {
  const base = { parent, step, keys: [], statements: [] }
  if (ast.type === "TOMLValue") return { ...base, kind: "scalar", ast }
  if (ast.type === "TOMLArray") {
    const list: ListNode = { ...base, kind: "list", ast, items: [] }
    for (const [index, element] of ast.elements.entries()) list.items.push(valueNode(list, index, element))
    return list
  }
  const inline: TableNode = { ...table(parent, step, "inline"), braces: ast }
  for (const member of ast.body) addKeyValue(inline, member, "dotted")
  return inline
}

export function nameOf(part: KeyPart): string {
  return part.type === "TOMLBare" ? part.name : part.value
}

export function nodeAt(root: Node, path: Path): Node | undefined {
  let node: Node | undefined = root
  for (const step of path) node = node === undefined ? undefined : childNode(node, step)
  return node
}

function childNode(node: Node, step: string | number): Node | undefined {
  if (node.kind === "table") return node.entries.get(String(step))
  if (node.kind === "scalar" || typeof step !== "number") return undefined
  return node.items[step]
}

export function spanOf(ast: { readonly range: readonly [number, number] }): Span {
  return { start: ast.range[0], end: ast.range[1] }
}

/** The brackets of a header and what is between them. */
export function headerSpan(text: string, header: AST.TOMLTable): Span {
  const close = text.indexOf("]", header.key.range[1])
  return { start: header.range[0], end: close + (header.kind === "array" ? 2 : 1) }
}

/** The text that stands for a node: its value, its first header, or the key that implies it. */
export function valueSpan(tree: Tree, node: Node): Span {
  if (node.kind === "scalar" || node.kind === "list") return spanOf(node.ast)
  if (node.kind === "sections") return valueSpan(tree, node.items[0] as TableNode)
  if (node.form === "root") return { start: 0, end: tree.text.length }
  if (node.braces !== undefined) return spanOf(node.braces)
  if (node.header !== undefined) return headerSpan(tree.text, node.header)
  return spanOf(node.keys[0] as KeyPart)
}
