import type { IToken } from "chevrotain"
import type { Place } from "./dataParser.ts"
import * as t from "./lexer.ts"

/** The text as the printer sees it: tokens and comments in order, brackets as groups. */
export type Node = { readonly blankBefore: boolean } & (
  | { readonly type: "token"; readonly token: IToken }
  /** `own`: on a line of its own, as against behind something. */
  | { readonly type: "comment"; readonly text: string; readonly own: boolean }
  | Group
)

export interface Group {
  readonly blankBefore: boolean
  readonly type: "group"
  readonly open: IToken
  readonly close: IToken
  readonly nodes: readonly Node[]
  /** Whether the writer put what it holds on lines of its own. */
  readonly broken: boolean
}

const opens = new Set<t.Type>([t.LCurly, t.LSquare, t.LParen])
const closes = new Set<t.Type>([t.RCurly, t.RSquare, t.RParen])

/** @param tokens and `comments` of a text whose brackets match. */
export function layOut(text: string, tokens: readonly IToken[], comments: readonly IToken[]): readonly Node[] {
  const commentSet = new Set(comments)
  const all = [...tokens, ...comments].sort((a, b) => a.startOffset - b.startOffset)
  const stack: { readonly open: IToken; readonly nodes: Node[]; readonly blankBefore: boolean; broken: boolean }[] = []
  let nodes: Node[] = []
  all.forEach((token, index) => {
    const previous = all[index - 1]
    const gap = previous === undefined ? "\n" : text.slice(t.endOf(previous), token.startOffset)
    const newlines = gap.match(/\r\n?|\n/g)?.length ?? 0
    const blankBefore = newlines > 1 && previous !== undefined
    const top = stack.at(-1)
    if (top !== undefined && top.open === previous) top.broken = newlines > 0
    if (commentSet.has(token)) {
      nodes.push({ type: "comment", text: token.image.trimEnd(), own: newlines > 0, blankBefore })
    } else if (opens.has(token.tokenType)) {
      stack.push({ open: token, nodes, blankBefore, broken: false })
      nodes = []
    } else if (closes.has(token.tokenType) && top !== undefined) {
      stack.pop()
      const { open, broken } = top
      const group: Node = { type: "group", open, close: token, nodes, broken, blankBefore: top.blankBefore }
      nodes = top.nodes
      nodes.push(group)
    } else nodes.push({ type: "token", token, blankBefore })
  })
  return nodes
}

export function firstToken(node: Node): IToken | undefined {
  return node.type === "token" ? node.token : node.type === "group" ? node.open : undefined
}

export function lastToken(node: Node): IToken | undefined {
  return node.type === "token" ? node.token : node.type === "group" ? node.close : undefined
}

const tight = new Set<t.Type>([t.Dot, t.DotDot, t.Slash])

/** Whether a space stands between two tokens that follow each other on a line. */
export function spaced(left: IToken, right: IToken, layout: ReadonlyMap<number, Place>): boolean {
  const [before, after] = [left.tokenType, right.tokenType]
  const place = layout.get(right.startOffset)
  if (tight.has(before) || tight.has(after)) return false
  if (after === t.Comma || place === "key" || place === "slice" || place === "step" || place === "call") return false
  if (layout.get(left.startOffset) === "slice") return false
  if (before === t.LParen || before === t.LSquare || after === t.RParen || after === t.RSquare) return false
  return !(before === t.LCurly && after === t.RCurly)
}
