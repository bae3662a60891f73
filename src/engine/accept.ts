import { createHash } from "node:crypto"
import { CfgsyncError } from "../model/errors.ts"
import type { Finding } from "../model/finding.ts"
import { toPointer } from "../model/path.ts"
import type { Source } from "../model/source.ts"

/** A finding that is tolerated until a day, as kept beside the configuration. */
export interface AcceptedFinding {
  readonly rule: string
  readonly file: string
  /** 0-based. */
  readonly document: number
  /** RFC 6901. */
  readonly pointer: string
  /** SHA-256 of the text at the finding's place (for the root: of its line): an accepted finding whose text changed is another one. */
  readonly hash: string
  readonly reason: string
  /** The last day it is tolerated, as 2030-01-31. */
  readonly until: string
}

export interface Acceptance {
  /** What is reported. */
  readonly findings: readonly Finding[]
  readonly silenced: number
  /** The accepted ones that still have a finding, where it stands now: the list only ever shrinks. */
  readonly remaining: readonly AcceptedFinding[]
}

type Sources = ReadonlyMap<string, Source>

/** @throws CfgsyncError `usage` when `until` is no day, or has passed. */
export function acceptFindings(
  findings: readonly Finding[],
  sources: Sources,
  terms: { readonly reason: string; readonly until: string; readonly today: string },
): readonly AcceptedFinding[] {
  const { reason, until, today } = terms
  if (!isDay(until)) throw new CfgsyncError("usage", `${JSON.stringify(until)} is not a day`, "write it as 2030-01-31")
  if (until < today)
    throw new CfgsyncError("usage", `${until} has passed already`, "choose a day on which somebody will look again")
  if (reason.trim() === "")
    throw new CfgsyncError("usage", "a reason is needed", "say why these findings are tolerated")
  return findings.map((finding) => ({ ...identify(finding, sources), reason, until }))
}

function isDay(text: string): boolean {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}

type Identity = Omit<AcceptedFinding, "reason" | "until">

function identify({ rule, file, document, path, span }: Finding, sources: Sources): Identity {
  const text = sources.get(file)?.text ?? ""
  // What is wrong with a text as a whole has no place in the value: it is known by the line that it stands in.
  const shown = path.length > 0 ? text.slice(span.start, span.end) : lineOf(text, span.start)
  return { rule, file, document, pointer: toPointer(path), hash: createHash("sha256").update(shown).digest("hex") }
}

function lineOf(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1
  return text.slice(start).split("\n", 1)[0]?.trim() ?? ""
}

/** What is known of the day and the disk. */
export interface Circumstances {
  /** As 2030-01-31; an entry whose day has passed silences nothing, and the finding says since when. */
  readonly today: string
  readonly exists: (file: string) => boolean
}

/**
 * Leave out the accepted findings. Each entry silences one finding: the one of the same rule, place and text; else, where exactly one
 * finding and one entry are left over, one that moved: of the same rule and text, and of a place that differs in the indices of lists alone
 * (an element before it was removed), or in a file that is there no longer (it was renamed). What cfgsync finds of a text as a whole has no
 * place that could move. The same mistake at another key is a new finding.
 */
export function applyAccepted(
  findings: readonly Finding[],
  sources: Sources,
  accepted: readonly AcceptedFinding[],
  { today, exists }: Circumstances,
): Acceptance {
  if (accepted.length === 0) return { findings, silenced: 0, remaining: [] }
  const named = findings.map((finding) => ({ finding, identity: identify(finding, sources) }))
  const paired = new Map<Finding, AcceptedFinding>()
  // Most lists are longer than what is found of them now.
  const rules = new Set(findings.map(({ rule }) => rule))
  const open = new Set(accepted.filter(({ rule }) => rules.has(rule)))
  const pair = (keyOf: (identity: Identity) => string, onlyOne: boolean, may: (entry: AcceptedFinding) => boolean) => {
    const entries = groupBy([...open].filter(may), keyOf)
    const waiting = groupBy(
      named.filter(({ finding }) => !paired.has(finding)),
      ({ identity }) => keyOf(identity),
    )
    for (const [key, group] of waiting) {
      const matching = entries.get(key) ?? []
      if (onlyOne && (group.length !== 1 || matching.length !== 1)) continue
      for (const [index, { finding, identity }] of group.entries()) {
        const entry = matching[index]
        if (entry === undefined) break
        open.delete(entry)
        paired.set(finding, { ...entry, ...identity })
      }
    }
  }
  const keys = (pointer: string) => pointer.replace(/\/\d+(?=\/|$)/g, "/*")
  pair(
    ({ rule, file, document, pointer, hash }) => JSON.stringify([rule, file, document, pointer, hash]),
    false,
    () => true,
  )
  pair(
    ({ rule, file, document, pointer, hash }) => JSON.stringify([rule, file, document, keys(pointer), hash]),
    true,
    ({ pointer }) => pointer !== "",
  )
  pair(
    ({ rule, document, pointer, hash }) => JSON.stringify([rule, document, keys(pointer), hash]),
    true,
    ({ file }) => !exists(file),
  )
  const reported = findings.flatMap((finding) => {
    const entry = paired.get(finding)
    if (entry === undefined) return [finding]
    return entry.until < today
      ? [{ ...finding, message: `${finding.message} (accepted until ${entry.until}: ${entry.reason})` }]
      : []
  })
  return { findings: reported, silenced: findings.length - reported.length, remaining: [...paired.values()] }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
