import type { IToken } from "chevrotain"
import type { RuleProblem } from "../src/model/rule.ts"
import type { Place } from "./dataParser.ts"
import { firstToken, type Group, lastToken, layOut, type Node, spaced } from "./layout.ts"
import * as t from "./lexer.ts"
import { parseRules } from "./parseRules.ts"
import { readStatements } from "./readStatements.ts"
import { dedent } from "./text.ts"
import { Writer } from "./writer.ts"

const width = 120

/** Columns from a part's word to what follows it; a longer word is followed by one space. */
const wordWidth: Readonly<Record<string, number>> = { rule: 10, link: 8, fix: 7, test: 0 }
/** Parts with a block of their own are headings, not entries of a table. */
const headings: ReadonlySet<t.Type> = new Set([t.keyword("fix"), t.keyword("test")])

/** The canonical layout of a rule text. It keeps comments, means the same and formats to itself. */
export function formatRules(
  text: string,
  path: string,
): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly problems: readonly RuleProblem[] } {
  const { problems } = parseRules(text, path)
  if (problems.length > 0) return { ok: false, problems }
  const { statements, layout } = readStatements(text)
  const { tokens, comments } = t.lex(text)
  const printer = new Printer(layout)
  printer.file(layOut(text, tokens, comments), new Set(statements.map(({ span }) => span.start)))
  const printed = printer.writer.toString()
  return { ok: true, text: text.includes("\r\n") ? printed.replaceAll("\n", "\r\n") : printed }
}

class Printer {
  readonly writer = new Writer()
  readonly #layout: ReadonlyMap<number, Place>
  /** The word whose part is being printed, and thus whose block comes next. */
  #word = ""

  constructor(layout: ReadonlyMap<number, Place>) {
    this.#layout = layout
  }

  file(nodes: readonly Node[], starts: ReadonlySet<number>): void {
    let previous: Node | undefined
    for (const run of partsOf(nodes, (token) => starts.has(token.startOffset))) {
      const [first] = run
      if (first === undefined) continue
      const apart = previous !== undefined && previous.type !== "comment" && (hasBlock(first) || hasBlock(previous))
      if (first.blankBefore || apart) this.writer.blank()
      this.#part(run, 0, 0)
      previous = first
    }
  }

  #part(run: readonly Node[], indent: number, padding: number): void {
    this.writer.line(indent)
    const [head, ...rest] = run
    if (head?.type === "token") this.#word = head.token.image
    if (head?.type === "token" && padding > 0 && rest.length > 0 && !headings.has(head.token.tokenType)) {
      this.writer.write(head.token.image.padEnd(padding - 1))
      this.#inline(rest, head.token, indent + padding)
      return
    }
    const block = run.findIndex((node) => node.type === "group" && this.#isBlock(node))
    if (block < 0) this.#inline(run, undefined, indent + 2)
    else this.#heading(run.slice(0, block), run[block] as Group, run.slice(block + 1), indent)
  }

  /** What stands before a block, the block, and a comment behind it. Where the first is long, each `where` has a line of its own. */
  #heading(head: readonly Node[], block: Group, behind: readonly Node[], indent: number): void {
    if (!this.#fits([...head, block])) {
      const flat = this.#flat(head)
      if (flat !== undefined && this.writer.column + flat.length + 2 <= width) this.writer.write(flat)
      else {
        partsOf(head, (token) => this.#layout.get(token.startOffset) === "where").forEach((piece, index) => {
          if (index > 0) this.writer.line(indent + 4)
          this.#inline(piece, undefined, indent + 6)
        })
      }
      if (this.writer.column > this.writer.indent) this.writer.write(" ")
      this.#group(block, indent)
    }
    for (const node of behind) if (node.type === "comment") this.writer.comment(node.text, indent + 2)
  }

  #isBlock(group: Group): boolean {
    return this.#layout.get(group.open.startOffset) === "block"
  }

  /** Nodes on one line where they fit, else broken at `and` and `or` and within brackets. */
  #inline(nodes: readonly Node[], before: IToken | undefined, indent: number): void {
    const last = nodes.at(-1)
    if (nodes.length > 1 && last?.type === "comment" && !last.own && this.#fits(nodes.slice(0, -1), before)) {
      this.writer.comment(last.text, indent)
      return
    }
    if (this.#fits(nodes, before)) return
    const breaks = nodes.some((node) => node.type === "token" && logical.has(node.token.tokenType))
    let previous = before
    for (const node of nodes) {
      if (node.type === "comment") {
        if (node.own && previous !== undefined) this.writer.line(indent)
        this.writer.comment(node.text, indent)
        continue
      }
      const token = node.type === "token" ? node.token : node.open
      const isSpaced = previous !== undefined && spaced(previous, token, this.#layout)
      if (breaks && isSpaced && logical.has(token.tokenType)) this.writer.line(indent)
      else if (isSpaced && this.writer.column > this.writer.indent) this.writer.write(" ")
      if (node.type === "group") this.#group(node)
      else if (node.token.tokenType !== t.BlockString) this.writer.write(node.token.image)
      else this.writer.writeRaw(indented(node.token.image, this.writer.indent + 2))
      previous = lastToken(node)
    }
  }

  /** Write nodes on the current line, if they may stand on one and fit. */
  #fits(nodes: readonly Node[], before?: IToken): boolean {
    const flat = this.#flat(nodes, before)
    const fits = flat !== undefined && this.writer.column + flat.length <= width
    if (fits) this.writer.write(flat)
    return fits
  }

  /** @param indent of the line with the closing bracket. */
  #group(group: Group, indent = this.writer.indent): void {
    if (this.#fits([group])) return
    this.writer.write(group.open.image)
    if (this.#isBlock(group)) this.#block(group, indent + 2)
    else this.#entries(group, indent + 2)
    this.writer.line(indent)
    this.writer.write(group.close.image)
  }

  #entries(group: Group, indent: number): void {
    for (const entry of entriesOf(withoutLastComma(group.nodes))) {
      this.writer.line(indent)
      this.#inline(entry, undefined, indent + 2)
    }
  }

  #block(group: Group, indent: number): void {
    const word = this.#word
    const parts = partsOf(group.nodes, (token) => this.#layout.get(token.startOffset) === "part")
    const columns = word === "link" ? this.#columns(parts) : []
    parts.forEach((run, index) => {
      if (index > 0 && run[0]?.blankBefore) this.writer.blank()
      const cells = columns.length > 0 ? this.#cells(run) : undefined
      if (cells === undefined) this.#part(run, indent, wordWidth[word] ?? 0)
      else {
        this.writer.line(indent)
        cells.forEach((cell, at) => {
          this.writer.write(at < columns.length ? cell.padEnd((columns[at] ?? 0) + 2) : cell)
        })
        const last = run.at(-1)
        if (last?.type === "comment") this.writer.comment(last.text, indent)
      }
    })
  }

  #columns(parts: readonly (readonly Node[])[]): readonly number[] {
    const rows = parts.flatMap((run) => [this.#cells(run) ?? []])
    return [0, 1, 2].map((at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  }

  /** `source "file"`, `at PATH`, `as LENS`, each in a column of its own; nothing for other parts and those with comments. */
  #cells(run: readonly Node[]): readonly string[] | undefined {
    const at = run.findIndex((node) => node.type === "token" && node.token.tokenType === t.keyword("at"))
    const as = run.findLastIndex((node) => node.type === "token" && node.token.tokenType === t.keyword("as"))
    if (at !== 2 || as < at) return undefined
    const last = run.at(-1)
    const end = last?.type === "comment" && !last.own ? run.length - 1 : run.length
    const cells = [run.slice(0, 1), run.slice(1, at), run.slice(at, as), run.slice(as, end)].map((part) =>
      this.#flat(part),
    )
    return cells.every((cell) => cell !== undefined) ? cells : undefined
  }

  /** Nodes as one line, with the space that `before` wants; nothing where comments or the writer's own breaks stand against it. */
  #flat(nodes: readonly Node[], before?: IToken): string | undefined {
    let text = ""
    let previous = before
    for (const node of nodes) {
      const token = firstToken(node)
      if (token === undefined) return undefined
      if (previous !== undefined && spaced(previous, token, this.#layout)) text += " "
      const image = node.type === "group" ? this.#flatGroup(node) : token.image
      if (image === undefined || image.includes("\n")) return undefined
      text += image
      previous = lastToken(node)
    }
    return text
  }

  #flatGroup(group: Group): string | undefined {
    const place = this.#layout.get(group.open.startOffset)
    const always = place === "step" || group.open.tokenType === t.LParen
    if (group.broken && !always && group.nodes.length > 0) return undefined
    if (place === "block" && headless.has(this.#word)) return undefined
    const nodes = withoutLastComma(group.nodes)
    const inner = this.#flat(nodes, group.open)
    const last = nodes.at(-1)
    const end = last === undefined ? group.open : lastToken(last)
    if (inner === undefined || end === undefined) return undefined
    return `${group.open.image}${inner}${spaced(end, group.close, this.#layout) ? " " : ""}${group.close.image}`
  }
}

const logical: ReadonlySet<t.Type> = new Set([t.keyword("and"), t.keyword("or")])
/** Statements that always stand on several lines. */
const headless: ReadonlySet<string> = new Set(["rule", "link"])

function hasBlock(node: Node): boolean {
  return node.type === "token" && headless.has(node.token.image)
}

/** Cut at the tokens that begin a part; a comment on a line of its own stands alone unless the part goes on behind it. */
function partsOf(nodes: readonly Node[], begins: (token: IToken) => boolean): readonly (readonly Node[])[] {
  const runs: Node[][] = []
  let waiting: Node[] = []
  const settle = () => {
    for (const comment of waiting) runs.push([comment])
    waiting = []
  }
  for (const node of nodes) {
    const token = firstToken(node)
    const run = runs.at(-1)
    if (node.type === "comment" && (node.own || run === undefined || waiting.length > 0)) waiting.push(node)
    else if (run === undefined || (token !== undefined && begins(token))) {
      settle()
      runs.push([node])
    } else {
      run.push(...waiting, node)
      waiting = []
    }
  }
  settle()
  return runs
}

/** Cut behind commas, and what is said about an entry on its line. */
function entriesOf(nodes: readonly Node[]): readonly (readonly Node[])[] {
  const runs: Node[][] = []
  let open = false
  for (const node of nodes) {
    const run = runs.at(-1)
    if (node.type === "comment" && run !== undefined && (open || !node.own)) run.push(node)
    else if (node.type === "comment") runs.push([node])
    else {
      if (open && run !== undefined) run.push(node)
      else runs.push([node])
      open = !isComma(node)
    }
  }
  return runs
}

function isComma(node: Node): boolean {
  return node.type === "token" && node.token.tokenType === t.Comma
}

function withoutLastComma(nodes: readonly Node[]): readonly Node[] {
  const last = nodes.findLastIndex((node) => node.type !== "comment")
  const node = nodes[last]
  return node !== undefined && isComma(node) ? nodes.toSpliced(last, 1) : nodes
}

/** A text in triple quotes with its lines indented, where that keeps what it says. */
function indented(image: string, indent: number): string {
  const plain = image.replace(/\r\n?/g, "\n")
  if (!plain.includes("\n")) return plain
  const value = dedent(plain)
  const pad = " ".repeat(indent)
  const closed = value.endsWith("\n")
  const lines = (closed ? value.slice(0, -1) : value).split("\n").map((line) => (line === "" ? "" : pad + line))
  const candidate = `"""\n${lines.join("\n")}${closed ? `\n${pad}` : ""}"""`
  return dedent(candidate) === value ? candidate : plain
}
