import type { Path } from "../../model/path.ts"
import type { Value } from "../../model/value.ts"
import type { ListKindsOf } from "./listIdentity.ts"

export type Side = "ours" | "theirs"

export interface MergeWay {
  /** Whose value is taken where the sides conflict; the ancestor's, to see what stood there before. */
  readonly prefer: Side | "base"
  /** What a schema or a rule says of a list. */
  readonly declared?: ListKindsOf
  /** Go by the names of elements; without, by their places alone. */
  readonly byName?: boolean
}

/** The three values at one place; `undefined`: nothing is there. */
export interface Three {
  readonly base: Value | undefined
  readonly ours: Value | undefined
  readonly theirs: Value | undefined
}

/** A place that both sides changed, each in its way. What is absent is not there on that side. */
export interface ValueConflict {
  /** In the merged value. */
  readonly path: Path
  readonly base?: Value
  readonly ours?: Value
  readonly theirs?: Value
  /** The values are those of the elements from there on, as many as each side has. */
  readonly elements?: true
}

export interface MergedValue {
  /** `undefined`: nothing is left at the place. */
  readonly value: Value | undefined
  readonly conflicts: readonly ValueConflict[]
}

export function conflictOf(three: Three, { prefer }: MergeWay, path: Path): MergedValue {
  const there = Object.entries(three).filter(([, value]) => value !== undefined)
  return { value: three[prefer], conflicts: [{ path, ...Object.fromEntries(there) }] }
}
