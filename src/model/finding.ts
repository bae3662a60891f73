import type { FileOperation, Operation } from "./operation.ts"
import type { Path } from "./path.ts"
import type { Span } from "./span.ts"

export const severities = ["error", "warning", "info"] as const
export type Severity = (typeof severities)[number]

export const findingKinds = ["syntax", "schema", "rule", "link", "drift", "missing", "unreadable"] as const
export type FindingKind = (typeof findingKinds)[number]

export const safeties = ["safe", "unsafe"] as const
/** `safe`: loses nothing and says what the owner meant; applied by `fix`. `unsafe`: a person asks for it (`--unsafe`, `--interactive`). */
export type Safety = (typeof safeties)[number]

/** Operations on one document of one file. */
export type RepairStep =
  | { readonly file: string; readonly document: number; readonly operation: Operation }
  | { readonly file: string; readonly operation: FileOperation }

/** One way to make a finding go away. Its steps may touch several files: all of them or none. */
export interface Repair {
  readonly title: string
  readonly safety: Safety
  readonly steps: readonly RepairStep[]
}

/** A file against a rule, a schema or a link. */
export interface Finding {
  /** Relative to the project root, forward slashes. */
  readonly file: string
  /** 0-based document of the file. */
  readonly document: number
  /** Rule id, `schema/NAME`, or `cfgsync/CODE` for what cfgsync itself finds. */
  readonly rule: string
  readonly kind: FindingKind
  readonly severity: Severity
  readonly message: string
  /** Which requirement of the rule is not met, from 0, where the rule has several: two may be told of at one place in the same words. */
  readonly part?: number
  readonly why?: string
  readonly docs?: string
  readonly path: Path
  /** Where the mistake itself is, at or below `path`; something may be missing there. */
  readonly about?: Path
  readonly span: Span
  /** Higher is repaired first where repairs meet. */
  readonly priority: number
  /** The ladder: explicit fixes in the order written, then the derived one. Empty: report only. */
  readonly repairs: readonly Repair[]
  /** Why there is no safe repair, where that is known. */
  readonly hindrance?: string
}
