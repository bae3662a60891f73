import type { Effort } from "./effort.ts"
import type { Edit, Operation } from "./operation.ts"
import type { Path } from "./path.ts"
import type { Source } from "./source.ts"
import type { Span } from "./span.ts"
import type { Value } from "./value.ts"

/** Bounds on what is read; every one that is passed is a finding, not a failure. */
export interface Limits {
  /** Bytes of one file. */
  readonly size: number
  /** Nesting of objects and arrays. */
  readonly depth: number
  /** Keys and values of one document, after aliases are expanded. */
  readonly nodes: number
  /** Characters of one text as it is written, of one comment, or of blanks in a row. A key may have a hundredth of that. */
  readonly string: number
}

/** What a format's slowest reader takes in within a second and 200 MiB. */
export const defaultLimits: Limits = { size: 10 * 1024 * 1024, depth: 200, nodes: 200_000, string: 500_000 }

/** A longer number is no setting, and its exact value costs more than its length. */
export const mostDigits = 5000

/** What is wrong with a text as such. `code` is stable and becomes the rule id `cfgsync/CODE`: `syntax`, `duplicate-key`, `too-deep` … */
export interface Problem {
  readonly code: string
  readonly severity: "error" | "warning"
  readonly message: string
  readonly span: Span
  /** Where in the value, when the problem has such a place. */
  readonly path?: Path
}

/** Where a node stands in the text. */
export interface Location {
  /** The value's text. A TOML table made by headers: its (first) header, or the key that implies it. */
  readonly value: Span
  /** The text of the key as written, quotes included; absent for elements and the root. */
  readonly key?: Span
}

/** `text` is what stands between the comment marks, trimmed. */
export interface Comment {
  readonly span: Span
  readonly text: string
}

/**
 * The texts that would carry out one operation, best first. Each candidate is a list of edits of the source; the first whose result parses to
 * exactly the expected value is taken (`src/engine`), so a plugin may be hopeful but never has to be sure.
 * A refusal says in words why it cannot be done without guessing.
 */
export type Candidates = { readonly edits: Iterable<readonly Edit[]> } | { readonly refused: string }

/** One document of a source: a YAML stream may hold several, every other format holds one. */
export interface Document {
  readonly value: Value
  /** What the document covers: the whole text, a document of a stream, or the front matter. */
  readonly span: Span
  /** @returns `undefined` when nothing is at the path. Cheap to ask often: built once, when first asked. */
  locate(path: Path): Location | undefined
  comments(): readonly Comment[]
  candidates(operation: Operation): Candidates
}

/** `documents` holds what could be read; when a problem is an error it may be empty, and nothing is edited. Never throws on any text. */
export interface Parsed {
  readonly documents: readonly Document[]
  readonly problems: readonly Problem[]
  /** The text holds so many commands that the format's judge is to be asked in a way in which it looks none of them up. */
  readonly forks?: true
}

/** One way to take away what the parser of a text stumbles over first. */
export interface Mend {
  /** What it does, as an order: `insert ","`. */
  readonly title: string
  readonly edits: readonly Edit[]
  /** How far it leads away from the text as written. Of those that help the nearest count, and those that are equally near compete. */
  readonly distance: number
  /** Whether it says what the owner meant, provided that no competitor says something else. */
  readonly sure: boolean
  /** Why a person must look at it, where more can be said than that it is not sure. */
  readonly doubt?: string
}

/** Lines of which none above is open, so that they can be read without those. */
export interface Stretch {
  readonly start: number
  /** @returns what they say; `undefined`: they do not parse. */
  read(lines: string): Value | undefined
}

/** Proposes how to mend texts that do not parse. What it proposes is never believed: the text that results is parsed. */
export interface Mender {
  /** Signs of the syntax that people forget or type twice: each is tried on the lines about an error. Given what stands on them. */
  signs(lines: string): string
  /** Stretches within which a sign means nothing, though one put there could end them too late or too early. In order. */
  comments?(text: string): readonly Span[]
  /** What it costs to read a text, in steps: how much can be tried depends on it. */
  cost(text: string): number
  /** The nearest first. What costs more than reading the text once is paid for from `effort`, and left undone where that is spent. */
  mends(source: Source, problem: Problem, effort: Effort): Iterable<Mend>
  /** The lines that can have led to an error at an offset; `undefined`: there is no telling. Absent where the proposals look at all of them. */
  stretch?(text: string, offset: number): Stretch | undefined
  /** The last resort: the text as somebody else would read it. Asked when nothing else helps. */
  rewrite?(source: Source): Iterable<Mend>
}

/** What lies around the files of a format. Paths are relative to the root, with forward slashes, or absolute. */
export interface Surroundings {
  /** Absolute. */
  readonly root: string
  /** The home folder, absolute; absent: it is not known. */
  readonly home?: string
  /** Of all files of the format below the root, sorted. */
  readonly paths: readonly string[]
  /** The first document of a file; `undefined` where it is not there or does not parse. */
  document(path: string): Document | undefined
  exists(path: string): boolean
  /** Whether `command` is an executable file on PATH. */
  onPath(command: string): boolean
  /** Whether a glob means a text, in linear time. */
  like(text: string, glob: string): boolean
}

/** A file format: a folder under `plugins/` with this as its default export. */
export interface Format {
  /** The word used in rules (`formats`) and output. */
  readonly name: string
  /** Globs on the path that say a file is of this format (picomatch; a pattern without a slash matches the base name). */
  readonly files: readonly string[]
  /** Whether a comment can be written in a document of this path; where not, suppressions live in a side file. */
  comments(path: string): boolean
  /** Whether a date is a value of its own; where not, one that is set is set as its text. */
  readonly dates: boolean
  /** The program whose word on the syntax counts more than the plugin's, where it is installed: its warnings `syntax` and `unread` are guesses. */
  readonly judge?: "zsh"
  parse(source: Source, limits: Limits): Parsed
  /** To be awaited before a document is asked for `candidates`: loads what only edits need. Absent: they need no more than reading does. */
  prepareEdits?(): Promise<void>
  /**
   * How files of the format come to be loaded by others of it, and what that makes of what they say: facts about each file for `loading(FILE)`
   * in rules, `undefined` where nothing is known. Asked once a run, and only where a rule asks.
   */
  loading?(around: Surroundings): (path: string) => Value | undefined
  /** Loaded when a file of the format does not parse; absent: nothing is known beyond what holds for every text. */
  mender?(): Promise<Mender>
}

export function hasErrors(parsed: Parsed): boolean {
  return parsed.problems.some((problem) => problem.severity === "error")
}
