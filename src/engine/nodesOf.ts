import type { Path } from "../model/path.ts"
import { isArray, isObject, keysOf, type Value } from "../model/value.ts"

export interface ValueNode {
  readonly path: Path
  readonly value: Value
}

/** Every node with its path, the root first. */
export function* nodesOf(value: Value, path: Path = []): Generator<ValueNode> {
  yield { path, value }
  for (const child of childrenOf({ path, value })) yield* nodesOf(child.value, child.path)
}

/** The members or elements of a node, in the order of the text. */
export function childrenOf({ path, value }: ValueNode): readonly ValueNode[] {
  if (isArray(value)) return value.map((item, index) => ({ path: [...path, index], value: item }))
  if (isObject(value)) return keysOf(value).map((key) => ({ path: [...path, key], value: value[key] as Value }))
  return []
}
