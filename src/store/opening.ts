import type { Database } from "./database.ts"
import type { End } from "./end.ts"
import type { Alarm, Event } from "./entry.ts"
import type { Signer } from "./note.ts"
import type { StorePlace } from "./place.ts"
import type { Witness } from "./witness.ts"

export interface OpenOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The time in UTC, as 2030-01-31T12:00:00.000Z. */
  readonly now: () => string
  /** Make a store where there is none. */
  readonly create: boolean
  /** Hears what its owner must know: a store that is damaged, gone, set back or new at its place. */
  readonly tell: (notice: string) => void
  /** Milliseconds to wait while another process has it; absent: ten seconds. */
  readonly patience?: number | undefined
  /** It is closed at once: see `openDatabase`. */
  readonly alone?: boolean | undefined
}

/** All that opening needs, the lock held. */
export interface Opening {
  readonly place: StorePlace
  readonly file: string
  readonly witness: Witness
  /** The folder of the keys. */
  readonly keys: string
  readonly signer: Signer
  readonly options: OpenOptions
  readonly release: () => void
}

/** A store that can be read, with what must be said in its log. */
export interface Opened {
  readonly database: Database
  readonly id: string
  readonly end: End
  /** To be added to its log. */
  readonly events: readonly Event[]
  /** What was found wrong with it. */
  readonly alarm?: Alarm
  readonly notices: readonly string[]
}
