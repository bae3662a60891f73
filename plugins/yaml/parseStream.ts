import { Composer, type CST, type Document, Lexer, Parser, Schema, type YAMLError } from "yaml"
import type { Comment, Limits, Problem } from "../../src/model/document.ts"
import type { Span } from "../../src/model/span.ts"
import type { Value } from "../../src/model/value.ts"
import { buildValue } from "./buildValue.ts"
import { precheck, tooLong } from "./limits.ts"
import { problem, toProblems } from "./problems.ts"
import { commentAt, quickText } from "./quickText.ts"

/** One schema for every document, whatever its %YAML directive: plain 1.2, no tag that builds anything but text. */
const schema = new Schema({ schema: "core", merge: false, resolveKnownTags: false })

export interface ReadDocument {
  readonly value: Value
  readonly span: Span
  /** Absent where only the concrete syntax tells. */
  readonly comments?: readonly Comment[]
}

export interface Stream {
  readonly documents: readonly ReadDocument[]
  readonly problems: readonly Problem[]
}

/** Read a YAML stream: the values of its documents (at least one), or what is wrong with it. */
export function parseStream(text: string, limits: Limits): Stream {
  const early = precheck(text, limits)
  if (early !== undefined) return { documents: [], problems: [early] }
  const quick = quickText(text, limits)
  if (quick !== undefined) return { documents: [{ ...quick, span: { start: 0, end: text.length } }], problems: [] }
  return readStream(text, limits)
}

/** The same by the library alone, for a text that passed the checks before it. */
export function readStream(text: string, limits: Limits): Stream {
  const syntax = parseTokens(text, limits)
  if ("code" in syntax) return { documents: [], problems: [syntax] }
  const { tokens } = syntax
  const composed = compose(tokens, text)
  const complaints: YAMLError[] = composed.flatMap((document) => [...document.errors, ...document.warnings])
  const problems: Problem[] = complaints.length === 0 ? [] : [...toProblems(complaints, text)]
  const twice = repeatedDirective(tokens)
  if (twice !== undefined) problems.push(twice)
  if (problems.some(({ severity }) => severity === "error")) return { documents: [], problems }
  const starts = startsOf(tokens)
  let start = 0
  const documents = composed.map((document, index) => {
    const next = starts.length === composed.length ? starts[index + 1] : document.range[2]
    const end = index === composed.length - 1 ? text.length : (next ?? document.range[2])
    const span = { start, end }
    start = end
    const built = buildValue(document, text, limits)
    problems.push(...built.problems)
    return { value: built.value, span }
  })
  return { documents, problems }
}

/** Where each document begins: at its first directive or its `---`. Comments before that belong to the document before, wherever it ends. */
function startsOf(tokens: readonly CST.Token[]): readonly number[] {
  const starts: number[] = []
  let directive: number | undefined
  for (const token of tokens) {
    if (token.type === "directive") directive ??= token.offset
    if (token.type !== "document") continue
    starts.push(directive ?? token.start.find(({ type }) => type === "doc-start")?.offset ?? token.offset)
    directive = undefined
  }
  return starts
}

/** The library makes an Error for every complaint; their stack traces would cost seconds where thousands of things are wrong. */
function compose(tokens: readonly CST.Token[], text: string): readonly Document.Parsed[] {
  const composer = new Composer({ schema, uniqueKeys: false, logLevel: "silent" })
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    const composed: Document.Parsed[] = []
    for (const document of composer.compose(tokens, true, text.length)) composed.push(document as Document.Parsed)
    return composed
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** Comments between two `...` lines are no document, though the library makes one of them. */
function isNothing(token: CST.Document): boolean {
  return token.value === undefined && token.start.every(({ type }) => trivia.has(type))
}

const trivia: ReadonlySet<string> = new Set(["space", "comment", "newline"])

/** The library takes the last of two %YAML lines; the standard allows one. */
function repeatedDirective(tokens: readonly CST.Token[]): Problem | undefined {
  let seen = false
  for (const token of tokens) {
    if (token.type === "document") seen = false
    if (token.type !== "directive" || !/^%YAML\s/.test(token.source)) continue
    const span = { start: token.offset, end: token.offset + token.source.length }
    if (seen) return problem("syntax", "a document has one %YAML line at most; remove this one", span)
    seen = true
  }
  return undefined
}

/** The concrete syntax of a text. */
export interface Tokens {
  readonly tokens: readonly CST.Token[]
  /** All of them, in order: the parser drops those between an entry without a value and the next document. */
  readonly comments: readonly Comment[]
}

/**
 * Read the concrete syntax of a text. Stops where the nesting or the number of nodes passes a limit, before anything recursive sees them.
 * @returns the limit that was passed, when one was.
 */
export function parseTokens(text: string, limits: Limits): Tokens | Problem {
  const parser = new Parser()
  const tokens: CST.Token[] = []
  const comments: Comment[] = []
  let documents = 0
  const take = (token: CST.Token) => {
    if (token.type === "document" && documents++ > 0 && isNothing(token)) return
    tokens.push(token)
  }
  // Words, signs and line breaks are what costs time and memory, whether they make nodes or not.
  const most = limits.nodes / 2
  let lexemes = 0
  let scalar = false
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += lexeme.length > 3 ? 1 : (weights[lexeme] ?? 1)
    if (lexeme.length > limits.string) return tooLong("this text is", limits.string, parser.offset)
    if (lexeme.startsWith("#") && !scalar) comments.push(commentAt(parser.offset, lexeme))
    scalar = lexeme === scalarMark
    for (const token of parser.next(lexeme)) take(token)
    if (parser.stack.length > limits.depth + 1 && depth(parser) > limits.depth) {
      return problem("too-deep", `the nesting is deeper than ${limits.depth}`, {
        start: parser.offset - lexeme.length,
        end: parser.offset,
      })
    }
    if (lexemes > most) {
      const message = `the file has more than ${most} words, signs and line breaks, the most that is read (twice as many are \`limits.nodes\` in the configuration)`
      return problem("too-many-nodes", message, { start: parser.offset, end: parser.offset })
    }
  }
  for (const token of parser.end()) take(token)
  return { tokens, comments }
}

/** The lexer puts it before each scalar. */
const scalarMark = "\u001F"

/** A document costs as much as many words. */
const weights: Readonly<Record<string, number>> = { [scalarMark]: 0, " ": 0, "---": 10, "\u0002": 10 }

function depth(parser: Parser): number {
  let collections = 0
  for (const { type } of parser.stack) {
    if (type === "block-map" || type === "block-seq" || type === "flow-collection") collections++
  }
  return collections
}
