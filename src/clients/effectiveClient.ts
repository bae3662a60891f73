import type { Path } from "../model/path.ts"
import type { Ignored, Layer, Layered, Meetings } from "./layering.ts"

/** Where a client runs, and what it finds there. */
export interface Place {
  /** Absolute, as is `home`. */
  readonly folder: string
  readonly home: string
  readonly platform: NodeJS.Platform
  /** The top of the repository, for a linked worktree that of the main one. */
  readonly repository: string | undefined
  readonly environment: (name: string) => string | undefined
  readonly exists: (path: string) => boolean
  /** Names in a folder, sorted; none where there is no folder. */
  readonly names: (folder: string) => readonly string[]
  /** A file as a layer; `undefined`: it is not there, or empty. @throws CfgsyncError `file-invalid` for one that does not parse */
  readonly read: (file: string, group: number) => Promise<Layer | undefined>
  /** The same of the text of a variable. @param under the key that its value stands under */
  readonly text: (variable: string, group: number, under?: string) => Promise<Layer | undefined>
}

/** What a client finds, the last counts, and what it leaves aside at once. */
export interface Found {
  readonly layers: readonly Layer[]
  readonly ignored: readonly Ignored[]
}

/** A client of which it is known what counts for it. */
export interface EffectiveClient {
  /** As people type it. */
  readonly id: string
  readonly title: string
  /** Where its servers stand in what counts, and the lens that reads them. */
  readonly at: Path
  readonly lens: string
  /** One of its files: what permits and forbids in such a one does so in the whole. */
  readonly file: string
  readonly find: (place: Place) => Promise<Found>
  readonly meetings: Meetings
  /** What it makes of the whole in the end. */
  readonly finish?: (whole: Layered, layers: readonly Layer[]) => Layered
  /** What is not in the answer. */
  readonly beyond: string
}
