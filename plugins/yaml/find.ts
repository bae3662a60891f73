import type { Path } from "../../src/model/path.ts"
import type { Collection, Entry, MapNode, Node } from "./tree.ts"

/** One step from a collection to an entry of it. `via` says that it leads into text that stands elsewhere. */
interface Step {
  readonly parent: Collection
  readonly entry: Entry
  readonly index: number
  readonly via: "own" | "merge"
}

/** How far a path leads. `alias` is the first alias that was followed on the way (not one at its end). */
export interface Walk {
  readonly steps: readonly Step[]
  readonly node: Node
  readonly rest: Path
  readonly alias: string | undefined
}

export function walk(root: Node, path: Path): Walk {
  const steps: Step[] = []
  let node = root
  let alias: string | undefined
  for (const [depth, part] of path.entries()) {
    const target = resolve(node)
    if (target.kind === "scalar") return { steps, node, rest: path.slice(depth), alias }
    const step = next(target as Collection, part)
    if (node.kind === "alias" && alias === undefined) alias = aliasName(node)
    if (step === undefined) return { steps, node, rest: path.slice(depth), alias }
    steps.push(step)
    node = step.entry.value
  }
  return { steps, node, rest: [], alias }
}

export function resolve(node: Node): Exclude<Node, { kind: "alias" }> {
  let target = node
  while (target.kind === "alias") target = target.target
  return target
}

export function aliasName(node: Node): string {
  return node.kind === "alias" ? (node.target.anchor?.source.slice(1) ?? "") : ""
}

/** Built once for each map: asking for every key of a large one must not be quadratic. */
const indexes = new WeakMap<MapNode, ReadonlyMap<string, number>>()

function indexOf(map: MapNode, name: string): number | undefined {
  let index = indexes.get(map)
  if (index === undefined) {
    index = new Map(map.entries.flatMap((entry, at) => (entry.merge ? [] : [[entry.name ?? "", at] as const])))
    indexes.set(map, index)
  }
  return index.get(name)
}

/** Whether a map would still have a key without its own entry for it. */
export function inherits(map: Collection, part: string): boolean {
  return map.kind === "map" && inherited(map, part) !== undefined
}

function next(parent: Collection, part: string | number): Step | undefined {
  if (parent.kind === "seq") {
    const entry = typeof part === "number" ? parent.entries[part] : undefined
    return entry === undefined ? undefined : { parent, entry, index: Number(part), via: "own" }
  }
  const index = indexOf(parent, String(part))
  const entry = index === undefined ? undefined : parent.entries[index]
  if (entry !== undefined && index !== undefined) return { parent, entry, index, via: "own" }
  return inherited(parent, part)
}

function inherited(parent: MapNode, part: string | number): Step | undefined {
  for (const { merge, value } of parent.entries) {
    if (!merge) continue
    const sources = value.kind === "seq" ? value.entries.map((each) => each.value) : [value]
    for (const source of sources) {
      const target = resolve(source)
      const found = target.kind === "map" ? next(target, part) : undefined
      if (found !== undefined) return { ...found, via: "merge" }
    }
  }
  return undefined
}
