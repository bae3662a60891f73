import type { Operation } from "../model/operation.ts"
import type { Path } from "../model/path.ts"
import type { Value } from "../model/value.ts"

/** An operation that was done, with the value it was done on. */
export interface Done {
  readonly operation: Operation
  readonly root: Value
}

/** Where one operation leaves a node; `undefined` when it goes. A node that is neither at, below nor beside the operation's places must stay. */
export type Mapping = (path: Path, operation: Operation, root: Value) => Path | undefined

/** Follows nodes through operations done one after the other. A node only asks those that can concern it, so that many cost little. */
export class Trail {
  readonly #done: readonly Done[]
  readonly #map: Mapping
  readonly #byAnchor = new Map<string, number[]>()

  constructor(done: readonly Done[], map: Mapping) {
    this.#done = done
    this.#map = map
    for (const [index, { operation }] of done.entries())
      for (const anchor of anchorsOf(operation)) {
        const key = keyOfPath(anchor)
        const known = this.#byAnchor.get(key)
        if (known === undefined) this.#byAnchor.set(key, [index])
        else known.push(index)
      }
  }

  follow(path: Path): Path | undefined {
    let current = path
    let lists = this.#listsOf(current)
    let next = 0
    for (;;) {
      const index = Math.min(...lists.map((list) => firstFrom(list, next)))
      const done = this.#done[index]
      if (done === undefined) return current
      const moved = this.#map(current, done.operation, done.root)
      if (moved === undefined) return undefined
      if (moved !== current) lists = this.#listsOf(moved)
      current = moved
      next = index + 1
    }
  }

  #listsOf(path: Path): readonly (readonly number[])[] {
    return prefixKeys(path).flatMap((key) => {
      const list = this.#byAnchor.get(key)
      return list === undefined ? [] : [list]
    })
  }
}

/** From where on an operation can concern a node: beside a place that is taken from a list or put into it, everything shifts. */
function anchorsOf(operation: Operation): readonly Path[] {
  const list = (path: Path) => (typeof path.at(-1) === "number" ? path.slice(0, -1) : path)
  if (operation.op === "move") return [list(operation.from), list(operation.path)]
  return [operation.op === "remove" || operation.op === "insert" ? list(operation.path) : operation.path]
}

/** The first of the ascending indices that is not below `next`; infinity when there is none. */
function firstFrom(list: readonly number[], next: number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] ?? 0) < next) low = middle + 1
    else high = middle
  }
  return list[low] ?? Number.POSITIVE_INFINITY
}

/** A path as a key of a map. An index and the key of the same digits are one, as in a pointer. */
export function keyOfPath(path: Path): string {
  return path.map(stepKey).join("")
}

/** The keys of every path that a path starts with, the root's first and its own last. */
export function prefixKeys(path: Path): readonly string[] {
  const keys = [""]
  let key = ""
  for (const step of path) {
    key += stepKey(step)
    keys.push(key)
  }
  return keys
}

function stepKey(step: string | number): string {
  return `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`
}
