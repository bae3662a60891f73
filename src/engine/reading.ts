import type { Document, Problem } from "../model/document.ts"
import type { Source } from "../model/source.ts"

/** A source, read. */
export interface Reading {
  readonly source: Source
  readonly documents: readonly Document[]
  /** None is an error. */
  readonly problems: readonly Problem[]
}

/** The law of lossless editing that is broken, and where. */
export interface Loss {
  readonly law: string
  readonly detail: string
}
