import type { Candidates } from "../../src/model/document.ts"
import type { Edit, Operation } from "../../src/model/operation.ts"
import type { Path } from "../../src/model/path.ts"
import { isArray, isObject, makeObject, type Value } from "../../src/model/value.ts"
import { differences } from "./differences.ts"
import { indentAt } from "./lines.ts"
import { sortEntries } from "./sort.ts"
import { type Content, expands, insertEntry, removeEntry, type Spot, valueContent, within } from "./splice.ts"
import type { Node } from "./tree.ts"
import { reindent, unsayable, wordValue } from "./words.ts"

/** Reads a text as far as it was put together, to go on from there. */
export type Reread = (text: string) => Spot | undefined

/** A reason that an operation cannot be worded without guessing. */
class Refused extends Error {}

/**
 * The edits that carry an operation out. The operation has a meaning for the document's value (the engine has seen to that), and a change
 * of the value.
 */
export function candidates(spot: Spot, operation: Operation, reread: Reread): Candidates {
  if ("value" in operation) {
    const reason = unsayable(operation.value)
    if (reason !== undefined) return { refused: reason }
  }
  try {
    return { edits: propose(spot, operation, reread) }
  } catch (error) {
    if (error instanceof Refused) return { refused: error.message }
    throw error
  }
}

function propose(spot: Spot, operation: Operation, reread: Reread): Iterable<readonly Edit[]> {
  switch (operation.op) {
    case "set":
      return setValue(spot, operation.path, operation.value, reread)
    case "remove":
      return remove(spot, operation.path, reread)
    case "rename":
      return [rename(spot, operation.path, operation.to)]
    case "append": {
      const chain = chainTo(spot.tree.root, operation.path)
      // A list is made where nothing is, and where null is.
      if (chain.length <= operation.path.length || !isArray(chain.at(-1)?.value))
        return setValue(spot, operation.path, [operation.value], reread)
      return [insertEntry(spot, chain, chain.at(-1)?.entries?.length ?? 0, valueContent(operation.value, spot.style))]
    }
    case "insert": {
      const chain = chainTo(spot.tree.root, operation.path.slice(0, -1))
      return [insertEntry(spot, chain, operation.path.at(-1) as number, valueContent(operation.value, spot.style))]
    }
    case "move":
      return move(spot, operation.from, operation.path, reread)
    case "sort": {
      const sorted = sortEntries(spot, chainTo(spot.tree.root, operation.path).at(-1) as Node)
      if (typeof sorted === "string") throw new Refused(sorted)
      return [sorted]
    }
  }
}

/** The nodes from the root along a path, as far as they exist; of a repeated key, the last. */
function chainTo(root: Node, path: Path): readonly Node[] {
  const chain = [root]
  for (const step of path) {
    const index = entryIndex(chain.at(-1) as Node, step)
    const next = chain.at(-1)?.entries?.[index]?.node
    if (next === undefined) break
    chain.push(next)
  }
  return chain
}

function entryIndex(node: Node, step: string | number): number {
  if (!node.keyed) return typeof step === "number" ? step : -1
  return node.entries?.findLastIndex((entry) => entry.key?.name === String(step)) ?? -1
}

function* setValue(spot: Spot, path: Path, value: Value, reread: Reread): Generator<readonly Edit[]> {
  const chain = chainTo(spot.tree.root, path)
  const node = chain.at(-1) as Node
  if (chain.length <= path.length) {
    const step = path[chain.length - 1] as string | number
    const added = path.slice(chain.length).reduceRight<Value>((inner, key) => makeObject([[String(key), inner]]), value)
    const content = valueContent(added, spot.style, node.keyed ? String(step) : undefined)
    yield insertEntry(spot, chain, node.entries?.length ?? 0, content)
    return
  }
  const pieces = isObject(value) === isObject(node.value) && isArray(value) === isArray(node.value)
  if (pieces && node.entries !== undefined) {
    const edit = setInPieces(spot, path, node.value, value, reread)
    if (edit !== undefined) yield edit
  }
  yield [{ start: node.start, end: node.end, text: wordValue(value, spot.style, placeOf(spot, chain)) }]
}

function placeOf(spot: Spot, chain: readonly Node[]) {
  const node = chain.at(-1) as Node
  const own = node.entries !== undefined && node.entries.length > 0
  return {
    indent: indentAt(spot.text, node.start),
    expand: expands(spot, own || chain.length === 1 ? chain : chain.slice(0, -1)),
  }
}

/** More steps than this are not worth their re-reading; the container is worded anew. */
const mostPieces = 100

/** Change of an object or list only what differs, so that the comments and the wording of everything else stay. */
function setInPieces(spot: Spot, path: Path, from: Value, to: Value, reread: Reread): readonly Edit[] | undefined {
  const steps = differences(path, from, to)
  if (steps.length > mostPieces) return undefined
  let current = spot
  for (const step of steps) {
    const proposed = candidates(current, step, reread)
    if ("refused" in proposed) return undefined
    const [edits] = proposed.edits
    const next = edits && reread(applied(current.text, edits))
    if (next === undefined) return undefined
    current = next
  }
  return [between(spot.text, current.text)]
}

/** The key is absent afterwards, however often it was there. */
function remove(spot: Spot, path: Path, reread: Reread): Iterable<readonly Edit[]> {
  const { parent, indexes } = entriesAt(spot, path)
  if (indexes.length === 1) return [removeEntry(spot, parent, indexes[0] as number)]
  const hidden = indexes.slice(0, -1).map((index) => parent.entries?.[index]?.node)
  if (spot.tree.comments.some(({ span }) => hidden.some((node) => node !== undefined && within(span, node))))
    throw new Refused("the key is there more than once, and a comment stands inside a value that no reader takes")
  const all = indexes.flatMap((index) => removeEntry(spot, parent, index)).sort((a, b) => a.start - b.start)
  const apart = all.every((edit, index) => index === 0 || (all[index - 1] as Edit).end <= edit.start)
  return apart ? [all] : removeInTurn(spot, path, reread)
}

/** One after the other, where they share a comma or a line. */
function* removeInTurn(spot: Spot, path: Path, reread: Reread): Generator<readonly Edit[]> {
  let current: Spot | undefined = spot
  while (current !== undefined) {
    const { parent, indexes } = entriesAt(current, path)
    const last = indexes.at(-1)
    if (last === undefined) break
    current = reread(applied(current.text, removeEntry(current, parent, last)))
  }
  if (current !== undefined) yield [between(spot.text, current.text)]
}

function rename(spot: Spot, path: Path, to: string): readonly Edit[] {
  const { parent, indexes } = entriesAt(spot, path)
  return indexes.flatMap((index) => {
    const key = parent.entries?.[index]?.key
    return key === undefined ? [] : [{ start: key.start, end: key.end, text: JSON.stringify(to) }]
  })
}

/** Every entry at a path: a key may be there more than once. */
function entriesAt(spot: Spot, path: Path): { readonly parent: Node; readonly indexes: readonly number[] } {
  const parent = chainTo(spot.tree.root, path.slice(0, -1)).at(-1) as Node
  const step = path.at(-1) as string | number
  if (!parent.keyed) return { parent, indexes: [Number(step)] }
  return {
    parent,
    indexes: (parent.entries ?? []).flatMap(({ key }, index) => (key?.name === String(step) ? [index] : [])),
  }
}

/** Taken out and put in as two splices, the value worded as it was, comments inside it included. */
function move(spot: Spot, from: Path, to: Path, reread: Reread): Iterable<readonly Edit[]> {
  const { parent, indexes } = entriesAt(spot, from)
  const [index = -1] = indexes
  if (indexes.length > 1)
    throw new Refused(`the key ${JSON.stringify(from.at(-1))} is there more than once; leave one first`)
  const node = parent.entries?.[index]?.node as Node
  const taken = removeEntry(spot, parent, index)
  const rest = reread(applied(spot.text, taken))
  if (rest === undefined) return []
  const put = putText(rest, to, spot.text.slice(node.start, node.end), indentAt(spot.text, node.start), node.value)
  const both = rebase(taken, put)
  return [...(both ? [both] : []), [between(spot.text, applied(rest.text, put))]]
}

function putText(spot: Spot, path: Path, text: string, indent: string, value: Value): readonly Edit[] {
  const chain = chainTo(spot.tree.root, path)
  const node = chain.at(-1) as Node
  const step = path.at(-1) as string | number
  const worded = (key?: string): Content => {
    const head = key === undefined ? "" : `${JSON.stringify(key)}${spot.style.colon}`
    return (place) => head + reindent(text, indent, place.indent)
  }
  const parents = chainTo(spot.tree.root, path.slice(0, -1))
  if (typeof step === "number") return insertEntry(spot, parents, step, worded())
  if (chain.length > path.length)
    return [{ start: node.start, end: node.end, text: worded()({ ...placeOf(spot, chain) }) }]
  if (chain.length === path.length) return insertEntry(spot, chain, node.entries?.length ?? 0, worded(step))
  const added = path.slice(chain.length).reduceRight<Value>((inner, key) => makeObject([[String(key), inner]]), value)
  const content = valueContent(added, spot.style, node.keyed ? String(path[chain.length - 1]) : undefined)
  return insertEntry(spot, chain, node.entries?.length ?? 0, content)
}

function applied(text: string, edits: readonly Edit[]): string {
  return edits.reduceRight((rest, edit) => rest.slice(0, edit.start) + edit.text + rest.slice(edit.end), text)
}

/** One edit from one text to another. */
function between(text: string, result: string): Edit {
  const most = Math.min(text.length, result.length)
  let start = 0
  while (start < most && text[start] === result[start]) start++
  let tail = 0
  while (tail < most - start && text[text.length - 1 - tail] === result[result.length - 1 - tail]) tail++
  return { start, end: text.length - tail, text: result.slice(start, result.length - tail) }
}

/** Deletions, and edits of the text they leave, as edits of the first text; `undefined` where they meet. */
function rebase(deletions: readonly Edit[], later: readonly Edit[]): readonly Edit[] | undefined {
  if (deletions.some((edit) => edit.text !== "")) return undefined
  const back = (offset: number) => {
    let shift = 0
    for (const { start, end } of deletions) if (start - shift < offset) shift += end - start
    return offset + shift
  }
  const moved = later.map((edit) => ({ start: back(edit.start), end: back(edit.end), text: edit.text }))
  const all = [...moved, ...deletions].sort((a, b) => a.start - b.start || a.end - b.end)
  const meet = all.some((edit, index) => index > 0 && edit.start < (all[index - 1] as Edit).end)
  return meet ? undefined : all
}
