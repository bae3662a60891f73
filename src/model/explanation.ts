import type { Repair, Safety, Severity } from "./finding.ts"
import type { Path } from "./path.ts"
import type { ProofStep } from "./plan.ts"
import type { Span } from "./span.ts"

/** Why a rule says nothing about a file at all, before any of its conditions is asked. */
export type Silence =
  | { readonly reason: "off" }
  | { readonly reason: "files"; readonly globs: readonly string[] }
  | { readonly reason: "formats"; readonly formats: readonly string[] }
  | { readonly reason: "environments"; readonly environments: readonly string[] }
  | { readonly reason: "no-document" }
  /** The document gives the rule more to look at than it may. */
  | { readonly reason: "too-costly" }
  /** The `for` that found nothing. */
  | { readonly reason: "no-binding"; readonly name: string; readonly in: string }

/** A condition with what json-rules-engine made of it. `value` and `expected` are `undefined` where they are missing. */
export type ExplainedCondition =
  | { readonly type: "all" | "any" | "not"; readonly holds: boolean; readonly parts: readonly ExplainedCondition[] }
  | {
      readonly type: "fact"
      readonly holds: boolean
      readonly fact: string
      readonly operator: string
      readonly value: unknown
      readonly expected: unknown
    }

export interface ExplainedClause {
  /** As written, in canonical form. */
  readonly text: string
  readonly holds: boolean
  readonly condition: ExplainedCondition
}

export interface ExplainedBinding {
  readonly name: string
  /** Absent for what stands in no document. */
  readonly path?: Path
  /** Of the value, in the file under check. */
  readonly span?: Span
  /** `undefined` where it is missing. */
  readonly value: unknown
}

/** One rung of the ladder: the repair, or why it is not possible here. */
export type Rung = { readonly title: string; readonly safety: Safety; readonly derived: boolean } & (
  | { readonly repair: Repair }
  | { readonly repair?: undefined; readonly reason: string }
)

/**
 * What came of a rung when it was proven alone. Of the rungs that are proven, `fix` takes the first that is safe, `fix --unsafe` the first
 * of all.
 */
type RungOutcome =
  | { readonly type: "taken" | "impossible" | "below" | "unsafe" }
  | { readonly type: "refused"; readonly step: ProofStep; readonly reason: string }

/** One evaluation of a rule; `R` is what is known of its rungs. */
export interface ExplainedFrame<R = Rung> {
  /** 0-based document of the file. */
  readonly document: number
  readonly bindings: readonly ExplainedBinding[]
  readonly where: readonly ExplainedClause[]
  /** Whether all of `where` holds. */
  readonly applies: boolean
  readonly require: readonly ExplainedClause[]
  /** Whether there is a finding. */
  readonly fires: boolean
  /** Of a rule that fires: its rungs in order. */
  readonly ladder: readonly R[]
}

export interface Explanation<R = Rung> {
  readonly rule: string
  readonly title: string
  readonly severity: Severity | "off"
  /** Present: there are no frames. */
  readonly silence?: Silence
  readonly frames: readonly ExplainedFrame<R>[]
}

/** A rung with what came of it. */
export type JudgedRung = Rung & { readonly outcome: RungOutcome }
