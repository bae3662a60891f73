import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"

type Verdict = "accepted" | "rejected"

interface ClientVerdict {
  readonly verdict: Verdict
  /** Keys that it accepted and left out of what it works with; `a > b` is key b in a. */
  readonly dropped?: readonly string[]
  /** Each ends with the place that it is about, its keys with dots between them. */
  readonly issues?: readonly string[]
  readonly loaded?: boolean
  readonly strict?: Verdict
  /** Why Codex refused it, and why it did with `--strict-config`. */
  readonly message?: string
  readonly strict_message?: string
  /** Of Codex. */
  readonly version?: string
}

/** One labelled file, as a line of `index.jsonl` gives it. */
export interface Row {
  readonly id: number
  /** Its path in its repository: decides format and rules. */
  readonly path: string
  readonly kind: string
  readonly repo: string
  /** Whether it is the newest version in its repository. */
  readonly section: "head" | "history"
  readonly format: "json" | "jsonc" | "yaml" | "toml" | "md" | "zsh"
  /** Where its text is, below the corpus. */
  readonly file: string
  /** Seconds since 1970, of the commit. */
  readonly time?: number
  readonly labels: {
    readonly parse: {
      readonly strict: "ok" | "error"
      readonly jsonc?: "ok" | "error"
      readonly class?: string
      readonly message?: string
      /** A word and an offset: `CommaExpected@809`. */
      readonly jsonc_errors?: readonly string[]
      readonly shape?: readonly string[]
    }
    readonly opencode?: Readonly<Record<string, ClientVerdict>>
    readonly codex?: ClientVerdict
    readonly opencode_md?: ClientVerdict
    /** Of each `{file:…}`: whether its repository had that file. */
    readonly file_references?: readonly { readonly ref: string; readonly where: string; readonly exists?: boolean }[]
  }
}

/** A version that its owner mended: a line of `pairs.jsonl`. */
export interface Pair {
  /** The id of the broken version. */
  readonly broken: number
  readonly fixed: number
  /** Whose verdict it is: a client, its version and what it found. */
  readonly judge: string
}

/** One MCP server that two files of a repository define differently: a line of `cross-client.jsonl`. */
export interface Cross {
  readonly repo: string
  readonly server: string
  readonly a: string
  readonly b: string
  /** `null`: the file is not in the corpus. */
  readonly a_id: number | null
  readonly b_id: number | null
  readonly differs_in: readonly string[]
  readonly explained_by_client: boolean
}

export function readCross(corpus: string): readonly Cross[] {
  const path = join(corpus, "cross-client.jsonl")
  return existsSync(path) ? readLines(path) : []
}

export function readRows(corpus: string): readonly Row[] {
  return readLines(join(corpus, "index.jsonl"))
}

export function readPairs(corpus: string): readonly Pair[] {
  return readLines(join(corpus, "pairs.jsonl"))
}

function readLines<T>(path: string): readonly T[] {
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))
}

/**
 * Whether a parser other than cfgsync's takes the file: a strict one, or where the readers of the file take comments one that does.
 * @param comments whether comments can be written in it.
 */
export function parses({ format, labels: { parse } }: Row, comments: boolean): boolean {
  return ((format === "jsonc" || comments ? parse.jsonc : undefined) ?? parse.strict) === "ok"
}

/** What one client says of a file. */
export interface Judgement {
  readonly client: string
  /** It is refused, or not loaded: an error is due. */
  readonly rejected: boolean
  /** What is wrong, for people; also where it is only dropped keys. */
  readonly reason: string | undefined
  readonly issues: readonly string[]
  readonly dropped: readonly string[]
}

/** What the labels say of files that only one version of their client judged. */
export function otherJudgements({ kind, labels }: Row): readonly Judgement[] {
  const { opencode_md: agent } = labels
  const said: Judgement[] = []
  const add = (client: string, reason: string | undefined, issues: readonly string[] = []) =>
    said.push({ client, rejected: reason !== undefined, reason, issues, dropped: [] })
  if (agent !== undefined)
    add(
      "OpenCode agent or command",
      agent.verdict === "rejected" || agent.loaded === false ? "not loaded" : undefined,
      agent.issues,
    )
  if (/mcp|claude-desktop/.test(kind) && labels.parse.strict === "ok")
    add("shape of an MCP file", labels.parse.shape?.join(", ") || undefined)
  return said
}

/** What Codex says of its configuration: as it starts by itself, or with `--strict-config`. */
export function codexJudgement({ labels: { codex } }: Row, way: "loose" | "strict"): Judgement | undefined {
  if (codex === undefined) return undefined
  const { verdict, message = "", strict, strict_message: strictly = "" } = codex
  const rejected = (way === "loose" ? verdict : strict) === "rejected"
  const client = way === "loose" ? "Codex" : "Codex, strict"
  // Asked strictly it names the line only, where else it names the key.
  const issues = rejected ? codexIssues(way === "loose" ? [message] : [strictly, message]).slice(0, 1) : []
  return { client, rejected, reason: rejected ? ["rejected", ...issues].join("; ") : undefined, issues, dropped: [] }
}

/** Where Codex's complaints are, the way that OpenCode's are written; none where the text does not parse. */
function codexIssues(messages: readonly string[]): readonly string[] {
  const forms: readonly (readonly [RegExp, (part: string) => string])[] = [
    [/unknown configuration field `([^`]+)`/, (key) => `unknown field ${key}`],
    [/reserved built-in provider IDs: `([^`]+)`/, (name) => `reserved name model_providers.${name}`],
    [/in `([^`]+)`\s*$/, (key) => `wrong value ${key}`],
    [/(\w+) = "[^"]*" is no longer supported/, (key) => `wrong value ${key}`],
    [/Model provider `([^`]+)` not found/, () => "unknown name model_provider"],
    [/failed to read model instructions file/, () => "missing file model_instructions_file"],
  ]
  return messages.flatMap((message) =>
    forms.flatMap(([form, put]) => {
      const part = form.exec(message)
      return part === null ? [] : [put(part[1] ?? "")]
    }),
  )
}

/** What one version of OpenCode says of its configuration; `undefined` where it was not asked. */
export function opencodeJudgement({ labels }: Row, version: string): Judgement | undefined {
  const said = labels.opencode?.[version]
  if (said === undefined) return undefined
  const { verdict, dropped = [], issues = [] } = said
  const rejected = verdict === "rejected"
  const reason = rejected
    ? ["rejected", ...issues].join("; ")
    : dropped.length > 0
      ? `drops ${dropped.join(", ")}`
      : undefined
  return { client: `OpenCode ${version}`, rejected, reason, issues, dropped }
}
