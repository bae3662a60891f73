import type { IToken } from "chevrotain"
import type { Expr } from "../src/model/rule.ts"
import type { Statement } from "./clause.ts"
import { type PendingTemplate, spanOf, TooDeep } from "./expressionParser.ts"
import { type Fault, fault } from "./fault.ts"
import * as t from "./lexer.ts"
import { RuleParser } from "./parser.ts"
import { type Chunk, splitStatements } from "./split.ts"
import { syntaxFault } from "./syntax.ts"
import { unescapeText } from "./text.ts"

let built: RuleParser | undefined

/** Built once, when first needed. */
function parser(): RuleParser {
  built ??= new RuleParser()
  return built
}

export interface Read {
  /** Those without a fault, in the order of the text. */
  readonly statements: readonly Statement[]
  readonly faults: readonly Fault[]
}

/** Every statement of a text, each read alone. */
export function readStatements(text: string): Read {
  const { tokens, strays } = t.lex(text)
  const statements: Statement[] = []
  const faults: Fault[] = []
  for (const chunk of splitStatements(text, tokens)) {
    const read = readChunk(text, chunk, strays)
    faults.push(...read.faults)
    statements.push(...read.statements)
  }
  const inChunk = (offset: number) => tokens.some((token) => token.startOffset <= offset)
  for (const stray of strays) if (!inChunk(stray.offset)) faults.push(strayFault(text, stray))
  return { statements, faults }
}

type Stray = t.Lexed["strays"][number]

function readChunk(text: string, chunk: Chunk, strays: readonly Stray[]): Read {
  const lexical = [
    ...strays
      .filter(({ offset }) => offset >= chunk.span.start && offset < chunk.span.end)
      .map((stray) => strayFault(text, stray)),
    ...chunk.tokens.filter((token) => token.tokenType === t.Unclosed).map(unclosedFault),
  ]
  return lexical.length > 0 ? { statements: [], faults: lexical } : readTokens(text, chunk.tokens)
}

function strayFault(text: string, { offset, length }: Stray): Fault {
  return fault(
    "syntax",
    { start: offset, end: offset + length },
    `\`${text.slice(offset, offset + length)}\` has no meaning here`,
  )
}

function unclosedFault(token: IToken): Fault {
  const quote = token.image.startsWith('"""') ? '"""' : token.image.charAt(0)
  return fault(
    "unclosed-text",
    { start: token.startOffset, end: token.startOffset + quote.length },
    `this text is never closed`,
    quote === '"""' ? 'end it with `"""`' : `end it with \`${quote}\` on the same line, or use """ for several lines`,
  )
}

function readTokens(text: string, tokens: readonly IToken[]): Read {
  const reader = parser()
  reader.begin(tokens)
  reader.faults = []
  reader.pending = []
  try {
    const statement = reader.statement()
    const error = reader.errors[0]
    if (error === undefined) {
      fillTemplates(text, reader)
      return { statements: reader.faults.length === 0 ? [statement] : [], faults: reader.faults }
    }
    return { statements: [], faults: [syntaxFault(error, tokens.at(-1) as IToken)] }
  } catch (error) {
    if (error instanceof TooDeep) return { statements: [], faults: [tooDeepFault(error.token, tokens)] }
    throw error
  }
}

function tooDeepFault(token: IToken, tokens: readonly IToken[]): Fault {
  const at = token.startOffset >= 0 ? token : (tokens.at(-1) as IToken)
  return fault("too-deep", spanOf(at), "this is nested too deep to be read", "give parts of it a name with `let`")
}

/** Templates may hold templates: each is read when its turn comes. */
function fillTemplates(text: string, reader: RuleParser): void {
  for (let next = reader.pending.shift(); next !== undefined; next = reader.pending.shift())
    fillTemplate(text, reader, next)
}

function fillTemplate(text: string, reader: RuleParser, { parts, token }: PendingTemplate): void {
  const start = token.startOffset + 1
  const end = t.endOf(token) - 1
  let plainStart = start
  const pushText = (to: number) => {
    const decoded = unescapeText(text.slice(plainStart, to), plainStart)
    if (!decoded.ok) reader.faults.push(fault("escape", decoded.span, decoded.message, "write a backslash as `\\\\`"))
    else if (decoded.text !== "") parts.push(decoded.text)
  }
  for (let i = start; i < end; i++) {
    const character = text.charAt(i)
    if (character === "\\") i += 1
    if (character !== "{") continue
    pushText(i)
    const close = closingBrace(text, i, end)
    const expr = close === undefined ? unclosedBrace(reader, i) : embedded(text, reader, i + 1, close)
    if (expr === undefined || close === undefined) return
    parts.push(expr)
    i = close
    plainStart = close + 1
  }
  pushText(end)
}

const templateHint = "a `{` begins a value to be shown; write `\\{` for the character"

function unclosedBrace(reader: RuleParser, at: number): undefined {
  reader.faults.push(fault("template", { start: at, end: at + 1 }, "this `{` is never closed", templateHint))
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
  const { tokens, strays } = t.lex(text.slice(start, end), start)
  const span = { start: start - 1, end: end + 1 }
  const shown = text.slice(start, end)
  if (tokens.length === 0 || strays.length > 0 || tokens.some((token) => token.tokenType === t.Unclosed)) {
    reader.faults.push(fault("template", span, `\`{${shown}}\` is no value`, templateHint))
    return undefined
  }
  reader.begin(tokens)
  const expr = reader.expression()
  const error = reader.errors[0]
  if (error === undefined) return expr
  const { message } = syntaxFault(error, tokens.at(-1) as IToken)
  reader.faults.push(fault("template", span, `\`{${shown}}\` is no value: ${message}`, templateHint))
  return undefined
}
