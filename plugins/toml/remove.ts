import type { AST } from "toml-eslint-parser"
import type { Edit } from "../../src/model/operation.ts"
import { type Items, removeItems } from "./items.ts"
import { attachedStart, deleteLines } from "./lines.ts"
import { headerSpan, type ListNode, type Node, type Statement, spanOf, type TableNode, type Tree } from "./tree.ts"

export function itemsOfList(tree: Tree, list: ListNode): Items {
  const [open, end] = list.ast.range
  return { text: tree.text, eol: tree.eol, open, close: end - 1, items: list.ast.elements.map(spanOf) }
}

export function itemsOfBraces(tree: Tree, braces: AST.TOMLInlineTable): Items {
  const [open, end] = braces.range
  return { text: tree.text, eol: tree.eol, open, close: end - 1, items: braces.body.map(spanOf) }
}

/** The ways to take a node out, without its parents; those that would leave a parent unsaid come with it said. */
export function* removals(tree: Tree, node: Node): Generator<readonly Edit[]> {
  const { parent } = node
  if (parent?.kind === "list") {
    yield removeItems(itemsOfList(tree, parent), new Set([node.step as number]))
    return
  }
  if (parent?.kind === "table" && parent.entries.size === 1 && isUnsaid(parent)) yield keepParent(tree, parent, node)
  yield removeStatements(tree, node.statements)
}

function isUnsaid(table: TableNode): boolean {
  return table.form === "dotted" || table.form === "implicit"
}

function removeStatements(tree: Tree, statements: readonly Statement[]): readonly Edit[] {
  const edits: Edit[] = []
  const braces = new Map<AST.TOMLInlineTable, Set<number>>()
  const tables: AST.TOMLTable[] = []
  for (const statement of new Set(statements)) {
    if (statement.type === "TOMLTable") {
      tables.push(statement)
    } else if (statement.parent.type === "TOMLInlineTable") {
      const indices = braces.get(statement.parent) ?? new Set()
      braces.set(statement.parent, indices.add(statement.parent.body.indexOf(statement)))
    } else {
      edits.push(deleteLines(tree.text, statement.range[0], statement.range[1], false))
    }
  }
  for (const [parent, indices] of braces) edits.push(...removeItems(itemsOfBraces(tree, parent), indices))
  return [...edits, ...removeSections(tree, tables)]
}

/** Sections that follow each other go in one piece, with what stands between them. */
function removeSections(tree: Tree, tables: readonly AST.TOMLTable[]): readonly Edit[] {
  const all = tree.top.body
  const places = new Map(all.map((statement, index) => [statement, index]))
  const edits: Edit[] = []
  for (let index = 0; index < tables.length; index++) {
    const first = tables[index] as AST.TOMLTable
    let last = first
    while (places.get(tables[index + 1] as AST.TOMLTable) === (places.get(last) as number) + 1)
      last = tables[++index] as AST.TOMLTable
    edits.push(deleteLines(tree.text, first.range[0], endOf(tree, last), true))
  }
  return edits
}

/** The end of a section's last key-value, or of its header. */
export function endOf(tree: Tree, statement: Statement): number {
  if (statement.type === "TOMLKeyValue") return statement.range[1]
  return statement.body.at(-1)?.range[1] ?? headerSpan(tree.text, statement).end
}

/** Remove the only child of a table that is said by that child alone: `a.b = 1` becomes `a = {}`, `[a.b]` becomes `[a]`. */
function keepParent(tree: Tree, parent: TableNode, node: Node): readonly Edit[] {
  const first = node.statements[0] as Statement
  const part = parent.keys[parent.statements.indexOf(first)]
  const others = removeStatements(tree, node.statements.slice(1))
  if (part === undefined) return others
  if (first.type === "TOMLKeyValue")
    return [{ start: part.range[1], end: first.value.range[1], text: " = {}" }, ...others]
  const header = tree.text.slice(first.key.range[0], part.range[1])
  return [{ start: first.range[0], end: endOf(tree, first), text: `[${header}]` }, ...others]
}

/** Where a section begins together with the comments directly above it. */
export function sectionStart(tree: Tree, table: Statement): number {
  return attachedStart(tree.text, table.range[0])
}
