import type { Mend } from "../../../src/model/document.ts"
import type { Effort } from "../../../src/model/effort.ts"
import type { Edit } from "../../../src/model/operation.ts"
import type { Dialect } from "../dialect.ts"
import type { Lexed, Token } from "./lex.ts"
import { advance, imagined, type Open, type State } from "./machine.ts"
import { type Reached, Reader } from "./reader.ts"

const mostMends = 12

interface Change {
  readonly index: number
  /** Whether an opening bracket stands on the line of the token that follows, rather than behind the one before. */
  readonly below?: true
  readonly remove: boolean
  readonly put: readonly ("{" | "}" | "[" | "]" | ",")[]
}

interface Reading extends Reached {
  readonly change: Change
}

const additions: readonly Omit<Change, "index">[] = [
  { remove: false, put: ["{"] },
  { remove: false, put: ["["] },
  { remove: false, put: ["{"], below: true },
  { remove: false, put: ["["], below: true },
  { remove: false, put: ["}"] },
  { remove: false, put: ["]"] },
  { remove: false, put: ["}", ","] },
  { remove: false, put: ["]", ","] },
]
const other = { "{": "[", "[": "{", "}": "]", "]": "}" } as const

function isBracket(kind: Token["kind"]): kind is keyof typeof other {
  return kind in other
}

/**
 * One bracket put in, taken out or exchanged, anywhere before the token at which the reader stops: where it is missing is rarely where it is
 * missed. What tells one such text from another is its layout, so the fewer oddities the nearer; with any, nothing is sure.
 * @param states those before each token, up to the one at which the reader stops.
 */
export function bracketMends(
  text: string,
  { tokens }: Lexed,
  states: readonly State[],
  dialect: Dialect,
  effort: Effort,
): readonly Mend[] {
  const stop = states.length - 1
  const reader = new Reader(tokens, dialect, stop, effort)
  const blank = blankGaps(text, tokens.slice(0, stop + 1))
  const readings: Reading[] = []
  for (const change of changesUpTo(stop, tokens)) {
    if (reader.exhausted) break
    const state = states[change.index]
    const reading = state && readingOf(reader, state, change, tokens)
    if (reading !== undefined && reader.isFurther(reading)) readings.push(reading)
  }
  const glued = gluedMends(tokens, stop)
  if (glued.length > 0) return glued
  const whole = readings.filter(({ reach }) => reach === tokens.length)
  return (whole.length > 0 ? whole : readings)
    .sort((a, b) => distanceOf(a) - distanceOf(b))
    .slice(0, mostMends)
    .map((reading) => ({
      title: titleOf(reading.change, tokens),
      edits: editsOf(text, tokens, states[reading.change.index]?.open, reading.change),
      distance: distanceOf(reading),
      sure: reading.oddities === 0 && !reader.exhausted && blank.every((index) => index === reading.change.index),
      doubt: "where the bracket belongs cannot be told from the layout",
    }))
}

/** Before which tokens a line has nothing but blanks on it: something may have stood there. */
function blankGaps(text: string, tokens: readonly Token[]): readonly number[] {
  return tokens.flatMap(({ start }, index) =>
    /\n[ \t]+(?=\r?\n)/.test(text.slice(tokens[index - 1]?.end ?? 0, start)) ? [index] : [],
  )
}

/** A bracket in the middle of a word: without it the word is one, which tokens do not show. */
function gluedMends(tokens: readonly Token[], stop: number): readonly Mend[] {
  return [stop - 1, stop].flatMap((index): Mend[] => {
    const [before, token, after] = [tokens[index - 1], tokens[index], tokens[index + 1]]
    if (token === undefined || !isBracket(token.kind) || before?.end !== token.start || after?.start !== token.end)
      return []
    if (!isWord(before.kind) || !isWord(after.kind)) return []
    const edits = editsOf("", tokens, undefined, { index, remove: true, put: [] })
    return [{ title: titleOf({ index, remove: true, put: [] }, tokens), edits, distance: 1, sure: true }]
  })
}

function isWord(kind: Token["kind"]): boolean {
  return kind === "scalar" || kind === "bare"
}

/** The likely ones first, and of each kind those near the error. */
function* changesUpTo(stop: number, tokens: readonly Token[]): Generator<Change> {
  for (let index = stop; index >= 0; index--)
    if (isBracket(tokens[index]?.kind ?? "end")) yield { index, remove: true, put: [] }
  for (let index = stop; index >= 0; index--) {
    const kind = tokens[index]?.kind ?? "end"
    if (isBracket(kind)) yield { index, remove: true, put: [other[kind]] }
  }
  for (let index = stop; index >= 0; index--) for (const each of additions) yield { ...each, index }
}

function distanceOf({ change, oddities }: Reading): number {
  return Math.max(1, change.put.length) + Math.min(oddities, 900) / 1000
}

/** How the text reads with a change; `undefined` where it cannot be made. */
function readingOf(reader: Reader, from: State, change: Change, tokens: readonly Token[]): Reading | undefined {
  let state: State | undefined = from
  const next = tokens[change.index]
  if (change.below && next?.indent === undefined) return undefined
  for (const kind of change.put) {
    const oddity: number = kind === "}" || kind === "]" ? oddityOf(state.open, next) : 0
    state = advance(state, imagined(kind, change.below ? next : undefined), reader.dialect)
    if (state === undefined) return undefined
    state = { ...state, oddities: state.oddities + oddity }
  }
  return { change, ...reader.readOn(state, change.index + (change.remove ? 1 : 0)) }
}

/** What closes stands on a line of its own where entries do; a comma alone on a line stands where something was taken away before it. */
function oddityOf(open: Open | undefined, next: Token | undefined): number {
  if (open?.entries === undefined || next?.kind === "end") return 0
  if (next?.indent === undefined) return 1
  return next.kind === "," && next.indent === open.indent ? -1 : 0
}

function titleOf({ remove, put, index }: Change, tokens: readonly Token[]): string {
  const line = (tokens[index]?.line ?? 0) + 1
  const wanted = `"${put.join("")}"`
  const there = `"${tokens[index]?.kind ?? ""}"`
  if (!remove) return `insert ${wanted} before what stands on line ${line}`
  return put.length === 0 ? `remove ${there} from line ${line}` : `write ${wanted} for ${there} on line ${line}`
}

function editsOf(
  text: string,
  tokens: readonly Token[],
  open: Open | undefined,
  { index, remove, put, below }: Change,
): readonly Edit[] {
  const next = tokens[index]
  const before = tokens[index - 1]
  if (next === undefined) return []
  const signs = put.join("")
  if (remove) return [{ start: next.start, end: next.end, text: signs }]
  const at = (offset: number, words: string): readonly Edit[] => [{ start: offset, end: offset, text: words }]
  const opens = put[0] === "{" || put[0] === "["
  if (before === undefined) return at(next.start, signs)
  if (next.indent === undefined && next.kind !== "end") return at(opens ? next.start : before.end, signs)
  if (opens && below) return at(next.start, signs)
  if (opens) return at(before.end, before.kind === ":" ? ` ${signs}` : signs)
  if (open?.entries === undefined) return at(before.end, signs)
  if (next.kind === ",") return at(next.start, signs)
  return atLine(text, before.end, next.start, open.indent, signs)
}

/** On the blank line that something was taken from, or on one of its own behind the line that ends here and its comment. */
function atLine(text: string, from: number, to: number, indent: string, signs: string): readonly Edit[] {
  const gap = text.slice(from, to)
  for (const match of gap.matchAll(/\n([ \t]*)(?=\r?\n|$)/g)) {
    const end = from + match.index + match[0].length
    if (match[1] === indent && (end < to || to === text.length)) return [{ start: end, end, text: signs }]
  }
  const lineEnd = text.indexOf("\n", from)
  const end = lineEnd < 0 || lineEnd > to ? to : text[lineEnd - 1] === "\r" ? lineEnd - 1 : lineEnd
  const eol = text.includes("\r\n") ? "\r\n" : "\n"
  return [{ start: end, end, text: `${eol}${indent}${signs}` }]
}
