import type { CommonOptions } from "./checkOptions.ts"

export interface InstallOptions extends Pick<CommonOptions, "config" | "env"> {
  readonly format: "text" | "json"
  readonly mergeDriver?: true
}

export interface HookOptions extends Pick<CommonOptions, "config" | "env"> {
  readonly format: "text" | "json"
  readonly policy?: "block" | "fix" | "warn"
}
