import type { Path } from "../../model/path.ts"
import { type ArrayValue, child, equal, isArray, isObject, keysOf, type Value } from "../../model/value.ts"
import { matches } from "./diff3.ts"
import { type ListKind, type ListKindsOf, wordOf, wordsOf } from "./listIdentity.ts"

/** Where a node of one value stands in another: by keys, and in lists by the names of the elements. `undefined`: nowhere. */
export function counterpart(from: Value, to: Value, path: Path, declared?: ListKindsOf): Path | undefined {
  const found: (string | number)[] = []
  let [here, there]: [Value | undefined, Value | undefined] = [from, to]
  for (const step of path) {
    const next =
      typeof step === "number" && isArray(here) && isArray(there) ? indexIn(here, there, step, declared?.(found)) : step
    if (next === undefined) return undefined
    found.push(next)
    here = child(here, step)
    there = child(there, next)
    if (there === undefined) return undefined
  }
  return found
}

function indexIn(from: ArrayValue, to: ArrayValue, index: number, kinds?: readonly ListKind[]): number | undefined {
  const [here, there] = wordsOf(from, to, kinds)
  const matched = matches(here, there)[index]
  if (matched !== undefined) return matched
  const word = wordOf(from[index] ?? null)
  const equals = to.findIndex((element) => wordOf(element) === word)
  if (equals >= 0) return equals
  return from.length === to.length ? index : undefined
}

/** The places of a value that are not in another, or other there: each as deep as both have the same kind of container. */
export function placesOther(
  value: Value,
  than: Value | undefined,
  path: Path = [],
  declared?: ListKindsOf,
): readonly Path[] {
  if (equal(value, than)) return []
  if (isObject(value) && isObject(than))
    return keysOf(value).flatMap((key) =>
      placesOther(value[key] as Value, Object.hasOwn(than, key) ? than[key] : undefined, [...path, key], declared),
    )
  if (isArray(value) && isArray(than)) {
    const [here, there] = wordsOf(value, than, declared?.(path))
    const found = matches(here, there)
    return value.flatMap((element, index) => {
      const at = found[index]
      return placesOther(element, at === undefined ? undefined : than[at], [...path, index], declared)
    })
  }
  return [path]
}
