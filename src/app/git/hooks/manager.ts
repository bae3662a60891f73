import type { HookName } from "../hookNames.ts"

export type ManagerName = "git" | "husky" | "lefthook" | "pre-commit"

/** How cfgsync stands in one hook. `stale`: it is there, but as an older cfgsync, or one that lies elsewhere, wrote it. `by-hand`: somebody wrote the call himself. */
export type HookState = "installed" | "by-hand" | "stale" | "missing"

/** One file that a manager keeps hooks in. */
export interface HookFile {
  /** Absolute. */
  readonly path: string
  /** What it holds; `null`: it is not there. */
  readonly text: string | null
  /** The hooks that cfgsync has in it, or would have. */
  readonly hooks: readonly { readonly hook: HookName; readonly state: HookState }[]
  /** What it would hold with all hooks of cfgsync in it. */
  readonly installed: string | null
  /** What it would hold without; `null`: it would go. */
  readonly removed: string | null
  readonly executable: boolean
  /** A file that makes way for it, under its new name. */
  readonly aside?: string
}

/** What cares for the hooks of a repository, and how cfgsync is put there. */
export interface Manager {
  readonly name: ManagerName
  readonly files: readonly HookFile[]
  /** What a person has to do besides. */
  readonly notes: readonly string[]
}
