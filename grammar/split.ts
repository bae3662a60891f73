import type { IToken } from "chevrotain"
import type { Span } from "../src/model/span.ts"
import * as t from "./lexer.ts"

/** The tokens of one statement, and of whatever wrongly follows it. */
export interface Chunk {
  readonly tokens: readonly IToken[]
  readonly span: Span
}

const starters = new Set(["import", "let", "predicate", "rule", "link"].map((word) => t.keyword(word as t.Word)))
const opening = new Set([t.LCurly, t.LSquare, t.LParen])
const closing = new Set([t.RCurly, t.RSquare, t.RParen])

/**
 * Cut a file at its statements, so that each is read alone and an error in one cannot reach another. A statement begins at its word outside
 * all brackets, or, where a bracket was left open, at its word on a new line in a form that nothing inside a statement has.
 */
export function splitStatements(text: string, tokens: readonly IToken[]): readonly Chunk[] {
  const starts: number[] = []
  let depth = 0
  tokens.forEach((token, index) => {
    if (starters.has(token.tokenType) && begins(text, tokens, index, depth)) {
      starts.push(index)
      depth = 0
    }
    if (opening.has(token.tokenType)) depth += 1
    if (closing.has(token.tokenType)) depth = Math.max(0, depth - 1)
  })
  if (tokens.length > 0 && starts[0] !== 0) starts.unshift(0)
  return starts.map((start, index) => {
    const end = starts[index + 1] ?? tokens.length
    const chunk = tokens.slice(start, end)
    return { tokens: chunk, span: { start: chunk[0]?.startOffset ?? 0, end: tokens[end]?.startOffset ?? text.length } }
  })
}

function begins(text: string, tokens: readonly IToken[], index: number, depth: number): boolean {
  if (!startsLine(text, tokens[index - 1], tokens[index])) return false
  const type = tokens[index]?.tokenType
  const next = tokens[index + 1]
  const after = tokens[index + 2]
  switch (type) {
    case t.keyword("import"):
      return next?.tokenType === t.StringLiteral || (depth === 0 && next?.tokenType !== t.Colon)
    case t.keyword("let"):
      return after?.tokenType === t.Equal || (depth === 0 && next?.tokenType !== t.Colon)
    case t.keyword("predicate"):
      return after?.tokenType === t.LParen || (depth === 0 && next?.tokenType !== t.Colon)
    default:
      return isWord(next) || (depth === 0 && next?.tokenType !== t.Colon)
  }
}

/** Whether a token is the first on its line. */
export function startsLine(text: string, previous: IToken | undefined, token: IToken | undefined): boolean {
  if (previous === undefined || token === undefined) return true
  return /[\n\r]/.test(text.slice(t.endOf(previous), token.startOffset))
}

export function isWord(token: IToken | undefined): boolean {
  return (
    token !== undefined && (token.tokenType === t.Identifier || token.tokenType.CATEGORIES?.includes(t.Name) === true)
  )
}
