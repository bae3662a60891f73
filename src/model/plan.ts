import type { Finding, Repair } from "./finding.ts"
import type { Edit } from "./operation.ts"
import type { Source } from "./source.ts"

/** What a file holds at one moment of planning; `source: null`: it does not exist. `mode` is octal digits, where known. */
export interface FileVersion {
  readonly source: Source | null
  readonly mode?: string
}

/** One file of a plan, from the bytes it was made from to the bytes it will hold. */
export interface FilePlan {
  readonly path: string
  /** `null`: the file does not exist and is created. */
  readonly before: { readonly text: string; readonly bom: boolean } | null
  readonly after: { readonly text: string; readonly bom: boolean }
  /** Permission bits to set, as octal digits (`0600`); absent: as it was. */
  readonly mode?: string
  /** From `before.text` to `after.text`, ordered and disjoint. */
  readonly edits: readonly Edit[]
}

/** A proven edit of one or more files: applied whole or not at all. */
export interface Plan {
  readonly files: readonly FilePlan[]
  /** What it mends, and the repair taken for each. */
  readonly fixed: readonly { readonly finding: Finding; readonly repair: Repair }[]
}

/** The steps of the proof, in order, and then of the writing; a repair that is not made names the one that failed. */
export const proofSteps = [
  "edit",
  "parse",
  "value",
  "bytes",
  "gone",
  "unbroken",
  "idempotent",
  "conflict",
  "fresh",
  "write",
] as const
export type ProofStep = (typeof proofSteps)[number]

/** A repair that was tried and not taken. */
export interface Attempt {
  readonly repair: Repair
  readonly step: ProofStep
  readonly reason: string
}

/** A finding left as it is, and why. `reason` is a sentence for people; `attempts` tells it of every rung that was tried. */
export interface Deferred {
  readonly finding: Finding
  readonly step: ProofStep | "no-repair" | "unsafe" | "declined"
  readonly reason: string
  readonly attempts: readonly Attempt[]
}
