import { createToken, type IToken, Lexer, type TokenType } from "chevrotain"

export type { TokenType as Type }

/** Any word: what may stand after a dot, as a key or in an id. */
export const Name = createToken({ name: "Name", label: "a name", pattern: Lexer.NA })
/** A word that may name a function or predicate before `(`. */
export const CallName = createToken({ name: "CallName", label: "a function", pattern: Lexer.NA })
/** A word that may be bound and looked up. */
export const BindName = createToken({ name: "BindName", label: "a name", pattern: Lexer.NA })

export const Identifier = createToken({
  name: "Identifier",
  label: "a name",
  pattern: /[A-Za-z_][A-Za-z0-9_]*(?:-+[A-Za-z0-9_]+)*/,
  categories: [Name, CallName, BindName],
})

/** Reserved words: they name a key after a dot or in an object, never a binding. */
const reservedWords = [
  "import", "let", "predicate", "rule", "link",
  "why", "severity", "files", "formats", "environments", "tags", "since", "param", "priority", "deprecated",
  "for", "where", "require", "message", "fix", "test",
  "set", "remove", "rename", "append", "insert", "move", "sort", "create", "restore", "chmod",
  "and", "or", "not", "all", "any", "in", "contains", "matches", "like", "satisfies", "is", "defaults",
  "true", "false", "null", "file",
] as const // biome-ignore format: a list to read

/** Words with a meaning in their own place only; anywhere else they may be bound. */
const softWords = [
  "docs", "schema", "at", "as", "to", "from", "safe", "unsafe",
  "given", "with", "mode", "text", "missing", "env", "on_path", "last_good", "finds", "clean", "fixed", "unfixed",
  "source", "target", "policy", "exact", "exists",
] as const // biome-ignore format: a list to read

export type Word = (typeof reservedWords)[number] | (typeof softWords)[number]

function word(text: Word, categories: TokenType[]): readonly [Word, TokenType] {
  return [
    text,
    createToken({ name: text.toUpperCase(), label: `\`${text}\``, pattern: text, longer_alt: Identifier, categories }),
  ]
}

const wordTokens: ReadonlyMap<Word, TokenType> = new Map([
  ...reservedWords.map((text) => word(text, [Name])),
  ...softWords.map((text) => word(text, [Name, CallName, BindName])),
])

/** Every word that the grammar gives a meaning to. */
export const words: readonly Word[] = [...wordTokens.keys()]

/** The token of a word of the language. */
export function keyword(text: Word): TokenType {
  const token = wordTokens.get(text)
  if (token === undefined) throw new Error(`no such word: ${text}`)
  return token
}

/** Text in quotes, on one line. */
export const StringLiteral = createToken({
  name: "String",
  label: "a string",
  pattern: /"(?:[^"\\\n\r]|\\[^\n\r])+"|""(?!")|'(?:[^'\\\n\r]|\\[^\n\r])*'/,
})
/** Text between triple quotes; a fourth and fifth quote at its end belong to the text. */
export const BlockString = createToken({
  name: "BlockString",
  label: 'a """text"""',
  pattern: /"""[\s\S]*?"""(?!")/,
  line_breaks: true,
})
export const NumberLiteral = createToken({
  name: "Number",
  label: "a number",
  pattern: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/,
})

const regex = /\/(?:[^/\\[\n\r]|\\[^\n\r]|\[(?:[^\]\\\n\r]|\\[^\n\r])*\])+\/[A-Za-z]*/y

/** Only after `matches`: everywhere else a slash joins the parts of an id. */
export const RegexLiteral = createToken({
  name: "Regex",
  label: "a /regular expression/",
  pattern: (text: string, offset: number, tokens: IToken[]) => {
    if (tokens.at(-1)?.tokenType !== keyword("matches")) return null
    regex.lastIndex = offset
    const match = regex.exec(text)
    return match === null ? null : [match[0]]
  },
  start_chars_hint: ["/"],
  line_breaks: false,
})

/** What a text holds that never was closed: one token up to where the next statement may begin, so that nothing behind it is lost. */
export const Unclosed = createToken({
  name: "Unclosed",
  label: "text that is never closed",
  pattern: (text: string, offset: number) => {
    const quote = text[offset]
    if (quote !== '"' && quote !== "'") return null
    const block = text.startsWith('"""', offset)
    const end = block ? /\n(?=(?:import|let|predicate|rule|link)\s)|$(?![\s\S])/g : /(?=[\n\r])|$(?![\s\S])/g
    end.lastIndex = offset
    return [text.slice(offset, end.exec(text)?.index ?? text.length)]
  },
  start_chars_hint: ['"', "'"],
  line_breaks: true,
})

function mark(name: string, pattern: string | RegExp): TokenType {
  return createToken({ name, label: typeof pattern === "string" ? `\`${pattern}\`` : name, pattern })
}

export const LCurly = mark("LCurly", "{")
export const RCurly = mark("RCurly", "}")
export const LSquare = mark("LSquare", "[")
export const RSquare = mark("RSquare", "]")
export const LParen = mark("LParen", "(")
export const RParen = mark("RParen", ")")
export const Comma = mark("Comma", ",")
export const Colon = mark("Colon", ":")
export const DotDot = mark("DotDot", "..")
export const Dot = mark("Dot", ".")
export const Star = mark("Star", "*")
export const Dollar = mark("Dollar", "$")
export const Slash = mark("Slash", "/")
export const EqualEqual = mark("EqualEqual", "==")
export const NotEqual = mark("NotEqual", "!=")
export const LessEqual = mark("LessEqual", "<=")
export const Less = mark("Less", "<")
export const GreaterEqual = mark("GreaterEqual", ">=")
export const Greater = mark("Greater", ">")
export const Equal = mark("Equal", "=")
export const Default = mark("Default", "??")
export const Concat = mark("Concat", "++")

const WhiteSpace = createToken({
  name: "WhiteSpace",
  pattern: /[ \t\n\r\uFEFF]+/,
  group: Lexer.SKIPPED,
  line_breaks: true,
})
const Comment = createToken({ name: "Comment", pattern: /#[^\n\r]*/, group: "comments" })

// Of two words of which one begins the other ("fix", "fixed") the longer must be tried first.
const longestFirst = [...wordTokens].sort(([a], [b]) => b.length - a.length).map(([, token]) => token)

export const tokenTypes: TokenType[] = [
  WhiteSpace,
  Comment,
  ...longestFirst,
  Identifier,
  BlockString,
  StringLiteral,
  Unclosed,
  NumberLiteral,
  RegexLiteral,
  LCurly,
  RCurly,
  LSquare,
  RSquare,
  LParen,
  RParen,
  Comma,
  Colon,
  DotDot,
  Dot,
  Star,
  Dollar,
  Slash,
  EqualEqual,
  NotEqual,
  LessEqual,
  Less,
  GreaterEqual,
  Greater,
  Equal,
  Default,
  Concat,
  Name,
  CallName,
  BindName,
]

export interface Lexed {
  readonly tokens: readonly IToken[]
  readonly comments: readonly IToken[]
  /** Characters that begin nothing. */
  readonly strays: readonly { readonly offset: number; readonly length: number }[]
}

let lexer: Lexer | undefined

/** @param base what is added to every offset: the place of `text` in the file it was cut from. */
export function lex(text: string, base = 0): Lexed {
  lexer ??= new Lexer(tokenTypes, { positionTracking: "onlyOffset", ensureOptimizations: true, skipValidations: true })
  const { tokens, groups, errors } = lexer.tokenize(text)
  if (base !== 0) {
    for (const token of tokens) token.startOffset += base
  }
  return {
    tokens,
    comments: groups.comments ?? [],
    strays: errors.map(({ offset, length }) => ({ offset: offset + base, length })),
  }
}

/** Where a token ends: the offset behind its last character. */
export function endOf(token: IToken): number {
  return token.startOffset + token.image.length
}
