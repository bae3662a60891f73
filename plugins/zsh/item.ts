import type { Span } from "../../src/model/span.ts"
import type { Value } from "../../src/model/value.ts"
import type { Command } from "./command.ts"
import type { Cooked } from "./cook.ts"

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

/** A statement of which nothing more is known than its text. */
export function whole(text: string, command: Command): Item {
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
