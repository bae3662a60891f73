import { Composer, type CST, type Document, Lexer, Parser, Schema, type YAMLError } from "yaml"
import type { Limits, Problem } from "../../src/model/document.ts"
import type { Span } from "../../src/model/span.ts"
import type { Value } from "../../src/model/value.ts"
import { buildValue } from "./buildValue.ts"
import { precheck } from "./limits.ts"
import { problem, toProblems } from "./problems.ts"

/** One schema for every document, whatever its %YAML directive: plain 1.2, no tag that builds anything but text. */
const schema = new Schema({ schema: "core", merge: false, resolveKnownTags: false })

export interface Stream {
  readonly documents: readonly { readonly value: Value; readonly span: Span }[]
  readonly problems: readonly Problem[]
}

/** Read a YAML stream: the values of its documents (at least one), or what is wrong with it. */
export function parseStream(text: string, limits: Limits): Stream {
  const early = precheck(text, limits)
  if (early !== undefined) return { documents: [], problems: [early] }
  const tokens = parseTokens(text, limits)
  if ("code" in tokens) return { documents: [], problems: [tokens] }
  const composed = compose(tokens, text)
  const complaints: YAMLError[] = composed.flatMap((document) => [...document.errors, ...document.warnings])
  const problems: Problem[] = complaints.length === 0 ? [] : [...toProblems(complaints, text)]
  const twice = repeatedDirective(tokens)
  if (twice !== undefined) problems.push(twice)
  if (problems.some(({ severity }) => severity === "error")) return { documents: [], problems }
  let start = 0
  const documents = composed.map((document, index) => {
    const end = index === composed.length - 1 ? text.length : document.range[2]
    const span = { start, end }
    start = end
    const built = buildValue(document, text, limits)
    problems.push(...built.problems)
    return { value: built.value, span }
  })
  return { documents, problems }
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

/**
 * The concrete syntax of a text. Stops where the nesting or the number of nodes passes a limit, before anything recursive sees them.
 * @returns the tokens of the stream, or the limit that was passed.
 */
export function parseTokens(text: string, limits: Limits): CST.Token[] | Problem {
  const parser = new Parser()
  const tokens: CST.Token[] = []
  let documents = 0
  const take = (token: CST.Token) => {
    if (token.type === "document" && documents++ > 0 && isNothing(token)) return
    tokens.push(token)
  }
  // A scalar or a comma for every node, or nearly: enough to stop long before memory does.
  let nodes = 0
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme === "\u001F" || lexeme === ",") nodes++
    for (const token of parser.next(lexeme)) take(token)
    if (parser.stack.length > limits.depth + 1 && depth(parser) > limits.depth) {
      return problem("too-deep", `the nesting is deeper than ${limits.depth}`, {
        start: parser.offset - lexeme.length,
        end: parser.offset,
      })
    }
    if (nodes > limits.nodes) {
      return problem("too-many-nodes", `the file has more than ${limits.nodes} nodes`, {
        start: parser.offset,
        end: parser.offset,
      })
    }
  }
  for (const token of parser.end()) take(token)
  return tokens
}

function depth(parser: Parser): number {
  let collections = 0
  for (const { type } of parser.stack) {
    if (type === "block-map" || type === "block-seq" || type === "flow-collection") collections++
  }
  return collections
}
