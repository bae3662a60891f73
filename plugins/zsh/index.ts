import type { Format, Limits, Parsed, Problem } from "../../src/model/document.ts"
import type { Source } from "../../src/model/source.ts"
import type { Span } from "../../src/model/span.ts"
import { ZshDocument } from "./document.ts"
import { isGrammarLoaded, readGrammar } from "./grammar.ts"
import type { Item } from "./item.ts"
import { loading } from "./loading/loading.ts"
import { type Scan, scan } from "./scan.ts"
import { Beyond } from "./words.ts"

/**
 * Start-up files and modules of zsh, read and never run. Two readers look at each text: the grammar of bash, and a scanner of its own that
 * knows zsh's short forms. What both read alike can be edited; what only the scanner finds is told and left alone.
 */
const zsh: Format = {
  name: "zsh",
  files: ["*.zsh", "*.zsh-theme", "{.,,dot_}{zshrc,zshenv,zprofile,zlogin,zlogout,zpreztorc}"],
  comments: () => true,
  dates: false,
  judge: "zsh",
  parse: parseOnce,
  loading,
}

export default zsh

const remembered = new Map<string, Parsed>()
const mostRemembered = 4

/** A check, a proof and an edit ask for the same few texts again and again, and the grammar takes its time. */
function parseOnce(source: Source, limits: Limits): Parsed {
  const known = source.text.length <= limits.size ? remembered.get(source.text) : undefined
  if (known !== undefined) return known
  const parsed = parse(source, limits)
  remembered.set(source.text, parsed)
  for (const text of remembered.keys()) {
    if (remembered.size <= mostRemembered) break
    remembered.delete(text)
  }
  return parsed
}

/** Longer texts are no configuration; reading one would take seconds. */
const longest = 1024 * 1024
const mostProblems = 20

function parse({ text }: Source, limits: Limits): Parsed {
  const size = Math.min(limits.size, longest)
  if (text.length > size) return { documents: [], problems: [tooLarge(text, size)] }
  const scanned = scanWithin(text, limits)
  if ("code" in scanned) return { documents: [], problems: [scanned] }
  const document = new ZshDocument(
    text,
    scanned,
    once(() => readGrammar(text)),
  )
  const flaws = scanned.flaws.slice(0, mostProblems).map(flawed)
  const unread = flaws.length === 0 && isGrammarLoaded() ? firstUnread(document) : undefined
  return {
    documents: [document],
    ...(forksOften(text, scanned) ? { forks: true } : {}),
    problems: [
      ...(flaws.length > 0 ? flaws : unread ? [notRead(unread)] : []),
      ...invisible(text),
      ...document.repeated().slice(0, mostProblems).map(repeated),
    ],
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** What the grammar cannot read is worth a word where no zsh could be asked; so it is only looked for where the grammar is there. */
function firstUnread({ state }: ZshDocument): Span | undefined {
  const reading = state.reading()
  return reading === undefined ? { start: 0, end: 0 } : reading.opaque[0]
}

/** What the scanner finds, or the limit that the text passes. */
function scanWithin(text: string, { depth, nodes }: Limits): Scan | Problem {
  try {
    const scanned = scan(text, { depth, words: nodes / 2 })
    const folders = foldersOf(text, scanned)
    if (folders > nodes / 2 / costOfFolder) throw new Beyond(0, "too-many-nodes")
    return scanned
  } catch (error) {
    if (!(error instanceof Beyond)) throw error
    const message =
      error.limit === "too-deep"
        ? `the nesting is deeper than ${depth}, the most that is read (\`limits.depth\` in the configuration)`
        : `the file has more than ${nodes / 2} words, signs and lines, the most that is read (twice as many are \`limits.nodes\` in the configuration; a folder of PATH counts as ${costOfFolder} words)`
    return { code: error.limit, severity: "error", message, span: { start: error.at, end: error.at } }
  }
}

/** Each is looked for on the disk. */
const costOfFolder = 5

/** How many folders the text puts into PATH and FPATH, at most. */
function foldersOf(text: string, { commands }: Scan): number {
  let folders = 0
  for (const { words } of commands)
    for (const { start, end } of words)
      if (/^F?PATH\+?=/.test(text.slice(start, start + 7))) folders += text.slice(start, end).split(":").length
  return folders
}

/** zsh starts a process for every command that it would look up, also where it only looks at the syntax (`-n`); a start takes some milliseconds. */
const mostForks = 100
/** As many a here-document costs it. */
const hereDocument = 5
const forkless =
  /^(?:\w+(?:\[[^\]]*\])?\+?=|(?:alias|autoload|bindkey|export|setopt|source|typeset|unsetopt|zstyle|\.)$)/

function forksOften(text: string, { commands }: Scan): boolean {
  let forks = 0
  for (const { within, words, start, end } of commands) {
    const stands = within === undefined || within === "and-or" || within === "pipe" || within === "subshell"
    if (!stands) continue
    if (text.slice(start, end).includes("<<")) forks += hereDocument
    else if (!forkless.test(text.slice(words[0]?.start, words[0]?.end))) forks++
    if (forks > mostForks) return true
  }
  return false
}

function flawed({ message, start, end }: Scan["flaws"][number]): Problem {
  return { code: "syntax", severity: "warning", message, span: { start, end } }
}

function repeated({ group, key = "", keySpan, word }: Item): Problem {
  return {
    code: "duplicate-key",
    severity: "warning",
    message: `\`${key}\` is given another value further down, so this one is lost`,
    span: keySpan ?? word,
    path: [group, key],
  }
}

/** zsh takes a NUL for a letter, and nothing that it starts does. */
function invisible(text: string): readonly Problem[] {
  const at = text.indexOf("\0")
  const message = "a NUL stands here: exported values end before it, and other programs take the file for a binary one"
  return at < 0 ? [] : [{ code: "nul", severity: "warning", message, span: { start: at, end: at + 1 } }]
}

function notRead(span: Span): Problem {
  return {
    code: "unread",
    severity: "warning",
    message:
      "the grammar cannot read what stands here, so it is left as it is; this is either a mistake or zsh of its own kind",
    span,
  }
}

function tooLarge(text: string, size: number): Problem {
  return {
    code: "too-large",
    severity: "error",
    message: `the file is longer than the ${size} characters that are read of zsh`,
    span: { start: 0, end: Math.min(1, text.length) },
  }
}
