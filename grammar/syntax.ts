import { EOF, type IRecognitionException, type IToken } from "chevrotain"
import { type Fault, fault } from "./fault.ts"
import * as t from "./lexer.ts"
import { startsLine } from "./split.ts"
import { suggest } from "./suggest.ts"

export const statementWords = ["import", "let", "predicate", "rule", "link"] as const
const clauseWords = [
  "why", "docs", "severity", "files", "formats", "environments", "tags", "since", "param", "priority", "deprecated",
  "for", "where", "require", "message", "fix", "test",
] as const // biome-ignore format: a list to read
const actionWords = [
  "set", "remove", "rename", "append", "insert", "move", "sort", "create", "restore", "chmod",
] as const // biome-ignore format: a list to read
const testWords = [
  "given", "with", "mode", "env", "on_path", "param", "last_good", "finds", "clean", "fixed", "unfixed", "unsafe",
] as const // biome-ignore format: a list to read
const linkWords = ["source", "target", "policy", "exact"] as const
export const operatorWords = [
  "and", "or", "not", "in", "contains", "matches", "like", "satisfies", "is",
] as const // biome-ignore format: a list to read

/** The blocks of the language and the words that begin their parts. */
const blocks: Readonly<Record<string, { readonly what: string; readonly words: readonly string[] }>> = {
  ruleStatement: { what: "clause of a rule", words: clauseWords },
  fixClause: { what: "repair", words: actionWords },
  testClause: { what: "part of a test", words: testWords },
  linkStatement: { what: "part of a link", words: linkWords },
}

/** What the parser stumbled over, in words. @param tokens of the statement, `index` the wrong one among them, or their number. */
export function syntaxFault(
  text: string,
  error: IRecognitionException,
  tokens: readonly IToken[],
  index: number,
): Fault {
  const token = tokens[index]
  if (token === undefined) return endedFault(error, tokens)
  return (
    unknownWord(text, error, tokens, index) ??
    fault(
      "syntax",
      spanOf(token),
      `found ${shown(token)}, expected ${expected(error)}`,
      quotesHint(tokens, index) ?? hintFor(error, token),
    )
  )
}

function endedFault(error: IRecognitionException, tokens: readonly IToken[]): Fault {
  const last = tokens.at(-1)
  const end = last === undefined ? 0 : t.endOf(last)
  const span = { start: Math.max(0, end - 1), end }
  return fault("syntax", span, `the text ends where ${expected(error)} is expected`, closeHint(error))
}

function closeHint(error: IRecognitionException): string | undefined {
  return ["}", "]", ")"].some((mark) => error.message === `\`${mark}\``)
    ? `something that was opened is never closed: add the missing ${error.message}`
    : undefined
}

/** A word where a block wants one of its own words or its end. */
function unknownWord(
  text: string,
  error: IRecognitionException,
  tokens: readonly IToken[],
  index: number,
): Fault | undefined {
  const token = tokens[index] as IToken
  const place = error.context.ruleStack.at(-1) ?? ""
  const isWord = token.tokenType.CATEGORIES?.includes(t.Name) === true
  if (place === "statement" || error.name === "NotAllInputParsedException")
    return unknownStatement(text, error, tokens, index)
  if (isWord && place === "wordOperator") return unknownOperator(token)
  const block = blocks[place]
  if (!isWord || block === undefined || error.message !== "`}`") return undefined
  const previous = tokens[index - 1]
  const mayHoldOperator = place === "ruleStatement" || place === "fixClause"
  const afterBlock = previous?.tokenType === t.LCurly || previous?.tokenType === t.RCurly
  if (mayHoldOperator && !afterBlock && !startsLine(text, tokens, index) && token.tokenType === t.Identifier)
    return unknownOperator(token)
  const hint = suggest(token.image, block.words) ?? `the words are ${block.words.join(", ")}`
  const message = `\`${token.image}\` is no ${block.what}`
  return fault("unknown-clause", spanOf(token), message, hint)
}

function unknownOperator(token: IToken): Fault {
  const hint =
    suggest(token.image, operatorWords) ??
    "the operators are == != < <= > >= in contains matches like satisfies is, `not` before a word, `and`, `or`"
  return fault("unknown-operator", spanOf(token), `\`${token.image}\` is no operator`, hint)
}

function unknownStatement(
  text: string,
  error: IRecognitionException,
  tokens: readonly IToken[],
  index: number,
): Fault | undefined {
  const token = tokens[index] as IToken
  if (token.tokenType === t.RCurly) {
    return fault(
      "syntax",
      spanOf(token),
      "this `}` closes nothing",
      "remove it, or look for a `{` that is missing above",
    )
  }
  const afterRule = tokens[index - 1]?.tokenType === t.RCurly
  if (index > 0 && !afterRule && !startsLine(text, tokens, index)) {
    if (token.tokenType === t.Identifier) return unknownOperator(token)
    return fault("syntax", spanOf(token), `found ${shown(token)}, expected a new line`, hintFor(error, token))
  }
  const hint = suggest(token.image, statementWords) ?? `a file is made of ${statementWords.join(", ")}`
  return fault("unknown-statement", spanOf(token), `${shown(token)} begins no statement`, hint)
}

function expected(error: IRecognitionException): string {
  const place = blocks[error.context.ruleStack.at(-1) ?? ""]
  return place !== undefined && error.message === "`}`" ? `a ${place.what} or \`}\`` : error.message
}

/** Texts of people and globs stand in quotes, which is easily forgotten. */
function quotesHint(tokens: readonly IToken[], index: number): string | undefined {
  const before = tokens.slice(0, index).map(({ image }) => image)
  const clause = before.findLast((image) => clauseWords.some((word) => word === image))
  if (clause === "files" && before.at(-1) !== "}") return 'put globs in quotes: `files "*.json", "conf/**"`'
  const named = before[0] === "rule" && !before.includes("{") && !before.some((image) => /^["']/.test(image))
  return named && before.length > 1 ? 'a rule has a title after its id: `rule x/y "what must hold" {`' : undefined
}

const chain = new Set([t.EqualEqual, t.NotEqual, t.Less, t.LessEqual, t.Greater, t.GreaterEqual])

function hintFor(error: IRecognitionException, token: IToken): string | undefined {
  const type = token.tokenType
  if (type === t.EqualEqual && error.message === "`=`") return "a name is given a value with one `=`"
  const unclosed = closeHint(error)
  if (unclosed !== undefined && error.message !== "`}`") return unclosed
  if (chain.has(type)) return "comparisons do not chain: join two of them with `and`"
  if (type === t.Equal) return "to compare, write `==`"
  if (type === t.Slash) return "a /regular expression/ stands after `matches`; in a comment use `#`"
  if (type === t.NumberLiteral && error.context.ruleStack.at(-1) === "member") return "an element is written `[0]`"
  if (type === t.StringLiteral && error.context.ruleStack.at(-1) === "member")
    return 'a key in quotes is written `["key"]`'
  if (type === t.Comma && error.context.ruleStack.at(-1) === "bracket") return "one index or key at a time"
  if (error.message === "a name" && type !== t.Identifier && t.words.some((word) => word === token.image)) {
    return `\`${token.image}\` is a word of the language: choose another name`
  }
  if (error.message === "a string") return "put it in quotes"
  return undefined
}

function shown(token: IToken): string {
  if (token.tokenType === EOF) return "the end of the text"
  const line = token.image.split(/[\n\r]/)[0] ?? ""
  return `\`${line.length > 40 || line.length < token.image.length ? `${line.slice(0, 40)}…` : line}\``
}

function spanOf(token: IToken): { readonly start: number; readonly end: number } {
  return { start: token.startOffset, end: t.endOf(token) }
}

const strayHints: readonly (readonly [RegExp, string])[] = [
  [/^&+$/, "write `and`"],
  [/^\|+$/, "write `or`"],
  [/^!$/, "write `not`"],
  [/^\+$/, "write `++` to join texts or lists"],
  [/^[-%~^]$/, "there is no arithmetic; a name may hold `-` between letters"],
  [/^;$/, "no `;` is needed"],
  [/^[?@]+$/, "a path has no filters: use `for` with `where`, or `any x in PATH : CONDITION`"],
  [/[“”„«»‘’]/, 'write straight quotes: "'],
  [/\P{ASCII}/u, "put a key with such letters in brackets and quotes, any other text in quotes"],
]

/** Characters that begin nothing. */
export function strayFault(text: string, offset: number, length: number): Fault {
  const image = text.slice(offset, offset + length).trim()
  const hint = strayHints.find(([pattern]) => pattern.test(image))?.[1]
  return fault("syntax", { start: offset, end: offset + length }, `\`${image.slice(0, 40)}\` means nothing here`, hint)
}
