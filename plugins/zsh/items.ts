import type { Span } from "../../src/model/span.ts"
import { assignment, assignments, declared } from "./assignments.ts"
import type { Command } from "./command.ts"
import { cook } from "./cook.ts"
import { type Item, type ListName, whole } from "./item.ts"

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
