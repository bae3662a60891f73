import type { Candidates } from "../../src/model/document.ts"
import type { Edit, Operation } from "../../src/model/operation.ts"
import { type Path, valueAt } from "../../src/model/path.ts"
import { DateTime, equal, isArray, isObject, makeObject, type Value } from "../../src/model/value.ts"
import { addItem, addKey } from "./addEntry.ts"
import { compose, splice } from "./compose.ts"
import { aliasName, resolve, type Walk, walk } from "./find.ts"
import { moveAnchor } from "./moveAnchor.ts"
import type { Page, Slot } from "./page.ts"
import { refusal } from "./refusal.ts"
import { removeEntry } from "./removeEntry.ts"
import { renameKey } from "./renameKey.ts"
import { replaceValue } from "./replaceValue.ts"
import { reorder, sortedOrder } from "./sortEntries.ts"
import type { Collection } from "./tree.ts"

/** Reads a changed text; `undefined` where it does not parse. */
export type Reread = (text: string) => { readonly value: Value; readonly page: Page } | undefined

type Simple = Exclude<Operation, { op: "move" }>

/** The wordings of every operation but `move`, which is a removal and an addition. */
export function candidates(page: Page, root: Value, operation: Simple): Candidates {
  const found = walk(page.root, operation.path)
  const refused = refusal(found, operation)
  return refused === undefined ? wordings(page, root, operation, found) : { refused: refused.reason }
}

/** Anchors that stand in the way of one operation; more than a few are not moved. */
const mostMoved = 10

/** Like {@link candidates}, but an anchor that stands in the way goes to the first alias of it that stays. */
export function candidatesApart(page: Page, root: Value, operation: Simple, reread: Reread): Candidates {
  let current: { readonly page: Page; readonly edits: readonly Edit[] } = { page, edits: [] }
  for (let round = 0; round <= mostMoved; round++) {
    const { edits } = current
    const found = walk(current.page.root, operation.path)
    const refused = refusal(found, operation)
    if (refused === undefined) {
      const worded = wordings(current.page, root, operation, found)
      return "refused" in worded || round === 0 ? worded : { edits: composed(page, edits, worded.edits) }
    }
    const { reason, anchored } = refused
    const next = anchored && moved(current.page, root, moveAnchor(current.page, anchored.node, anchored.heir), reread)
    if (next === undefined) return { refused: reason }
    current = { page: next.page, edits: compose(page.text, edits, next.edits) }
  }
  return { refused: "more anchors than are moved for one change are used again elsewhere" }
}

/** The first of some texts that says what the page says. */
function moved(page: Page, root: Value, texts: Iterable<readonly Edit[]>, reread: Reread) {
  for (const edits of texts) {
    const left = reread(splice(page.text, edits))
    if (left !== undefined && equal(left.value, root)) return { page: left.page, edits }
  }
  return undefined
}

function* composed(page: Page, first: readonly Edit[], lists: Iterable<readonly Edit[]>): Generator<readonly Edit[]> {
  for (const edits of lists) yield compose(page.text, first, edits)
}

function wordings(page: Page, root: Value, operation: Simple, found: Walk): Candidates {
  switch (operation.op) {
    case "set":
      return set(page, operation.path, operation.value)
    case "append": {
      const list = valueAt(root, operation.path)
      if (!isArray(list)) return set(page, operation.path, [operation.value])
      return insert(page, [...operation.path, list.length], operation.value)
    }
    case "insert":
      return insert(page, operation.path, operation.value)
    case "remove":
      return remove(page, found)
    case "rename":
      return rename(page, found, operation.to)
    case "sort":
      return sort(page, found, valueAt(root, operation.path) ?? null)
  }
}

function slotOf(page: Page, { steps, node }: Walk): Slot {
  const step = steps.at(-1)
  return step === undefined
    ? { node: page.root, parent: undefined, entry: undefined }
    : { node, parent: step.parent, entry: step.entry }
}

function slotAt(page: Page, path: Path): Slot {
  return slotOf(page, walk(page.root, path))
}

function set(page: Page, path: Path, value: Value): Candidates {
  if (holdsDate(value)) return { refused: "YAML keeps a date as text; give it as a string" }
  const found = walk(page.root, path)
  const step = found.steps.at(-1)
  if (found.rest.length === 0 && step?.via !== "merge") return { edits: replaceValue(page, slotOf(page, found), value) }
  // An inherited key is overridden in the map that inherits it.
  const depth = found.rest.length === 0 ? path.length - 1 : path.length - found.rest.length
  const key = path[depth]
  const slot = slotAt(page, path.slice(0, depth))
  const wrapped = path.slice(depth + 1).reduceRight<Value>((inner, part) => makeObject([[String(part), inner]]), value)
  const { node } = slot
  if (typeof key === "number" && node.kind === "seq") return { edits: addItem(page, slot, node, key, wrapped) }
  if (node.kind === "map") return { edits: addKey(page, slot, node, String(key), wrapped) }
  return { refused: "its parent is neither a map nor a list" }
}

function holdsDate(value: Value): boolean {
  if (value instanceof DateTime) return true
  if (isArray(value)) return value.some(holdsDate)
  return isObject(value) && Object.values(value).some(holdsDate)
}

function insert(page: Page, path: Path, value: Value): Candidates {
  const slot = slotAt(page, path.slice(0, -1))
  const index = path.at(-1)
  if (holdsDate(value)) return { refused: "YAML keeps a date as text; give it as a string" }
  if (slot.node.kind !== "seq" || typeof index !== "number")
    return { refused: "only a list takes an insertion, at an index" }
  return { edits: addItem(page, slot, slot.node, index, value) }
}

function remove(page: Page, { steps }: Walk): Candidates {
  const step = steps.at(-1)
  if (step === undefined) return { refused: "the whole document cannot be removed" }
  const above = steps.at(-2)
  const slot: Slot = { node: step.parent, parent: above?.parent, entry: above?.entry }
  return { edits: removeEntry(page, slot, step.parent, step.index) }
}

function rename(page: Page, { steps }: Walk, to: string): Candidates {
  const step = steps.at(-1)
  if (step === undefined) return { refused: "only a key of a map can be renamed" }
  return { edits: renameKey(page, step.parent, step.entry, to) }
}

function sort(page: Page, { node }: Walk, value: Value): Candidates {
  if (node.kind === "alias") return { refused: `it is the alias *${aliasName(node)}; sort what it refers to` }
  const collection = resolve(node) as Collection
  if (collection.entries.some(({ merge }) => merge))
    return { refused: "some of its keys are inherited through `<<`, so their order is not its own" }
  const edits = reorder(page, collection, sortedOrder(collection, value))
  return typeof edits === "string" ? { refused: edits } : { edits: [edits] }
}
