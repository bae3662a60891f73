import type { Span } from "../../src/model/span.ts"
import type { Command } from "./command.ts"
import { cook } from "./cook.ts"
import { type Item, type ListName, type MapName, whole } from "./item.ts"
import { listWords } from "./scan.ts"

interface Assignment {
  readonly name: string
  readonly nameSpan: Span
  readonly adds: boolean
  readonly value: Span
}

export function assignment(text: string, { start, end }: Span): Assignment | undefined {
  const found = /^([A-Za-z_]\w*)(\+?)=/.exec(text.slice(start, end))
  if (found === null) return undefined
  const [all, name = "", plus] = found
  return {
    name,
    nameSpan: { start, end: start + name.length },
    adds: plus === "+",
    value: { start: start + all.length, end },
  }
}

export function assignments(text: string, command: Command, words: readonly Span[]): readonly Item[] {
  const found = words.map((word) => [word, assignment(text, word)] as const)
  // `NAME=value command` says it to that command alone.
  if (found.some(([, each]) => each === undefined)) return [whole(text, command)]
  return found.flatMap(([word, each]) => (each === undefined ? [] : assigned(text, command, word, each, "variables")))
}

const tied: Readonly<Record<string, ListName>> = {
  PATH: "path",
  path: "path",
  FPATH: "fpath",
  fpath: "fpath",
  plugins: "plugins",
}

function assigned(text: string, command: Command, word: Span, found: Assignment, group: MapName): readonly Item[] {
  const list = tied[found.name]
  const array = text[found.value.start] === "(" && text[found.value.end - 1] === ")"
  if (array)
    return list === undefined
      ? arrayItem(text, command, word, found, group)
      : elements(text, command, word, found, list)
  if (list !== undefined && /^F?PATH$/.test(found.name)) return parts(text, command, word, found, list)
  const cooked = cook(text, found.value)
  if (found.adds) return [whole(text, command)]
  return [
    {
      group,
      key: found.name,
      keySpan: found.nameSpan,
      value: cooked.value,
      span: found.value,
      form: "word",
      command,
      cooked,
      word,
    },
  ]
}

function arrayItem(text: string, command: Command, word: Span, found: Assignment, group: MapName): readonly Item[] {
  if (found.adds) return [whole(text, command)]
  const words = listWords(text, found.value.start)
  return [
    {
      group,
      key: found.name,
      keySpan: found.nameSpan,
      value: words.map((each) => cook(text, each).value),
      elements: words,
      span: found.value,
      form: "word",
      command,
      word,
    },
  ]
}

function isSelf(value: string): boolean {
  return /^["']?\$\{?(?:\(@\))?(?:path|fpath|PATH|FPATH|plugins)(?:\[@\])?\}?["']?$/.test(value)
}

function elements(text: string, command: Command, word: Span, found: Assignment, group: ListName): readonly Item[] {
  return listWords(text, found.value.start).flatMap((each) => {
    const cooked = cook(text, each)
    return isSelf(cooked.value)
      ? []
      : [{ group, value: cooked.value, span: each, form: "element" as const, command, cooked, word }]
  })
}

/** The parts of `a:b:$PATH`, cut at the colons that stand outside what the shell computes. */
function parts(text: string, command: Command, word: Span, found: Assignment, group: ListName): readonly Item[] {
  const { start, end } = found.value
  const quote = /^"[^"`]*"$/.test(text.slice(start, end)) ? 1 : 0
  const raw = text.slice(start + quote, end - quote)
  const cuts = [-1, ...colons(raw), raw.length]
  return cuts.slice(1).flatMap((cut, index) => {
    const span = { start: start + quote + (cuts[index] ?? 0) + 1, end: start + quote + cut }
    const part = text.slice(span.start, span.end)
    if (part === "" || isSelf(part)) return []
    const cooked =
      quote === 1
        ? { ...cook(`"${part}"`, { start: 0, end: part.length + 2 }), style: "double" as const }
        : cook(text, span)
    return [{ group, value: cooked.value, span, form: "part" as const, command, cooked, word }]
  })
}

function colons(raw: string): readonly number[] {
  const found: number[] = []
  let depth = 0
  for (let at = 0; at < raw.length; at++) {
    if (raw[at] === "\\") at++
    else if (raw[at] === "{" || raw[at] === "(") depth++
    else if (raw[at] === "}" || raw[at] === ")") depth--
    else if (raw[at] === ":" && depth === 0) found.push(at)
  }
  return found
}

export function declared(text: string, command: Command, rest: readonly Span[], exported: boolean): readonly Item[] {
  const names = rest.filter(({ start }) => text[start] !== "-" && text[start] !== "+")
  const found = names.map((word) => [word, assignment(text, word)] as const)
  const group = exported ? "exports" : "variables"
  if (found.length === 0 || (!exported && found.some(([, each]) => each === undefined))) return [whole(text, command)]
  if (found.some(([, each]) => each?.adds)) return [whole(text, command)]
  return found.flatMap(([word, each]): readonly Item[] => {
    if (each !== undefined) return assigned(text, command, word, each, group)
    const key = cook(text, word).value
    if (!/^[A-Za-z_]\w*$/.test(key) || key in tied) return found.length === 1 ? [whole(text, command)] : []
    return [
      { group, key, keySpan: word, value: null, span: { start: word.end, end: word.end }, form: "word", command, word },
    ]
  })
}
