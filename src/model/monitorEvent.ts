import type { Finding, Safety } from "./finding.ts"
import type { Range } from "./span.ts"

/** A finding as the monitor tells of it: no secret is in its words. `range` is 1-based; absent where the file has no text. */
export interface ToldFinding extends Pick<Finding, "file" | "document" | "rule" | "kind" | "severity" | "message"> {
  /** RFC 6901. */
  readonly pointer: string
  readonly range?: Range
  readonly why?: string
  readonly docs?: string
  /** The best repair that there is: `safe` is made by itself where the monitor repairs; `null`: somebody must look. */
  readonly repair: { readonly title: string; readonly safety: Safety } | null
}

/** What may happen while a project is watched. */
export type Happening =
  | { readonly kind: "started"; readonly root: string; readonly pid: number; readonly files: number }
  | { readonly kind: "stopped"; readonly root: string; readonly reason: string }
  /** Once a minute, so that it can be known later when the project was watched. */
  | { readonly kind: "heartbeat"; readonly health: MonitorHealth }
  | { readonly kind: "finding"; readonly finding: ToldFinding }
  /** It is there no longer. `seconds`: how long it was there. */
  | {
      readonly kind: "resolved"
      readonly finding: ToldFinding
      readonly by: "repair" | "edit" | "configuration"
      readonly seconds: number
    }
  | {
      readonly kind: "repaired"
      readonly files: readonly string[]
      readonly repairs: readonly { readonly file: string; readonly rule: string; readonly title: string }[]
      readonly milliseconds: number
      /** Their numbers in the history, for `cfgsync undo`. */
      readonly changes: readonly number[]
    }
  /** There is a repair, and it could not be proven or made: a person is needed. */
  | { readonly kind: "unrepaired"; readonly finding: ToldFinding; readonly reason: string }
  /** The disk or the store refused; it is tried again by itself. */
  | {
      readonly kind: "repair-failed"
      readonly files: readonly string[]
      readonly reason: string
      readonly hint?: string
    }
  /** A file that keeps drifting is left alone until `until`: a person is needed. `with`: who fights, in words. */
  | {
      readonly kind: "fight"
      readonly file: string
      readonly rules: readonly string[]
      readonly with: string
      readonly repairs: number
      readonly seconds: number
      readonly until: string
    }
  | { readonly kind: "fight-over"; readonly file: string }
  /** A change that waits for a person to accept or reject it. */
  | { readonly kind: "pending"; readonly file: string; readonly reason: string }
  | { readonly kind: "settled"; readonly file: string; readonly as: "accepted" | "rejected" | "put back" | "gone" }
  /** The system tells of no changes, or not of all: files are looked at once in a while instead. */
  | { readonly kind: "degraded"; readonly reason: string; readonly hint?: string }
  | { readonly kind: "recovered"; readonly reason: string }
  /** A scan found changes that no event had told of. */
  | { readonly kind: "caught-up"; readonly files: number; readonly reason: string }
  /** The configuration, a rule or a schema changed; where it is invalid, the last good one still applies. */
  | { readonly kind: "configuration"; readonly valid: boolean; readonly message: string }

/**
 * One thing that happened. The id is the same for the same thing, also when the monitor is started again and sees it still: a finding is the same as
 * long as its file is not written.
 */
export type MonitorEvent = Happening & {
  readonly id: string
  /** In UTC, as 2030-01-31T12:00:00.000Z. */
  readonly time: string
}

export interface MonitorHealth {
  readonly root: string
  readonly pid: number
  readonly since: string
  readonly files: number
  readonly findings: { readonly error: number; readonly warning: number; readonly info: number }
  /** Files with findings. */
  readonly drifted: number
  readonly repairs: number
  readonly pending: number
  /** Files that are left alone because somebody keeps changing them back. */
  readonly fights: number
  /** `null`: all is well. */
  readonly degraded: string | null
  /** What is wrong with the configuration; `null`: it is valid. */
  readonly configuration: string | null
  /** How many files were looked at for the first time, of how many (0: they are still searched for); `null`: all were. */
  readonly beginning: { readonly looked: number; readonly of: number } | null
}
