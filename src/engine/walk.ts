import type { Path } from "../model/path.ts"
import { child, isArray, isObject, keysOf, type Value } from "../model/value.ts"
import type { Term, TermSegment } from "./compiled.ts"

/** A value (`undefined`: missing) and, unless it was computed, where it stands. */
export interface Node {
  readonly value: Value | undefined
  /** `file` is `null` in the document that the rule looks at. */
  readonly place?: { readonly file: string | null; readonly path: Path }
}

/** Whether path segments may lead to several nodes (or none), rather than to one that is there or missing. */
export function leadsToMany(segments: readonly TermSegment[]): boolean {
  return segments.some(({ type }) => type === "wildcard" || type === "slice" || type === "descendant")
}

/**
 * Follow segments from a node, in the order of RFC 9535.
 * @param compute the value of a computed segment's expression.
 * @param spend told of the work of each step, in nodes; it may throw to end the walk.
 */
export function walk(
  start: Node,
  segments: readonly TermSegment[],
  compute: (term: Term) => Value | undefined,
  spend?: (count: number) => void,
): readonly Node[] {
  let nodes: readonly Node[] = [start]
  for (const segment of segments) {
    const next = (node: Node) => {
      const found = step(node, segment, compute)
      // A deep node carries a long path.
      spend?.(found.length * (1 + depthOf(node) / 8))
      return found
    }
    nodes = nodes.length === 1 ? next(nodes[0] as Node) : nodes.flatMap(next)
  }
  return nodes
}

/** One segment. A member or element that is not there is one missing node, so that its place can be written to. */
function step(node: Node, segment: TermSegment, compute: (term: Term) => Value | undefined): readonly Node[] {
  const { value } = node
  switch (segment.type) {
    case "member":
      return [below(node, segment.name)]
    case "index":
      return [element(node, segment.index)]
    case "wildcard":
      return children(node)
    case "slice":
      return isArray(value) ? slice(value.length, segment).map((index) => below(node, index)) : []
    case "descendant":
      return descendants(node)
        .flatMap((each) => step(each, segment.inner, compute))
        .filter((each) => each.value !== undefined)
    case "computed": {
      const key = compute(segment.term)
      if (typeof key === "string") return [below(node, key)]
      return [typeof key === "number" && Number.isInteger(key) ? element(node, key) : { value: undefined }]
    }
  }
}

/** A node whose place is made when it is asked for: most rules read values, and a document has many places. */
class Below implements Node {
  readonly value: Value | undefined
  readonly depth: number
  readonly #above: Node
  readonly #key: string | number

  constructor(above: Node, key: string | number, value: Value | undefined) {
    this.value = value
    this.depth = depthOf(above) + 1
    this.#above = above
    this.#key = key
  }

  get place(): NonNullable<Node["place"]> {
    const path: (string | number)[] = []
    let node: Node = this
    for (; node instanceof Below; node = node.#above) path.push(node.#key)
    const { file = null, path: start = [] } = node.place ?? {}
    return { file, path: [...start, ...path.reverse()] }
  }
}

function depthOf(node: Node): number {
  return node instanceof Below ? node.depth : (node.place?.path.length ?? 0)
}

function below(node: Node, key: string | number): Node {
  const value = child(node.value, key)
  return node instanceof Below || node.place !== undefined ? new Below(node, key, value) : { value }
}

/** An index counts from the end when it is negative, and means nothing outside an array. */
function element(node: Node, index: number): Node {
  if (!isArray(node.value)) return node.value === undefined ? below(node, index) : { value: undefined }
  const at = index < 0 ? node.value.length + index : index
  return at < 0 ? { value: undefined } : below(node, at)
}

/** Elements or members, in order; nothing below a scalar. */
export function children(node: Node): readonly Node[] {
  const { value } = node
  if (isArray(value)) return value.map((_, index) => below(node, index))
  return isObject(value) ? keysOf(value).map((key) => below(node, key)) : []
}

/** The node and everything below it, each before what it holds. */
export function descendants(node: Node): readonly Node[] {
  return node.value === undefined ? [] : [node, ...children(node).flatMap(descendants)]
}

/** RFC 9535, 2.3.4.2.2. */
function slice(length: number, bounds: { start: number | null; end: number | null; step: number | null }): number[] {
  const by = bounds.step ?? 1
  if (by === 0) return []
  const normal = (index: number) => (index < 0 ? length + index : index)
  const within = (index: number, low: number, high: number) => Math.min(Math.max(index, low), high)
  const indices: number[] = []
  if (by > 0) {
    const end = within(normal(bounds.end ?? length), 0, length)
    for (let index = within(normal(bounds.start ?? 0), 0, length); index < end; index += by) indices.push(index)
  } else {
    const end = within(bounds.end === null ? -1 : normal(bounds.end), -1, length - 1)
    const start = within(bounds.start === null ? length - 1 : normal(bounds.start), -1, length - 1)
    for (let index = start; index > end; index += by) indices.push(index)
  }
  return indices
}
