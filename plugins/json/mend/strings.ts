import type { Mend } from "../../../src/model/document.ts"
import type { Edit } from "../../../src/model/operation.ts"
import type { Span } from "../../../src/model/span.ts"
import type { Lexed, Token } from "./lex.ts"

/** Strings and words that are no JSON: all of a kind at once, because who writes one so writes them all so. */
export function* stringMends(text: string, { tokens, escapes, controls }: Lexed, at: Token): Generator<Mend> {
  if (at.kind === "single" || at.kind === "smart") {
    const strings = tokens.filter(({ kind }) => kind === at.kind)
    const edits = strings.flatMap((string) => requote(text, string))
    yield { title: `put ${counted(strings.length, "string")} in double quotes`, edits, distance: 1, sure: true }
  }
  if (at.kind === "bare") {
    yield* keyMends(text, tokens, at)
    yield* wordMends(text, tokens, at)
  }
  if (at.kind === "unclosed" || at.kind === "bare") yield* innerQuotes(text, at)
  const own = escapes.filter(({ string }) => string.start === at.start)
  if (own.length > 0) {
    const edits = escapes.map(({ start }) => ({ start, end: start, text: "\\" }))
    const strings = new Map(escapes.map(({ string }) => [string.start, string]))
    // A sign behind a backslash may have been put there, in the middle of an escape.
    const sure =
      [...strings.values()].every(({ start, end }) => !hasOtherEscapes(text.slice(start, end))) &&
      escapes.every(({ start }) => !/[,:"'{}[\]]/.test(text[start + 1] ?? ""))
    yield { title: `double ${counted(edits.length, "backslash")} that no escape begins with`, edits, distance: 1, sure }
    for (const { start } of own.slice(0, 5))
      yield {
        title: "insert a double quote",
        edits: [{ start: start + 1, end: start + 1, text: '"' }],
        distance: 1,
        sure,
      }
  }
  if (controls.some(({ start }) => at.start <= start && start < at.end)) {
    const edits = controls.map((each) => ({ ...each, text: escaped(text[each.start] ?? "") }))
    yield { title: `write ${counted(edits.length, "control character")} as an escape`, edits, distance: 1, sure: true }
  }
}

function counted(number: number, noun: string): string {
  return number === 1 ? `a ${noun}` : `${number} ${noun.replace(/sh$/, "she")}s`
}

/** Such a string may have lost a quote, or hold escapes that are meant as such. */
function hasOtherEscapes(string: string): boolean {
  return /\\["/bfnrtu]/.test(string)
}

function escaped(unit: string): string {
  return JSON.stringify(unit).slice(1, -1)
}

function requote(text: string, { start, end }: Span): readonly Edit[] {
  const edits: Edit[] = [{ start, end: start + 1, text: '"' }]
  for (let at = start + 1; at < end - 1; at++) {
    if (text[at] === '"') edits.push({ start: at, end: at, text: "\\" })
    else if (text[at] === "\\" && text[at + 1] === "'") edits.push({ start: at, end: at + 1, text: "" })
    else if (text[at] === "\\") at++
  }
  return [...edits, { start: end - 1, end, text: '"' }]
}

function quote({ start, end }: Span): readonly Edit[] {
  return [
    { start, end: start, text: '"' },
    { start: end, end, text: '"' },
  ]
}

function* keyMends(text: string, tokens: readonly Token[], at: Token): Generator<Mend> {
  const keys = tokens.filter(
    ({ kind, start, end }, index) =>
      kind === "bare" &&
      tokens[index + 1]?.kind === ":" &&
      ["{", ","].includes(tokens[index - 1]?.kind ?? "") &&
      /^[\p{L}_$@][\p{L}\p{N}_$@./-]*$/u.test(text.slice(start, end)),
  )
  if (!keys.includes(at)) return
  const title = `put ${counted(keys.length, "key")} in double quotes`
  yield { title, edits: keys.flatMap(quote), distance: 1.5, sure: true }
}

/** Words that may be meant as true, false or null. */
const nearLiteral = /^(?:t[rue]{1,4}|f[alse]{2,5}|n[ul]{1,3}|yes|no|on|off|none|nil|undefined|nan)$/i

/** A word in the place of a value. */
function* wordMends(text: string, tokens: readonly Token[], at: Token): Generator<Mend> {
  const index = tokens.indexOf(at)
  const before = tokens[index - 1]?.kind
  if (before !== ":" && before !== "[" && before !== ",") return
  const word = text.slice(at.start, at.end)
  const literal = /^(?:true|false|null)$/i.test(word) ? word.toLowerCase() : undefined
  if (literal !== undefined) {
    yield {
      title: `write ${literal} in small letters`,
      edits: [{ ...spanOf(at), text: literal }],
      distance: 1,
      sure: true,
    }
    return
  }
  if (/^(?:None|undefined|NaN|nil)$/.test(word))
    yield { title: "write null", edits: [{ ...spanOf(at), text: "null" }], distance: 2, sure: false }
  const number = /^\+?(\d.*|\.\d.*)$/.exec(word)?.[1]
  const plain = number?.startsWith(".") ? `0${number}` : number
  if (plain !== undefined && /^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/.test(plain))
    yield { title: `write ${plain}`, edits: [{ ...spanOf(at), text: plain }], distance: 1, sure: true }
  let last = at
  for (let next = index + 1; tokens[next]?.line === at.line; next++) {
    if (!["bare", "scalar", ":", "sign"].includes(tokens[next]?.kind ?? "")) break
    last = tokens[next] ?? last
  }
  const glued = gluedAt(word)
  if (glued > 0) {
    const end = at.start + glued
    yield { title: 'insert ","', edits: [{ start: end, end, text: "," }], distance: 2, sure: false }
  }
  // Close to a literal it may be that one, misspelt; of several words who can tell where they end.
  const isWord = /\p{L}/u.test(word) && /^[\p{L}_@~./-][\p{L}\p{N}_@~./+-]*$/u.test(word)
  const sure = last === at && glued < 0 && isWord && !nearLiteral.test(word)
  yield { title: "put a word in double quotes", edits: quote({ start: at.start, end: last.end }), distance: 2, sure }
}

/** Where one value ends and another begins without anything between them: `truenull`. */
function gluedAt(word: string): number {
  const value = /^(?:true|false|null|-?\d[\d.]*(?:[eE][+-]?\d+)?)/.exec(word)?.[0].length ?? 0
  return value > 0 && /^(?:true|false|null|-?\d|["{[])/.test(word.slice(value)) ? value : -1
}

function spanOf({ start, end }: Span): Span {
  return { start, end }
}

/** A quote within a text, which an escape would make part of it. */
function* innerQuotes(text: string, at: Token): Generator<Mend> {
  const lineStart = text.lastIndexOf("\n", at.start) + 1
  const found = text.indexOf("\n", at.start)
  const line = text.slice(lineStart, found < 0 ? text.length : found)
  if (line.length > 2000) return
  const inner = [...line.matchAll(/(?<=[^\s"\\:,[{(])"(?=[^\s",:\]}])|(?<=[\w.!?] )"(?=\w)|(?<=\w)"(?= \w)/g)].map(
    ({ index }) => lineStart + index,
  )
  const escaping = (start: number) => ({ start, end: start, text: "\\" })
  for (const start of inner) yield { title: "escape a double quote", edits: [escaping(start)], distance: 1, sure: true }
  for (const [index, start] of inner.entries()) {
    const next = inner[index + 1]
    if (next !== undefined)
      yield { title: "escape two double quotes", edits: [escaping(start), escaping(next)], distance: 2, sure: true }
  }
}
