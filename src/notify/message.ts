export type Severity = "error" | "warning" | "info"

/** One thing that somebody should hear of. Its texts are free of secrets. */
export interface Notice {
  /** The same for the same thing, however often it is handed in: who has heard of it is not told again. */
  readonly id: string
  /** In UTC, as 2030-01-31T12:00:00.000Z. */
  readonly time: string
  readonly severity: Severity
  /** One line: what happened. */
  readonly title: string
  /** Relative to the project; absent where it is about no file. */
  readonly file?: string
  /** Why it matters; lines. */
  readonly detail?: string
  /** A unified diff. */
  readonly diff?: string
  /** What a person can do about it: a sentence or a command. */
  readonly todo?: string
  /** A person must act: on what, the same as long as it is the same matter. It is told again until somebody acknowledges it or it is over. */
  readonly concern?: string
}

/** What one channel is given at once: the notices of a while. */
export interface Message {
  /** The same at every attempt to deliver it, so that who receives it twice can know. */
  readonly key: string
  /** When it was put together, in UTC. */
  readonly time: string
  /** Name of the project. */
  readonly project: string
  /** The worst first; at most ten of them. */
  readonly notices: readonly Notice[]
  /** How many there were, by severity. */
  readonly counts: Readonly<Record<Severity, number>>
}

/** More than this at once is a number and a place to look, not a list. */
const shownNotices = 10

const ranks: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 }

export function atLeast(severity: Severity, least: Severity): boolean {
  return ranks[severity] <= ranks[least]
}

/** @param notices at least one */
export function makeMessage(
  notices: readonly Notice[],
  { key, time, project }: Pick<Message, "key" | "time" | "project">,
): Message {
  const sorted = notices.toSorted(
    (a, b) =>
      Number(b.concern !== undefined) - Number(a.concern !== undefined) ||
      ranks[a.severity] - ranks[b.severity] ||
      a.time.localeCompare(b.time),
  )
  const count = (severity: Severity) => notices.filter((notice) => notice.severity === severity).length
  const counts = { error: count("error"), warning: count("warning"), info: count("info") }
  return { key, time, project, notices: sorted.slice(0, shownNotices), counts }
}

export function worst({ counts }: Message): Severity {
  if (counts.error > 0) return "error"
  return counts.warning > 0 ? "warning" : "info"
}

export function total({ counts }: Message): number {
  return counts.error + counts.warning + counts.info
}
