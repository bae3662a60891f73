import type { IRecognitionException, IToken } from "chevrotain"
import type { Statement } from "./clause.ts"
import { type Place, spanOf, TooDeep } from "./dataParser.ts"
import { type Fault, fault } from "./fault.ts"
import * as t from "./lexer.ts"
import { RuleParser } from "./parser.ts"
import { type Chunk, splitStatements, startsLine, withoutPart } from "./split.ts"
import { strayFault, syntaxFault } from "./syntax.ts"
import { fillTemplates } from "./template.ts"

let built: RuleParser | undefined

export interface Read {
  /** Those without a fault, in the order of the text. */
  readonly statements: readonly Statement[]
  /** What the others begin with: their word and, where there is one, their name. */
  readonly broken: readonly { readonly word: string; readonly name: string }[]
  readonly faults: readonly Fault[]
  readonly layout: ReadonlyMap<number, Place>
}

/** A rule file of that many characters holds thousands of rules; beyond it something else is being read. */
const maxLength = 1024 * 1024

/** So are more statements; compiling each takes milliseconds. */
const maxStatements = 1000

/** More wrong parts of one statement are not reported at once. */
const maxFaults = 20

/** Every statement of a text, each read alone. */
export function readStatements(text: string): Read {
  if (text.length > maxLength) return tooLong(text)
  built ??= new RuleParser()
  const reader = built
  reader.layout = new Map()
  const { tokens, strays } = t.lex(text)
  const chunks = splitStatements(text, tokens)
  const beyond = chunks[maxStatements]?.[0]
  if (beyond !== undefined) return tooMany(beyond)
  const owned = new Set(strays.map(({ offset }) => ownerOf(offset, chunks)))
  const results = chunks.map((chunk) => {
    const unclosed = chunk.filter((token) => token.tokenType === t.Unclosed).map(unclosedFault)
    return unclosed.length > 0 || owned.has(chunk) ? { faults: unclosed } : readChunk(text, reader, chunk)
  })
  return {
    statements: results.flatMap(({ statement }) => statement ?? []),
    broken: results.flatMap(({ statement }, index) => {
      const [word, name] = chunks[index] ?? []
      return statement === undefined ? { word: word?.image ?? "", name: name?.image ?? "" } : []
    }),
    faults: [
      ...strays.slice(0, maxFaults).map(({ offset, length }) => strayFault(text, offset, length)),
      ...results.flatMap(({ faults }) => faults),
    ],
    layout: reader.layout,
  }
}

function tooLong(text: string): Read {
  const message = `this text has ${text.length} characters, more than the ${maxLength} that a rule file may have`
  const faults = [fault("too-large", { start: 0, end: 0 }, message, "divide it into several files")]
  return { statements: [], broken: [], faults, layout: new Map() }
}

function tooMany(token: IToken): Read {
  const message = `this is statement ${maxStatements + 1}, more than the ${maxStatements} that a rule file may have`
  const faults = [fault("too-large", spanOf(token), message, "divide it into several files")]
  return { statements: [], broken: [], faults, layout: new Map() }
}

/** The statement in the middle of which an offset is: one that cannot be read; between statements it harms none. */
function ownerOf(offset: number, chunks: readonly Chunk[]): Chunk | undefined {
  let [low, high] = [0, chunks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((chunks[middle]?.[0]?.startOffset ?? 0) < offset) low = middle + 1
    else high = middle
  }
  const chunk = chunks[low - 1]
  return (chunk?.at(-1)?.startOffset ?? 0) > offset ? chunk : undefined
}

interface Result {
  readonly statement?: Statement
  readonly faults: readonly Fault[]
}

function unclosedFault(token: IToken): Fault {
  const quote = token.image.startsWith('"""') ? '"""' : token.image.charAt(0)
  return fault(
    "unclosed-text",
    { start: token.startOffset, end: token.startOffset + quote.length },
    "this text is never closed",
    quote === '"""'
      ? 'end it with `"""`'
      : `end it with \`${quote}\` on the same line, or use \`"""\` for several lines`,
  )
}

/** Read a statement; where a part of it is wrong, read it again without that part, to find what else is. */
function readChunk(text: string, reader: RuleParser, tokens: readonly IToken[]): Result {
  const faults: Fault[] = []
  let rest: readonly IToken[] | undefined = tokens
  while (rest !== undefined && faults.length < maxFaults) {
    const read = attempt(text, reader, rest)
    if (read instanceof TooDeep) return { faults: [...faults, tooDeepFault(read.token, rest)] }
    if (read.error === undefined) {
      faults.push(...reader.faults)
      return faults.length === 0 ? { statement: read.statement, faults } : { faults }
    }
    const found = rest.indexOf(read.error.token)
    const index = found < 0 ? rest.length : found
    faults.push(syntaxFault(text, read.error, rest, index))
    if (read.error.name === "NotAllInputParsedException") {
      const whole = faults.length === 1 && reader.faults.length === 0 && startsLine(text, rest, index)
      if (!whole) return { faults }
      fillTemplates(text, reader)
      return reader.faults.length === 0
        ? { statement: read.statement, faults }
        : { faults: [...faults, ...reader.faults] }
    }
    rest = withoutPart(text, rest, index)
  }
  return { faults }
}

function attempt(
  text: string,
  reader: RuleParser,
  tokens: readonly IToken[],
): { readonly statement: Statement; readonly error: IRecognitionException | undefined } | TooDeep {
  reader.begin(tokens)
  reader.faults = []
  reader.pending = []
  try {
    const statement = reader.statement()
    const error = reader.errors[0]
    if (error === undefined) fillTemplates(text, reader)
    return { statement, error }
  } catch (error) {
    if (error instanceof TooDeep) return error
    throw error
  }
}

function tooDeepFault(token: IToken, tokens: readonly IToken[]): Fault {
  const at = token.startOffset >= 0 ? token : (tokens.at(-1) as IToken)
  return fault("too-deep", spanOf(at), "this is nested too deep to be read", "give parts of it a name with `let`")
}
