import type { CommonOptions } from "./commands/checkOptions.ts"

export interface WatchOptions extends Pick<CommonOptions, "config" | "env"> {
  readonly fix: boolean
  readonly format: "text" | "json"
  readonly scan?: string
  readonly poll?: true
  readonly detach?: true
  readonly stop?: true
  readonly status?: true
}
