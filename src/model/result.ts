import type { Finding } from "./finding.ts"
import type { Deferred, Plan } from "./plan.ts"
import type { Source } from "./source.ts"

/** What a check saw. Findings are in order of file, place, rule; `sources` holds the text of every file that has one. */
export interface CheckResult {
  /** Absolute path of the project root. */
  readonly root: string
  /** Number of managed files read. */
  readonly files: number
  readonly findings: readonly Finding[]
  readonly sources: ReadonlyMap<string, Source>
  /** Accepted or suppressed findings that were not reported. */
  readonly silenced: number
  readonly milliseconds: number
}

/** What a fix did, or would do: `findings` are those that are left; `plan` what was (or would be) written. */
export interface FixResult extends CheckResult {
  readonly plan: Plan
  readonly deferred: readonly Deferred[]
  /** False for a dry run. */
  readonly written: boolean
}
