import { readFileSync } from "node:fs"
import { join } from "node:path"

type Verdict = "accepted" | "rejected"

interface ClientVerdict {
  readonly verdict: Verdict
  readonly dropped?: readonly string[]
  readonly loaded?: boolean
  readonly strict?: Verdict
}

/** One labelled file, as a line of `index.jsonl` gives it. */
export interface Row {
  readonly id: number
  /** Its path in its repository: decides format and rules. */
  readonly path: string
  readonly kind: string
  readonly format: "json" | "jsonc" | "yaml" | "toml" | "md" | "zsh"
  /** Where its text is, below the corpus. */
  readonly file: string
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
  }
}

export function readRows(corpus: string): readonly Row[] {
  return readFileSync(join(corpus, "index.jsonl"), "utf8")
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

/** What the label of each client says is wrong with the file (`undefined`: nothing). */
export function clientVerdicts({ kind, labels }: Row): ReadonlyMap<string, string | undefined> {
  const verdicts = new Map<string, string | undefined>()
  const { opencode, codex, opencode_md: agent } = labels
  for (const [version, { verdict, dropped = [] }] of Object.entries(opencode ?? {})) {
    const loses = dropped.length > 0
    if (!loses) verdicts.set(`OpenCode ${version} rejects`, verdict === "rejected" ? "rejected" : undefined)
    if (verdict === "accepted")
      verdicts.set(`OpenCode ${version} drops keys`, loses ? dropped.slice(0, 3).join(", ") : undefined)
  }
  if (agent !== undefined)
    verdicts.set(
      "OpenCode agent or command",
      agent.verdict === "rejected" || agent.loaded === false ? "not loaded" : undefined,
    )
  if (codex !== undefined) {
    verdicts.set("Codex rejects", codex.verdict === "rejected" ? "rejected" : undefined)
    verdicts.set("Codex, strict, rejects", codex.strict === "rejected" ? "rejected" : undefined)
  }
  if (/mcp|claude-desktop/.test(kind) && labels.parse.strict === "ok")
    verdicts.set("shape of an MCP file", labels.parse.shape?.join(", "))
  return verdicts
}
