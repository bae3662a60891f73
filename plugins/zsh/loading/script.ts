import type { Path } from "../../../src/model/path.ts"
import type { Value } from "../../../src/model/value.ts"
import type { Command } from "../command.ts"
import type { Item } from "../item.ts"
import { lists, maps } from "../item.ts"
import { withoutModifiers } from "../items.ts"
import type { State } from "../state.ts"
import type { Loop } from "./target.ts"

/** What a statement does to the shell that sources its file. */
type Deed =
  | {
      readonly does: "set"
      readonly kind: "aliases" | "exports" | "variables"
      readonly name: string
      readonly value: Value
      readonly grows: boolean
    }
  | { readonly does: "define"; readonly name: string }
  | { readonly does: "source"; readonly word: string; readonly loop?: Loop; readonly lazy: boolean }
  | { readonly does: "search"; readonly list: "path" | "fpath"; readonly folder: string }
  /** Each folder once, from now on. */
  | { readonly does: "unique" }
  /** `compinit` looks for completions. */
  | { readonly does: "look" }
  | { readonly does: "run"; readonly name: string }
  /** It runs what a program prints. */
  | { readonly does: "hide" }

export interface Step {
  readonly path: Path
  /** It stands under no condition but that the file it sources is there. */
  readonly certain: boolean
  /** It stands under no condition at all. */
  readonly bare: boolean
  readonly deed: Deed
  /** The variables that it reads when it is carried out, without saying what counts where they are not set. */
  readonly reads: readonly string[]
}

/** What a file does when it is sourced, in order. */
export interface Script {
  readonly steps: readonly Step[]
  /** It ends at once where it was sourced before. */
  readonly once: boolean
  /** Names that stand in statements which run something. */
  readonly mentions: () => ReadonlySet<string>
  /** Names of variables, functions and aliases that it sets under some condition. */
  readonly mayDefine: () => ReadonlySet<string>
  /** It begins with `#!` or `#compdef`: no module, or not for `source` alone. */
  readonly marked: boolean
}

export function scriptOf(state: State): Script {
  const { text, scan } = state
  const wrapped = wrappedNames(state)
  const placed = [...maps, ...lists].flatMap((group) =>
    (state.groups.get(group) ?? []).map((item, index) => ({
      item,
      path: [group, item.key !== undefined && group !== "guarded" ? item.key : index],
    })),
  )
  placed.sort((left, right) => left.item.word.start - right.item.word.start)
  return {
    steps: placed.flatMap(({ item, path }) =>
      deedsOf(text, item, wrapped).map((deed) => ({
        path,
        certain: isCertain(text, item),
        bare: isBare(item),
        deed,
        reads: readsOf(text, item),
      })),
    ),
    once: scan.commands
      .slice(0, 10)
      .some(
        ({ within, words }) => within !== undefined && within !== "function" && wordOf(text, words[0]) === "return",
      ),
    mentions: once(() => mentionsOf(text, scan.commands)),
    mayDefine: once(() => conditional(text, scan.commands)),
    marked: /^(?:#!|#compdef|#autoload)/.test(text),
  }
}

/** Most files are never asked. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function wordOf(text: string, word: Command["words"][number] | undefined): string {
  return word === undefined ? "" : text.slice(word.start, word.end)
}

function deedsOf(text: string, item: Item, wrapped: ReadonlySet<string>): readonly Deed[] {
  const { group, key = "", value, command } = item
  switch (group) {
    case "exports":
    case "variables":
    case "aliases": {
      if (value === null) return []
      const set: Deed = { does: "set", kind: group, name: key, value, grows: readsItself(String(value), key) }
      return group === "aliases" && !String(value).split(/\s+/).includes(key)
        ? [set, { does: "define", name: key }]
        : [set]
    }
    case "functions":
    case "autoload":
      return wrapped.has(String(value)) ? [] : [{ does: "define", name: String(value) }]
    case "sources":
      return [source(text, command, item.word)]
    case "path":
    case "fpath":
      return [...uniqueness(text, command), { does: "search", list: group, folder: String(value) }]
    case "loaders":
      return [{ does: "hide" }]
    case "commands":
      return commandDeeds(text, command)
    case "guarded":
      return guardedDeeds(text, command)
    default:
      return []
  }
}

function readsItself(value: string, name: string): boolean {
  return value.includes(`$${name}`) || value.includes(`\${${name}`)
}

function source(text: string, command: Command, word: Command["words"][number]): Deed {
  const { loop, within } = command
  return {
    does: "source",
    word: text.slice(word.start, word.end),
    ...(loop && { loop: { name: loop.name, words: loop.words.map((each) => wordOf(text, each)) } }),
    lazy: within === "function" || within === "subshell",
  }
}

function commandDeeds(text: string, command: Command): readonly Deed[] {
  const [name = "", ...rest] = withoutModifiers(text, command.words).map((word) => wordOf(text, word))
  if (name === "compinit") return [{ does: "look" }, { does: "define", name: "compdef" }]
  if (name === "eval") return [{ does: "hide" }]
  const unique = uniqueness(text, command)
  if (unique.length > 0) return unique
  if (name === "typeset" && rest.some((word) => /^-\w*f/.test(word))) return []
  return /^[A-Za-z_][\w-]*$/.test(name) ? [{ does: "run", name }] : []
}

function uniqueness(text: string, { words }: Command): readonly Deed[] {
  const [name = "", ...rest] = words
    .slice(0, 10)
    .map((word) => text.slice(word.start, Math.min(word.end, word.start + 40)))
  const unique =
    /^(?:typeset|declare|export)$/.test(name) &&
    rest.some((word) => /^-[a-zA-Z]*U/.test(word)) &&
    rest.some((word) => /^(?:path|PATH)\b/.test(word))
  return unique ? [{ does: "unique" }] : []
}

function guardedDeeds(text: string, command: Command): readonly Deed[] {
  const [name, first] = withoutModifiers(text, command.words)
  if (command.within !== "function" && wordOf(text, name) === "compinit")
    return [{ does: "look" }, { does: "define", name: "compdef" }]
  if (!/^(?:source|\.)$/.test(wordOf(text, name)) || first === undefined)
    return wordOf(text, name) === "eval" && command.within !== "function" ? [{ does: "hide" }] : []
  return /^[<=]\(/.test(wordOf(text, first)) ? [{ does: "hide" }] : [source(text, command, first)]
}

function isBare({ group, command }: Pick<Item, "group" | "command">): boolean {
  return group !== "guarded" || (command.within === "loop" && command.chosen !== true)
}

/** `[[ -f FILE ]] && source FILE`, or the same with `if`. */
function isCertain(text: string, { group, command }: Item): boolean {
  if (isBare({ group, command })) return true
  if (command.within !== "and-or" && command.within !== "if") return false
  const file = wordOf(text, command.words[1])
  const before = text.slice(Math.max(0, command.start - 400), command.start)
  const at = file === "" ? -1 : before.lastIndexOf(file)
  return at >= 0 && /-[efrs] ["']?$/.test(before.slice(0, at)) && !/\n[^\n]*\n/.test(before.slice(at))
}

const specials = /^(?:HOME|USER|USERNAME|LOGNAME|SHELL|TERM|LANG|LC_\w+|PATH|F?PATH|CDPATH|MANPATH|PWD|OLDPWD|HOST|HOSTNAME|OSTYPE|VENDOR|MACHTYPE|CPUTYPE|UID|EUID|GID|EGID|PPID|SHLVL|RANDOM|SECONDS|EPOCH\w*|COLUMNS|LINES|TTY\w*|DISPLAY|WAYLAND_DISPLAY|SSH_\w+|TMUX\w*|COLORTERM|TERM_\w+|TMP\w*|XDG_(?:RUNTIME_DIR|SESSION\w*|CURRENT\w*|DATA_DIRS|CONFIG_DIRS|SEAT|VTNR)|ZDOTDIR|ZSH_\w+|IFS|WORDCHARS|KEYTIMEOUT|ARGC|argv|status|pipestatus|match|MATCH|reply|REPLY|path|fpath|cdpath|manpath|module_path|fg|bg|reset_color|\d+|_)$/ // biome-ignore format: a list to read

/** Of what stands in quotes that keep the shell from it nothing is read; of a condition neither. */
function readsOf(text: string, item: Item): readonly string[] {
  const { group, key, cooked, elements, span } = item
  if (group === "guarded" || group === "functions" || group === "loaders" || cooked?.style === "single") return []
  if (cooked?.style === "mixed" || cooked?.style === "ansi") return []
  const raw = (elements ?? [span]).map(({ start, end }) => text.slice(start, Math.min(end, start + 2000))).join(" ")
  if (!raw.includes("$")) return []
  if (raw.includes("'") && (raw.includes('"') || cooked === undefined)) return []
  const names = [...raw.matchAll(/(?<![\\$])\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)\})/g)].map(
    ([, bare, braced]) => bare ?? braced ?? "",
  )
  return [...new Set(names)].filter((name) => name !== key && !specials.test(name))
}

/** Names that a function gives to something else of that name: `nvm() { unset -f nvm; …; nvm "$@" }`. */
function wrappedNames({ text, scan }: State): ReadonlySet<string> {
  const names = new Set<string>()
  for (const { within, words } of scan.commands) {
    if (within !== "function") continue
    const [name = "", ...rest] = words.slice(0, 10).map((word) => wordOf(text, word))
    names.add(name)
    if (/^(?:command|builtin|unset|unfunction|whence|which)$/.test(name)) for (const each of rest) names.add(each)
  }
  return names
}

const plainStatement = /^(?:alias|export|setopt|unsetopt|zstyle|bindkey|\w+(?:\[[^\]]*\])?\+?=[\s\S]*)$/

function mentionsOf(text: string, commands: readonly Command[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { start, end, words, loop } of commands) {
    if (plainStatement.test(wordOf(text, words[0]).slice(0, 200)) && !/\.zsh/.test(text.slice(start, end))) continue
    const said = [text.slice(start, end), ...(loop?.words ?? []).map((each) => wordOf(text, each))]
    for (const [name] of said.join(" ").matchAll(/[\w.+-]+/g)) found.add(name)
  }
  return found
}

function conditional(text: string, commands: readonly Command[]): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { within, words } of commands) {
    if (within === undefined) {
      // `: ${NAME:=value}` sets what is not set.
      if (wordOf(text, words[0]) === ":")
        for (const word of words)
          for (const [, name = ""] of wordOf(text, word).matchAll(/\$\{(\w+):?:?=/g)) found.add(name)
      continue
    }
    for (const word of words) {
      const name = /^(\w[\w-]*)(?:\+?=|$)/.exec(text.slice(word.start, Math.min(word.end, word.start + 200)))?.[1]
      if (name !== undefined) found.add(name)
    }
  }
  return found
}
