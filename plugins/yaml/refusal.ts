import type { Operation } from "../../src/model/operation.ts"
import { aliasName, inherits, type Walk } from "./find.ts"
import type { Node } from "./tree.ts"

/** Why an operation cannot be carried out without changing what stands elsewhere, or `undefined`. */
export function refusal({ steps, node, rest, alias }: Walk, operation: Operation): string | undefined {
  const last = steps.at(-1)
  const at = rest.length === 0
  const inherited = steps.findIndex(({ via }) => via === "merge")
  const overrides = operation.op === "set" && at && inherited >= 0 && inherited === steps.length - 1
  if (inherited >= 0 && !overrides) {
    const name = JSON.stringify(steps[inherited]?.entry.name ?? "")
    return `the key ${name} is inherited through \`<<\`; change it where it is written, or set it here first`
  }
  if (alias !== undefined)
    return `*${alias} stands for what is written at &${alias}; a change through it would change that place too`
  const replaced = at && (operation.op === "set" || operation.op === "remove" || operation.op === "rename")
  if (node.kind === "alias" && !replaced)
    return `it is the alias *${aliasName(node)}; a change through it would change &${aliasName(node)} too`
  const within = steps
    .slice(0, overrides ? -1 : undefined)
    .map((step): Shared => [step.parent, changed(step.entry.name, operation)])
  if (!overrides && !(at && (operation.op === "remove" || operation.op === "rename")))
    within.push([node, at ? undefined : [String(rest[0])]])
  const shared = within.find(([each, names]) => isShared(each, names))?.[0]
  if (shared !== undefined) {
    const name = shared.anchor?.source.slice(1)
    return `it is part of &${name}, which is used again as *${name}; a change here would change it there too`
  }
  if (overrides) return undefined
  const key = last?.entry.key
  const name = last?.entry.name
  if (last !== undefined && name !== undefined && (operation.op === "remove" || operation.op === "rename"))
    if (inherits(last.parent, name))
      return `without it the key ${JSON.stringify(name)} would be inherited through \`<<\``
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
function lost(node: Node, extent: Node): string | undefined {
  const user = node.aliases.find((alias) => alias.start < extent.start || alias.end > extent.last)
  if (user !== undefined)
    return `it holds the anchor &${aliasName(user)}, which *${aliasName(user)} elsewhere refers to`
  if (node.kind !== "map" && node.kind !== "seq") return undefined
  for (const { key, value } of node.entries) {
    const reason = (key === undefined ? undefined : lost(key, extent)) ?? lost(value, extent)
    if (reason !== undefined) return reason
  }
  return undefined
}
