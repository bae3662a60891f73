import type { Drift, Present } from "./drift.ts"

/**
 * - `accepted`     the content is known-good from now on
 * - `pending`      it waits for a person to accept or reject it
 * - `put back`     the file is as it was accepted again
 * - `held back`    it may not be accepted, and is not put back: it has errors, say
 * - `quarantined`  it was put back too often: a person is needed
 * - `gone`         the file was removed, which is left as it is
 */
type Outcome = "accepted" | "pending" | "put back" | "held back" | "quarantined" | "gone"

export interface Settled {
  /** Relative to the project's root. */
  readonly path: string
  readonly outcome: Outcome
  /** Sentences for people: why, or what changed. They may tell of what stands in the file: say them as findings are said. */
  readonly reasons: readonly string[]
}

/** What becomes of a file, with what was asked to decide it. */
export interface Decision extends Settled {
  readonly now: Present | null
  readonly drift?: Drift
  readonly cause?: "policy" | "expected" | "git"
  readonly commit?: string
}
