import { formatPath, type Path } from "../model/path.ts"
import { equal, isArray, isObject, keysOf, makeObject, type Value } from "../model/value.ts"

/** One place that a client takes settings from. */
export interface Layer {
  /** A file, or the variable that holds or names it. */
  readonly name: string
  readonly value: Value
  /** Layers of one group are one to the client: lists are joined only with those of another. */
  readonly group: number
}

/** A setting that counts, or one that another layer took its effect from. */
interface Setting {
  readonly path: Path
  readonly value: Value
  readonly from: string
}

export interface Overridden extends Setting {
  readonly by: Setting
}

export interface Layered {
  readonly value: Value
  readonly settings: readonly Setting[]
  readonly overridden: readonly Overridden[]
}

type Node =
  | Leaf
  | {
      readonly kind: "branch"
      readonly children: ReadonlyMap<string, Node>
      readonly from: string
      readonly group: number
    }
interface Leaf {
  readonly kind: "leaf"
  /** What was joined into it, layer after layer. */
  readonly history: readonly Value[]
  readonly value: Value
  readonly from: string
  readonly group: number
}

/** How a list at the root is joined with those before; without it, the later list counts alone. `all`: what all of them hold, `last` included. */
export type Joins = Readonly<Record<string, (all: readonly Value[], last: readonly Value[]) => readonly Value[]>>

/** Objects are merged key by key, all else is replaced by what comes later. @param layers in the order that they are read */
export function layered(layers: readonly Layer[], joins: Joins): Layered {
  const overridden: Overridden[] = []
  const merge = (before: Node | undefined, after: Node, path: Path): Node => {
    if (before === undefined) return after
    if (before.kind === "branch" && after.kind === "branch") {
      const children = new Map(before.children)
      for (const [key, child] of after.children) children.set(key, merge(children.get(key), child, [...path, key]))
      return { ...after, children }
    }
    const join = path.length === 1 ? joins[String(path[0])] : undefined
    if (join !== undefined && before.kind === "leaf" && after.kind === "leaf" && before.group !== after.group)
      if (isArray(before.value) && isArray(after.value)) {
        const history = [...before.history, ...after.history]
        return { ...after, history, value: join(history, after.value), from: `${before.from}, ${after.from}` }
      }
    const by = { path, value: valueOfNode(after), from: after.from }
    overridden.push(
      ...settingsOf(before, path)
        .filter(({ value }) => !equal(value, by.value))
        .map((setting) => ({ ...setting, by })),
    )
    return after
  }
  const root = layers.reduce<Node>((node, layer) => merge(node, nodeOf(layer.value, layer), []), emptyNode)
  return { value: valueOfNode(root), settings: settingsOf(root, []), overridden }
}

const emptyNode: Node = { kind: "branch", children: new Map(), from: "", group: -1 }

function nodeOf(value: Value, layer: Layer): Node {
  const { name: from, group } = layer
  if (!isObject(value)) return { kind: "leaf", value, from, group, history: isArray(value) ? value : [] }
  const children = new Map(keysOf(value).map((key) => [key, nodeOf(value[key] ?? null, layer)]))
  return { kind: "branch", from, group, children }
}

function valueOfNode(node: Node): Value {
  if (node.kind === "leaf") return node.value
  return makeObject([...node.children].map(([key, child]) => [key, valueOfNode(child)]))
}

function settingsOf(node: Node, path: Path): readonly Setting[] {
  if (node.kind === "leaf") return [{ path, value: node.value, from: node.from }]
  if (node.children.size === 0) return path.length === 0 ? [] : [{ path, value: makeObject([]), from: node.from }]
  return [...node.children].flatMap(([key, child]) => settingsOf(child, [...path, key]))
}

const strictness = ["allow", "ask", "deny"]

/** Whether a permission came out weaker than a layer asked for. */
export function isWeaker({ path, value, by }: Overridden): boolean {
  if (!path.includes("permission") || typeof value !== "string" || typeof by.value !== "string") return false
  return strictness.indexOf(by.value) < strictness.indexOf(value)
}

export function overriddenText({ path, from, by }: Overridden): string {
  return `${formatPath(path)} of ${from} has no effect: ${by.from} says otherwise`
}
