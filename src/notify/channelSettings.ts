import type { Severity } from "./message.ts"

/** Where a secret is: in a variable of the environment, never in the configuration. */
export interface InEnvironment {
  readonly env: string
}

/** What every channel has. */
export interface CommonSettings {
  /** Less severe things are not for this channel. Unless said: `warning`. */
  readonly severity?: Severity
  /** How long the first notice waits for others: `30s`. */
  readonly group?: string
  /** At most so many messages in so long: `20/1h`. */
  readonly limit?: string
  readonly quiet?: {
    readonly from: string
    readonly to: string
    readonly timezone?: string
    readonly except?: Severity
  }
  /** How often what needs a person is told again: `4h`; `"never"`. */
  readonly repeat?: string
}

export type ChannelSettings = CommonSettings &
  (
    | { readonly type: "terminal" }
    | { readonly type: "desktop" }
    | { readonly type: "slack"; readonly url: InEnvironment }
    | { readonly type: "webhook"; readonly url: string | InEnvironment; readonly secret?: InEnvironment }
    | {
        readonly type: "email"
        readonly host: string
        readonly port?: number
        readonly encryption?: "starttls" | "tls" | "none"
        readonly user?: string
        readonly password?: InEnvironment
        readonly from: string
        readonly to: readonly string[]
        /** Path of a file with certificates (PEM) that are trusted besides the known ones. */
        readonly ca?: string
      }
  )
