import type { Edit } from "../../src/model/operation.ts"
import { isArray, type Value } from "../../src/model/value.ts"
import { wordFor } from "./cook.ts"
import type { Item, ListName } from "./item.ts"
import { beginsLine, eolOf, lineAfter, lineAtEnd, lineStart, Refused, restOfLine } from "./lines.ts"
import type { State } from "./state.ts"
import { mustBeSure, partFor, textOf } from "./sure.ts"

const lineOf: Readonly<Partial<Record<ListName, (value: Value) => string>>> = {
  path: (value) => `path+=(${wordFor(textOf(value))})`,
  fpath: (value) => `fpath+=(${wordFor(textOf(value))})`,
  plugins: (value) => `plugins+=(${wordFor(textOf(value))})`,
  sources: (value) => `source ${mustSay(wordFor(textOf(value)))}`,
  autoload: (value) => `autoload -Uz ${mustSay(wordFor(textOf(value)))}`,
  zstyle: (value) => `zstyle ${wordsFor(value)}`,
  bindkey: (value) => `bindkey ${wordsFor(value)}`,
}

/** A word that begins with a sign is an option to the statement, and an empty one is no name. */
function mustSay(word: string): string {
  if (/^(?:[-+]|''$)/.test(word)) throw new Refused("this is no name that the shell would take here")
  return word
}

function wordsFor(value: Value): string {
  if (!isArray(value) || value.length === 0) throw new Refused("this is no list of words")
  return value.map((each) => wordFor(textOf(each)) || "''").join(" ")
}

export function appendTo(state: State, name: string, value: Value): Edit {
  const [group, items] = listOf(state, name)
  const last = items.at(-1)
  if (last !== undefined) mustBeSure(state, last)
  if (last?.form === "element") return afterElement(state, last, wordFor(textOf(value)) || "''")
  if (last?.form === "part")
    return { start: last.span.end, end: last.span.end, text: `:${partFor(textOf(value), last)}` }
  const line = lineOf[group]?.(value)
  if (line === undefined) throw new Refused("what the shell runs is not worded by cfgsync")
  const empty = last === undefined ? emptyList(state, group) : undefined
  if (empty !== undefined) return { start: empty, end: empty, text: wordFor(textOf(value)) || "''" }
  const edit = last === undefined ? undefined : lineAfter(state, last.command.end, line)
  return edit ?? lineAtEnd(state, line)
}

function listOf({ groups }: State, name: string): readonly [ListName, readonly Item[]] {
  const known = (["path", "fpath", "plugins", "sources", "autoload", "zstyle", "bindkey"] as const).find(
    (each) => each === name,
  )
  if (known === undefined) throw new Refused("to this list of a zsh document nothing is added")
  return [known, groups.get(known) ?? []]
}

/** After the parenthesis of `plugins=()`. */
function emptyList({ text, scan, reading }: State, group: ListName): number | undefined {
  const found = scan.commands.find(
    ({ start, end, within }) =>
      within === undefined &&
      reading()?.statements.get(start)?.end === end &&
      new RegExp(`^${group}=\\(\\s*\\)$`).test(text.slice(start, end)),
  )
  return found && found.start + group.length + 2
}

function afterElement(state: State, { span }: Item, word: string): Edit {
  const { text } = state
  const rest = restOfLine(state, span.end)
  if (!beginsLine(text, span.start) || rest === undefined) return { start: span.end, end: span.end, text: ` ${word}` }
  const indent = text.slice(lineStart(text, span.start), span.start)
  return { start: rest.end, end: rest.end, text: `${eolOf(text)}${indent}${word}` }
}

export function insertInto(state: State, name: string, index: number, value: Value): Edit {
  const [group, items] = listOf(state, name)
  const item = items[index]
  if (item === undefined) return appendTo(state, name, value)
  mustBeSure(state, item)
  const { text } = state
  const at = item.span.start
  if (item.form === "part") return { start: at, end: at, text: `${partFor(textOf(value), item)}:` }
  if (item.form === "element") {
    const alone = beginsLine(text, at) && restOfLine(state, item.span.end) !== undefined
    const gap = alone ? `${eolOf(text)}${text.slice(lineStart(text, at), at)}` : " "
    return { start: at, end: at, text: `${wordFor(textOf(value)) || "''"}${gap}` }
  }
  const line = group === "autoload" ? undefined : lineOf[group]?.(value)
  if (line === undefined || !beginsLine(text, item.command.start))
    throw new Refused("there is no place for a line of its own before this statement")
  const start = item.command.start
  return { start, end: start, text: `${line}${eolOf(text)}${text.slice(lineStart(text, start), start)}` }
}
