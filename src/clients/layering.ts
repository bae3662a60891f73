import { formatPath, type Path, valueAt } from "../model/path.ts"
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

/** A setting that the client does not take from where it stands. */
export interface Ignored extends Setting {
  readonly why: string
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

/** A list that is joined with those before it. @param all what all of them hold, `last` included */
export type Join = (all: readonly Value[], last: readonly Value[], first: readonly Value[]) => readonly Value[]

/** How the values of two layers meet at a path, where it is not as usual; `whole`: an object is replaced too. @param group of the later one */
export type Meetings = (path: Path, group: number) => Join | "whole" | undefined

/** What all lists hold, each once. */
export const union: Join = (all) => [...new Set(all)]

/** What each list holds, one after the other. */
export const concatenation: Join = (all) => all

/** Objects are merged key by key, all else is replaced by what comes later. @param layers in the order that they are read */
export function layered(layers: readonly Layer[], meetings: Meetings): Layered {
  const overridden: Overridden[] = []
  const merge = (before: Node | undefined, after: Node, path: Path): Node => {
    if (before === undefined) return after
    const meeting = meetings(path, after.group)
    if (before.kind === "branch" && after.kind === "branch" && meeting !== "whole") {
      const children = new Map(before.children)
      for (const [key, child] of after.children) children.set(key, merge(children.get(key), child, [...path, key]))
      return { ...after, children }
    }
    if (typeof meeting === "function" && before.kind === "leaf" && after.kind === "leaf")
      if (before.group !== after.group && isArray(before.value) && isArray(after.value)) {
        const history = [...before.history, ...after.history]
        const value = meeting(history, after.value, before.value)
        return { ...after, history, value, from: `${before.from}, ${after.from}` }
      }
    overridden.push(...lostIn(before, after, path))
    return after
  }
  const root = layers.reduce<Node>((node, layer) => merge(node, nodeOf(layer.value, layer), []), emptyNode)
  return { value: valueOfNode(root), settings: settingsOf(root, []), overridden }
}

/** The settings of a node that another takes the place of. */
function lostIn(before: Node, after: Node, path: Path): readonly Overridden[] {
  const whole = valueOfNode(after)
  return settingsOf(before, path).flatMap((setting) => {
    const value = valueAt(whole, setting.path.slice(path.length))
    if (value !== undefined && equal(setting.value, value)) return []
    const by = value === undefined ? { path, value: whole } : { path: setting.path, value }
    return [{ ...setting, by: { ...by, from: after.from } }]
  })
}

/** Every setting of a layer of which nothing counts. */
export function ignoredLayer(layer: Layer, why: string): readonly Ignored[] {
  return settingsOf(nodeOf(layer.value, layer), []).map((setting) => ({ ...setting, why }))
}

/** A layer without what the client does not take from it. @param why `undefined` for a key that counts */
export function sifted(
  layer: Layer,
  why: (path: Path) => string | undefined,
): { readonly layer: Layer; readonly ignored: readonly Ignored[] } {
  const ignored: Ignored[] = []
  const left = (value: Value, path: Path): Value | undefined => {
    const reason = why(path)
    if (reason !== undefined) {
      ignored.push({ path, value, from: layer.name, why: reason })
      return undefined
    }
    if (!isObject(value)) return value
    const entries = keysOf(value).flatMap((key): (readonly [string, Value])[] => {
      const kept = left(value[key] ?? null, [...path, key])
      return kept === undefined ? [] : [[key, kept]]
    })
    return entries.length === keysOf(value).length && entries.every(([key, each]) => each === value[key])
      ? value
      : makeObject(entries)
  }
  const value = left(layer.value, [])
  return { layer: { ...layer, value: value ?? makeObject([]) }, ignored }
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

export function overriddenText({ path, from, by }: Overridden): string {
  return `${formatPath(path)} of ${from} has no effect: ${by.from} says otherwise`
}

export function ignoredText({ path, from, why }: Ignored): string {
  return path.length === 0 ? `${from} has no effect: ${why}` : `${formatPath(path)} of ${from} has no effect: ${why}`
}
