import type { IToken } from "chevrotain"
import type { Expr } from "../src/model/rule.ts"
import type { PendingTemplate } from "./dataParser.ts"
import { fault } from "./fault.ts"
import * as t from "./lexer.ts"
import type { RuleParser } from "./parser.ts"
import { syntaxFault } from "./syntax.ts"
import { unescapeText } from "./text.ts"

const hint = "a `{` begins a value to be shown, in which texts stand in single quotes; write `\\{` for the character"

/** Read the texts with `{…}` that a statement left; what is wrong goes to the reader's faults. */
export function fillTemplates(text: string, reader: RuleParser): void {
  for (let next = reader.pending.shift(); next !== undefined; next = reader.pending.shift()) {
    fillTemplate(text, reader, next)
  }
}

function fillTemplate(text: string, reader: RuleParser, { parts, token }: PendingTemplate): void {
  const end = t.endOf(token) - 1
  let plain = token.startOffset + 1
  for (let open = nextBrace(text, plain, end); open < end; open = nextBrace(text, plain, end)) {
    pushText(text, reader, parts, plain, open)
    const close = closingBrace(text, open, end)
    if (close === undefined) {
      reader.faults.push(fault("template", { start: open, end: open + 1 }, "this `{` is never closed", hint))
      return
    }
    const expr = embedded(text, reader, open + 1, close)
    if (expr !== undefined) parts.push(expr)
    plain = close + 1
  }
  pushText(text, reader, parts, plain, end)
}

function pushText(text: string, reader: RuleParser, parts: (string | Expr)[], start: number, end: number): void {
  const decoded = unescapeText(text.slice(start, end), start)
  if (!decoded.ok) reader.faults.push(fault("escape", decoded.span, decoded.message, "write a backslash as `\\\\`"))
  else if (decoded.text !== "") parts.push(decoded.text)
}

function nextBrace(text: string, start: number, end: number): number {
  let i = start
  while (i < end && text.charAt(i) !== "{") i += text.charAt(i) === "\\" ? 2 : 1
  return Math.min(i, end)
}

/** The brace that closes the one at `open`; braces in texts do not count. */
function closingBrace(text: string, open: number, end: number): number | undefined {
  let depth = 0
  let quote = ""
  for (let i = open; i < end; i++) {
    const character = text.charAt(i)
    if (quote !== "") {
      if (character === "\\") i += 1
      else if (character === quote) quote = ""
    } else if (character === "'" || character === '"') quote = character
    else if (character === "{") depth += 1
    else if (character === "}") depth -= 1
    if (depth === 0) return i
  }
  return undefined
}

function embedded(text: string, reader: RuleParser, start: number, end: number): Expr | undefined {
  const source = text.slice(start, end)
  const { tokens, strays, comments } = t.lex(source, start)
  const wrong = (why: string) => {
    reader.faults.push(fault("template", { start: start - 1, end: end + 1 }, `\`{${source}}\` is no value${why}`, hint))
    return undefined
  }
  const unread =
    strays.length > 0 || comments.length > 0 || tokens.some((token: IToken) => token.tokenType === t.Unclosed)
  if (tokens.length === 0 || unread) return wrong("")
  reader.begin(tokens)
  const expr = reader.expression()
  const error = reader.errors[0]
  if (error === undefined) return expr
  if (error.name === "NotAllInputParsedException") return wrong(`: \`${error.token.image}\` is too much`)
  const found = tokens.indexOf(error.token)
  return wrong(`: ${syntaxFault(text, error, tokens, found < 0 ? tokens.length : found).message}`)
}
