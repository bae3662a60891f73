import type { Operation } from "../../src/model/operation.ts"
import { aliasName, inherits, type Walk } from "./find.ts"
import type { AliasNode, Node } from "./tree.ts"

/** Why an operation cannot be carried out without changing what stands elsewhere. */
export interface Refusal {
  readonly reason: string
  /** The anchor that is in the way, and the alias that could take it over. */
  readonly anchored?: { readonly node: Node; readonly heir: AliasNode }
}

/** @returns `undefined` where nothing else changes. */
export function refusal({ steps, node, rest, alias }: Walk, operation: Operation): Refusal | undefined {
  const last = steps.at(-1)
  const at = rest.length === 0
  const inherited = steps.findIndex(({ via }) => via === "merge")
  const overrides = operation.op === "set" && at && inherited >= 0 && inherited === steps.length - 1
  if (inherited >= 0 && !overrides) {
    const name = JSON.stringify(steps[inherited]?.entry.name ?? "")
    return {
      reason: `the key ${name} is inherited through \`<<\`; change it where it is written, or set it here first`,
    }
  }
  if (alias !== undefined)
    return {
      reason: `*${alias} stands for what is written at &${alias}; a change through it would change that place too`,
    }
  const replaced = at && (operation.op === "set" || operation.op === "remove" || operation.op === "rename")
  if (node.kind === "alias" && !replaced)
    return { reason: `it is the alias *${aliasName(node)}; a change through it would change &${aliasName(node)} too` }
  const within = steps
    .slice(0, overrides ? -1 : undefined)
    .map((step): Shared => [step.parent, changed(step.entry.name, operation)])
  if (!overrides && !(at && (operation.op === "remove" || operation.op === "rename")))
    within.push([node, at ? undefined : [String(rest[0])]])
  const shared = within.find(([each, names]) => isShared(each, names))?.[0]
  if (shared !== undefined) {
    const name = shared.anchor?.source.slice(1)
    const reason = `it is part of &${name}, which is used again as *${name}; a change here would change it there too`
    return withHeir(reason, shared, shared.aliases)
  }
  if (overrides) return undefined
  const key = last?.entry.key
  const name = last?.entry.name
  if (last !== undefined && name !== undefined && (operation.op === "remove" || operation.op === "rename"))
    if (inherits(last.parent, name))
      return { reason: `without it the key ${JSON.stringify(name)} would be inherited through \`<<\`` }
  if (operation.op === "rename") return key === undefined ? undefined : lost(key, key)
  if (operation.op === "remove") return lost(node, node) ?? (key === undefined ? undefined : lost(key, node))
  return operation.op === "set" && at ? lost(node, node) : undefined
}

/** A node and those of its keys that change, where only some do. */
type Shared = readonly [node: Node, names: readonly string[] | undefined]

function changed(name: string | undefined, operation: Operation): readonly string[] | undefined {
  if (name === undefined) return undefined
  return operation.op === "rename" ? [name, operation.to] : [name]
}

/** Whether an alias shows the change: a map that merges the node does not where it has those keys itself. */
function isShared(node: Node, names: readonly string[] | undefined): boolean {
  return node.aliases.some(({ mergedBy }) => {
    if (mergedBy === undefined || names === undefined) return true
    return !names.every((name) => mergedBy.entries.some((entry) => !entry.merge && entry.name === name))
  })
}

/** Why what `node` holds cannot go: an alias outside `extent` needs an anchor in it. */
function lost(node: Node, extent: Node): Refusal | undefined {
  const users = node.aliases.filter((alias) => alias.start < extent.start || alias.end > extent.last)
  const [user] = users
  if (user !== undefined) {
    const reason = `it holds the anchor &${aliasName(user)}, which *${aliasName(user)} elsewhere refers to`
    return withHeir(reason, node, users)
  }
  if (node.kind !== "map" && node.kind !== "seq") return undefined
  for (const { key, value } of node.entries) {
    const found = (key === undefined ? undefined : lost(key, extent)) ?? lost(value, extent)
    if (found !== undefined) return found
  }
  return undefined
}

/** The first alias inherits. What is merged is a stock that others draw on, and stays where its owner put it. */
function withHeir(reason: string, node: Node, users: readonly AliasNode[]): Refusal {
  const [heir] = users
  if (heir === undefined || users.some(({ mergedBy }) => mergedBy !== undefined)) return { reason }
  return { reason, anchored: { node, heir } }
}
