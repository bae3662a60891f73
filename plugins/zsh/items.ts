import type { Span } from "../../src/model/span.ts"
import type { Value } from "../../src/model/value.ts"
import { type Cooked, cook } from "./cook.ts"
import { type Command, listWords } from "./scan.ts"

/** The names of what a zsh document holds. */
export const maps = ["exports", "variables", "aliases", "globalAliases", "suffixAliases", "options"] as const
export const lists = [
  "path",
  "fpath",
  "lateFpath",
  "plugins",
  "sources",
  "autoload",
  "zstyle",
  "bindkey",
  "loaders",
  "functions",
  "commands",
  "guarded",
] as const
export type MapName = (typeof maps)[number]
export type ListName = (typeof lists)[number]

/** How an entry is worded, which says how it can be changed. */
type Form = "statement" | "word" | "element" | "part" | "option"

/** One fact that a text states, with its place. */
export interface Item {
  readonly group: MapName | ListName
  readonly key?: string
  readonly keySpan?: Span
  readonly value: Value
  /** The place of the value; of a list the one of each element is in `elements`. */
  readonly span: Span
  readonly elements?: readonly Span[]
  readonly form: Form
  readonly command: Command
  readonly cooked?: Cooked
  /** The word that says it, quotes included. */
  readonly word: Span
}

/** What one statement says. */
export function itemsOf(text: string, command: Command): readonly Item[] {
  const words = withoutModifiers(text, command.words)
  const [first, ...rest] = words
  if (first === undefined) return []
  const name = text.slice(first.start, first.end)
  if (command.within !== undefined) return guarded(text, command, name)
  if (assignment(text, first) !== undefined) return assignments(text, command, words)
  switch (name) {
    case "export":
      return declared(text, command, rest, true)
    case "typeset":
    case "declare":
    case "integer":
    case "float":
    case "readonly":
      return declared(
        text,
        command,
        rest,
        rest.some((word) => /^-\w*x/.test(text.slice(word.start, word.end))),
      )
    case "alias":
      return aliases(text, command, rest)
    case "setopt":
    case "unsetopt":
      return options(text, command, rest, name === "setopt")
    case "source":
    case ".":
      return sourced(text, command, rest)
    case "autoload":
      return named(text, command, rest, "autoload")
    case "zstyle":
    case "bindkey":
      return [wordList(text, command, name, rest)]
    case "eval":
      return evaluated(text, command, rest)
    default:
      return [whole(text, command)]
  }
}

const modifiers = /^(?:builtin|command|noglob|nocorrect|-)$/

export function withoutModifiers(text: string, words: readonly Span[]): readonly Span[] {
  const place = words.findIndex(({ start, end }) => !modifiers.test(text.slice(start, end)))
  return place < 0 ? words : words.slice(place)
}

function whole(text: string, command: Command): Item {
  const span = { start: command.start, end: command.end }
  return {
    group: "commands",
    value: text.slice(command.start, command.end),
    span,
    form: "statement",
    command,
    word: span,
  }
}

interface Assignment {
  readonly name: string
  readonly nameSpan: Span
  readonly adds: boolean
  readonly value: Span
}

function assignment(text: string, { start, end }: Span): Assignment | undefined {
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

function assignments(text: string, command: Command, words: readonly Span[]): readonly Item[] {
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

function declared(text: string, command: Command, rest: readonly Span[], exported: boolean): readonly Item[] {
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

function aliases(text: string, command: Command, rest: readonly Span[]): readonly Item[] {
  const plain = rest.findIndex(({ start, end }) => !/^[-+][\w-]*$/.test(text.slice(start, end)))
  const flags = rest.slice(0, plain < 0 ? rest.length : plain).map(({ start, end }) => text.slice(start, end))
  const group = flags.some((flag) => /^-\w*g/.test(flag))
    ? "globalAliases"
    : flags.some((flag) => /^-\w*s/.test(flag))
      ? "suffixAliases"
      : "aliases"
  const found = rest.slice(flags.length).flatMap((word): readonly Item[] => {
    const equals = equalsIn(text, word)
    if (equals === undefined) return []
    const keySpan = { start: word.start, end: equals }
    const span = { start: equals + 1, end: word.end }
    const cooked = cook(text, span)
    return [
      {
        group,
        key: cook(text, keySpan).value,
        keySpan,
        value: cooked.value,
        span,
        form: "word",
        command,
        cooked,
        word,
      },
    ]
  })
  return found.length > 0 ? found : [whole(text, command)]
}

/** `alias 'a=b'` has no place for its key alone. */
function equalsIn(text: string, { start, end }: Span): number | undefined {
  const key = /^(?:[^\s'"$`=\\]|\\.|'[^'=]*'|"[^"=$`\\]*")+=/.exec(text.slice(start, end))
  return key === null ? undefined : start + key[0].length - 1
}

function options(text: string, command: Command, rest: readonly Span[], on: boolean): readonly Item[] {
  const found = rest.flatMap((word): readonly Item[] => {
    const raw = cook(text, word).value
    if (!/^\w+$/.test(raw)) return []
    const { name, inverted } = optionName(raw)
    // `no` before the name is what says the value.
    const cut = word.start + (inverted ? (/^_*no_*/i.exec(text.slice(word.start, word.end))?.[0].length ?? 0) : 0)
    const [span, keySpan] = [
      { start: word.start, end: cut },
      { start: cut, end: word.end },
    ]
    return [{ group: "options", key: name, keySpan, value: on !== inverted, span, form: "option", command, word }]
  })
  return found.length > 0 ? found : [whole(text, command)]
}

/** Case and underscores do not count, and `no` turns an option round, unless its name begins so. */
export function optionName(raw: string): { readonly name: string; readonly inverted: boolean } {
  const plain = raw.toLowerCase().replaceAll("_", "")
  const inverted = /^no(?!match$|tify$)/.test(plain)
  return { name: inverted ? plain.slice(2) : plain, inverted }
}

function sourced(text: string, command: Command, rest: readonly Span[]): readonly Item[] {
  const [file] = rest
  if (file === undefined) return [whole(text, command)]
  if (/^[<=]\(/.test(text.slice(file.start, file.end)))
    return [loader(text, command, file, { start: file.start + 2, end: file.end - 1 })]
  const cooked = cook(text, file)
  return [{ group: "sources", value: cooked.value, span: file, form: "statement", command, cooked, word: file }]
}

function evaluated(text: string, command: Command, rest: readonly Span[]): readonly Item[] {
  const [word] = rest
  const inner = word === undefined ? null : /^"?(\$\(|`)([\s\S]*?)(?:\)|`)"?$/.exec(text.slice(word.start, word.end))
  if (word === undefined || inner === null || rest.length > 1) return [whole(text, command)]
  const start = word.start + (text[word.start] === '"' ? 1 : 0) + (inner[1] ?? "").length
  return [loader(text, command, word, { start, end: start + (inner[2] ?? "").length })]
}

function loader(text: string, command: Command, word: Span, inner: Span): Item {
  const raw = text.slice(inner.start, inner.end)
  const start = inner.start + (raw.length - raw.trimStart().length)
  const value = raw.trim()
  return { group: "loaders", value, span: { start, end: start + value.length }, form: "statement", command, word }
}

function named(text: string, command: Command, rest: readonly Span[], group: ListName): readonly Item[] {
  const found = rest
    .filter(({ start }) => !/[-+]/.test(text[start] ?? ""))
    .map((word): Item => {
      const cooked = cook(text, word)
      return { group, value: cooked.value, span: word, form: "word", command, cooked, word }
    })
  return found.length > 0 ? found : [whole(text, command)]
}

function wordList(text: string, command: Command, group: ListName, words: readonly Span[]): Item {
  const span = { start: words[0]?.start ?? command.end, end: words.at(-1)?.end ?? command.end }
  return {
    group,
    value: words.map((word) => cook(text, word).value),
    elements: words,
    span,
    form: "statement",
    command,
    word: span,
  }
}

/** Under a condition only what speaks of other files or of the search paths, and what stands at the start of a line, is of interest. */
function guarded(text: string, command: Command, name: string): readonly Item[] {
  const atStart = command.start === 0 || text[command.start - 1] === "\n"
  const known = /^(?:alias|export|setopt|unsetopt|source|\.|autoload|zstyle|bindkey|eval|compinit)$/.test(name)
  const loads = /^(?:source|\.|compinit)$/.test(name)
  const sets = /^(?:path|fpath|PATH|FPATH|plugins)\+?=/.test(name)
  if (!(known && (atStart || loads || command.within !== "function")) && !sets) return []
  const words = loopWords(text, command)
  const span = { start: command.start, end: command.end }
  const value = words.map((word) => cook(text, word).value)
  return [
    {
      group: "guarded",
      key: command.within ?? "block",
      value,
      span,
      elements: words,
      form: "statement",
      command,
      word: span,
    },
  ]
}

/** `for f in GLOB; do source $f` sources what the glob means. */
function loopWords(text: string, { words, loop }: Command): readonly Span[] {
  if (loop === undefined) return words
  const stands = new RegExp(`^["']?\\$\\{?${loop.name}\\}?["']?$`)
  return words.flatMap((word) => (stands.test(text.slice(word.start, word.end)) ? loop.words : [word]))
}
