import type { Path } from "../model/path.ts"
import { equal, isArray, isObject, keysOf, type Value } from "../model/value.ts"

/** A place at which two values differ. `before` absent: it was added; `after` absent: it was removed. */
export interface ValueChange {
  /** 0-based document of the file. */
  readonly document: number
  readonly path: Path
  readonly before?: Value
  readonly after?: Value
}

/**
 * The places at which two values of one document differ, as deep as both have the same kind of container, in the order of the first, then of the second.
 * Elements of arrays are compared by place, less what is the same at both ends: an element that is added in front is one change.
 */
export function valueChanges(
  before: Value | undefined,
  after: Value | undefined,
  path: Path = [],
): readonly Omit<ValueChange, "document">[] {
  if (equal(before, after)) return []
  if (isObject(before) && isObject(after)) {
    const keys = [...new Set([...keysOf(before), ...keysOf(after)])]
    return keys.flatMap((key) => valueChanges(own(before, key), own(after, key), [...path, key]))
  }
  if (isArray(before) && isArray(after)) return arrayChanges(before, after, path)
  return [{ path, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }]
}

function own(object: { readonly [key: string]: Value }, key: string): Value | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function arrayChanges(
  before: readonly Value[],
  after: readonly Value[],
  path: Path,
): readonly Omit<ValueChange, "document">[] {
  const shorter = Math.min(before.length, after.length)
  let head = 0
  while (head < shorter && equal(before[head], after[head])) head++
  let tail = 0
  while (tail < shorter - head && equal(before[before.length - 1 - tail], after[after.length - 1 - tail])) tail++
  const [left, right] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)]
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index) =>
    valueChanges(left[index], right[index], [...path, head + index]),
  ).flat()
}
