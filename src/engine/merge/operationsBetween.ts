import type { Operation } from "../../model/operation.ts"
import type { Path } from "../../model/path.ts"
import { type ArrayValue, equal, isArray, isObject, keysOf, type ObjectValue, type Value } from "../../model/value.ts"
import { matches } from "./diff3.ts"
import { type ListKindsOf, wordsOf } from "./listIdentity.ts"

/** Operations that make one value of another when carried out in turn, each as deep as it can be: what is the same is not touched. */
export function operationsBetween(
  from: Value,
  to: Value,
  path: Path = [],
  declared?: ListKindsOf,
): readonly Operation[] {
  if (equal(from, to)) return []
  if (isObject(from) && isObject(to)) return ofObjects(from, to, path, declared)
  if (isArray(from) && isArray(to)) return ofLists(from, to, path, declared)
  return [{ op: "set", path, value: to }]
}

function ofObjects(from: ObjectValue, to: ObjectValue, path: Path, declared?: ListKindsOf): readonly Operation[] {
  const gone = keysOf(from).filter((key) => !Object.hasOwn(to, key))
  return [
    ...gone.map((key): Operation => ({ op: "remove", path: [...path, key] })),
    ...keysOf(to).flatMap((key): readonly Operation[] => {
      const [was, value] = [Object.hasOwn(from, key) ? from[key] : undefined, to[key] as Value]
      return was === undefined
        ? [{ op: "set", path: [...path, key], value }]
        : operationsBetween(was, value, [...path, key], declared)
    }),
  ]
}

/** From the end to the start, so that each index still counts in the list as it was. */
function ofLists(from: ArrayValue, to: ArrayValue, path: Path, declared?: ListKindsOf): readonly Operation[] {
  const [was, is] = wordsOf(from, to, declared?.(path))
  const found = matches(was, is)
  const operations: Operation[] = []
  let [end, toEnd] = [from.length, to.length]
  while (end > 0 || toEnd > 0) {
    let start = end
    while (start > 0 && found[start - 1] === undefined) start--
    const before = start > 0 ? found[start - 1] : undefined
    const toStart = before === undefined ? 0 : before + 1
    operations.push(...ofGap(from.slice(start, end), to.slice(toStart, toEnd), start, path, declared))
    if (before === undefined) break
    // Of the same name, which need not be equal.
    end = start - 1
    toEnd = toStart - 1
    operations.push(...operationsBetween(from[end] as Value, to[toEnd] as Value, [...path, end], declared))
  }
  return operations
}

/** Elements that have no equal on the other side: one for one, and the rest comes or goes. */
function ofGap(from: ArrayValue, to: ArrayValue, at: number, path: Path, declared?: ListKindsOf): readonly Operation[] {
  const both = Math.min(from.length, to.length)
  const operations: Operation[] = []
  for (let index = from.length - 1; index >= both; index--)
    operations.push({ op: "remove", path: [...path, at + index] })
  for (let index = to.length - 1; index >= both; index--)
    operations.push({ op: "insert", path: [...path, at + both], value: to[index] as Value })
  for (let index = both - 1; index >= 0; index--)
    operations.push(...operationsBetween(from[index] as Value, to[index] as Value, [...path, at + index], declared))
  return operations
}
