import type { Operation } from "../../src/model/operation.ts"
import type { Path } from "../../src/model/path.ts"
import {
  type ArrayValue,
  equal,
  isArray,
  isObject,
  keysOf,
  type ObjectValue,
  type Value,
} from "../../src/model/value.ts"

/** The operations that lead from one value to another, one after the other, each on as small a part as can be. */
export function differences(path: Path, from: Value, to: Value): readonly Operation[] {
  if (equal(from, to)) return []
  if (isArray(from) && isArray(to)) return ofLists(path, from, to)
  if (isObject(from) && isObject(to)) return ofObjects(path, from, to)
  return [{ op: "set", path, value: to }]
}

function ofObjects(path: Path, from: ObjectValue, to: ObjectValue): readonly Operation[] {
  const gone = keysOf(from).filter((key) => !Object.hasOwn(to, key))
  return [
    ...keysOf(to).flatMap((key): readonly Operation[] =>
      Object.hasOwn(from, key)
        ? differences([...path, key], from[key] as Value, to[key] as Value)
        : [{ op: "set", path: [...path, key], value: to[key] as Value }],
    ),
    ...gone.map((key): Operation => ({ op: "remove", path: [...path, key] })),
  ]
}

/** What is alike at both ends stays; of what lies between, elements are changed in place as far as both have them. */
function ofLists(path: Path, from: ArrayValue, to: ArrayValue): readonly Operation[] {
  const most = Math.min(from.length, to.length)
  let start = 0
  while (start < most && equal(from[start], to[start])) start++
  let tail = 0
  while (tail < most - start && equal(from[from.length - 1 - tail], to[to.length - 1 - tail])) tail++
  const operations: Operation[] = []
  for (let i = start; i < most - tail; i++)
    operations.push(...differences([...path, i], from[i] as Value, to[i] as Value))
  for (let i = from.length - tail - 1; i >= most - tail; i--) operations.push({ op: "remove", path: [...path, i] })
  for (let i = most - tail; i < to.length - tail; i++)
    operations.push({ op: "insert", path: [...path, i], value: to[i] as Value })
  return operations
}
