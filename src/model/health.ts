/** How a project fares: now, and over a time. */
export interface Health {
  readonly project: string
  /** In UTC. */
  readonly since: string
  readonly until: string
  /** As they are now, by path. */
  readonly files: readonly FileHealth[]
  /** Files by the entry of the configuration that names them. */
  readonly groups: readonly GroupHealth[]
  readonly rules: readonly RuleHealth[]
  readonly repairs: RepairHealth
  readonly monitor: MonitorRecord
  /** What waits for a person. */
  readonly pending: readonly PendingDecision[]
  /** One for each day of the time, oldest first. */
  readonly days: readonly DayHealth[]
}

export interface FileHealth {
  readonly path: string
  readonly errors: number
  readonly warnings: number
  /** How often something was found in it. */
  readonly found: number
}

export interface GroupHealth {
  readonly name: string
  readonly files: number
  /** Files without an error. */
  readonly healthy: number
}

export interface RuleHealth {
  readonly rule: string
  /** Findings there are now. */
  readonly now: number
  /** Findings that came up in the time. */
  readonly found: number
}

export interface RepairHealth {
  /** Changes that a rule asked for and that were made. */
  readonly made: number
  /** Those that were tried and not made. */
  readonly failed: number
  /** Of what came up and is over: how long it was there, in seconds; `null`: nothing was. */
  readonly meanSeconds: number | null
  readonly medianSeconds: number | null
  /** What put an end to it. */
  readonly endedBy: { readonly repair: number; readonly edit: number; readonly configuration: number }
}

export interface MonitorRecord {
  /** Part of the time in which a monitor was there, from its first start on; `null`: there was none yet. */
  readonly availability: number | null
  readonly seconds: number
  /** Whether one is there now. */
  readonly running: boolean
}

export interface PendingDecision {
  readonly what: string
  readonly file: string | null
  readonly since: string
}

export interface DayHealth {
  /** 2030-01-31, in UTC. */
  readonly date: string
  readonly found: number
  readonly resolved: number
  readonly repaired: number
  /** Part of the day in which a monitor was there; `null` before its first start. */
  readonly watched: number | null
}
