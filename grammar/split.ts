import type { IToken } from "chevrotain"
import * as t from "./lexer.ts"

/** The tokens of one statement, and of whatever wrongly follows it. Never empty. */
export type Chunk = readonly IToken[]

const opens = new Map([
  [t.LCurly, t.RCurly],
  [t.LSquare, t.RSquare],
  [t.LParen, t.RParen],
])
const closes = new Set(opens.values())

/** Follows brackets through a text in which some may be missing: a closing one ends what was opened since its partner, or nothing. */
class Brackets {
  #open: t.Type[] = []

  get depth(): number {
    return this.#open.length
  }

  clear(): void {
    this.#open = []
  }

  read(token: IToken): void {
    const partner = opens.get(token.tokenType)
    if (partner !== undefined) this.#open.push(partner)
    else if (closes.has(token.tokenType)) {
      const at = this.#open.lastIndexOf(token.tokenType)
      if (at >= 0) this.#open.length = at
    }
  }
}

/**
 * Cut a file at its statements, so that each is read alone and an error in one cannot reach another. A statement begins at its word where,
 * outside all brackets, it begins a line or has a form that nothing inside a statement has; where a bracket was left open, at its word where
 * both hold.
 */
export function splitStatements(text: string, tokens: readonly IToken[]): readonly Chunk[] {
  const starts: number[] = []
  const brackets = new Brackets()
  let hasBlock = false
  tokens.forEach((token, index) => {
    const ended = hasBlock && brackets.depth === 0 && tokens[index - 1]?.tokenType === t.RCurly
    if (index === 0 || ended || beginsStatement(text, tokens, index, brackets.depth)) {
      starts.push(index)
      brackets.clear()
      hasBlock = token.tokenType !== t.keyword("let") && token.tokenType !== t.keyword("predicate")
    }
    brackets.read(token)
  })
  return starts.map((start, index) => tokens.slice(start, starts[index + 1]))
}

/** What must follow each word within brackets. Outside them the word is enough, unless it is the key of an object. */
const forms: ReadonlyMap<t.Type, (next: IToken | undefined, after: IToken | undefined) => boolean> = new Map([
  [t.keyword("import"), (next) => next?.tokenType === t.StringLiteral],
  [t.keyword("let"), (_next, after) => after?.tokenType === t.Equal],
  [t.keyword("predicate"), (_next, after) => after?.tokenType === t.LParen],
  [t.keyword("rule"), (next) => isWord(next)],
  [t.keyword("link"), (next) => isWord(next)],
])

function beginsStatement(text: string, tokens: readonly IToken[], index: number, depth: number): boolean {
  const token = tokens[index]
  const form = token === undefined ? undefined : forms.get(token.tokenType)
  if (form === undefined) return false
  const next = tokens[index + 1]
  const previous = tokens[index - 1]?.tokenType
  const inForm = form(next, tokens[index + 2]) && previous !== t.Dot && previous !== t.DotDot
  if (startsLine(text, tokens, index)) return inForm || (depth === 0 && next?.tokenType !== t.Colon)
  return inForm && depth === 0
}

/** Whether a token is the first on its line. */
export function startsLine(text: string, tokens: readonly IToken[], index: number): boolean {
  const [previous, token] = [tokens[index - 1], tokens[index]]
  if (previous === undefined || token === undefined) return true
  return /[\n\r]/.test(text.slice(t.endOf(previous), token.startOffset))
}

function isWord(token: IToken | undefined): boolean {
  return token?.tokenType.CATEGORIES?.includes(t.Name) === true
}

/**
 * A block without the part in which the token at `index` is wrong, so that its other parts can be read too.
 * @returns `undefined` when the part cannot be told: outside the block, or among brackets that do not match.
 */
export function withoutPart(text: string, tokens: readonly IToken[], index: number): readonly IToken[] | undefined {
  const starts: number[] = []
  const brackets = new Brackets()
  let end: number | undefined
  tokens.forEach((token, at) => {
    if (brackets.depth === 1 && isWord(token) && !continues.has(token.tokenType) && startsLine(text, tokens, at)) {
      starts.push(at)
    }
    const before = brackets.depth
    brackets.read(token)
    if (end === undefined && before === 1 && brackets.depth === 0 && token.tokenType === t.RCurly) end = at
  })
  if (end === undefined || index >= end) return undefined
  // A word of the language in its own place is right; what lacks something is the part before it.
  const own = tokens[index]?.tokenType === t.Identifier
  const start = starts.findLast((at) => (own ? at <= index : at < index))
  if (start === undefined) return undefined
  const next = starts.find((at) => at > start) ?? end
  return next > start ? tokens.toSpliced(start, next - start) : undefined
}

/** Words that carry an expression on when they begin a line. */
const continues: ReadonlySet<t.Type> = new Set(
  (
    ["and", "or", "not", "in", "contains", "matches", "like", "satisfies", "is", "defaults", "at", "as", "to"] as const
  ).map(t.keyword),
)
