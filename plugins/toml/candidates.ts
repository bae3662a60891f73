import { parse as readValues } from "smol-toml"
import type { Candidates } from "../../src/model/document.ts"
import type { Edit, Operation } from "../../src/model/operation.ts"
import { type Path, startsWith, valueAt } from "../../src/model/path.ts"
import { equal, isArray, isObject, keysOf, makeObject, type ObjectValue, type Value } from "../../src/model/value.ts"
import { addElement, additions } from "./add.ts"
import { insertItem } from "./items.ts"
import { compose, ordered } from "./lines.ts"
import { itemsOfList, removals } from "./remove.ts"
import { sorted } from "./sort.ts"
import { type Node, nodeAt, readTree, spanOf, type Tree } from "./tree.ts"
import { convert } from "./value.ts"
import { keyText, Refused, restyled, valueText } from "./write.ts"

const unknownWay = "no way to write this in TOML is known"

/** One state of the text while it is edited. */
interface State {
  readonly tree: Tree
  readonly value: Value
  /** Why ways that were tried did not lead on. */
  readonly reasons: string[]
}

/** A `set` may say the text that its value had where it is moved from. */
type Step = Operation & { readonly raw?: string }

/** More steps than this replace a container as a whole: each is a reading of the text. */
const mostSteps = 60

export function candidates(tree: Tree, value: Value, operation: Operation): Candidates {
  try {
    if ("value" in operation) valueText(operation.value)
    // The first is enough nearly always; it is made here so that a refusal is said as one.
    const reasons: string[] = []
    const found = attempts({ tree, value, reasons }, operation)
    const first = found.next()
    return first.done ? { refused: reasons[0] ?? unknownWay } : { edits: chain(first.value, found) }
  } catch (error) {
    if (error instanceof Refused) return { refused: error.message }
    throw error
  }
}

function* chain(first: readonly Edit[], rest: Iterator<readonly Edit[]>): Generator<readonly Edit[]> {
  yield first
  try {
    for (let next = rest.next(); !next.done; next = rest.next()) yield next.value
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}

/** Texts to try, best first; each in order and disjoint. */
function* attempts(state: State, step: Step): Generator<readonly Edit[]> {
  for (const edits of worded(state, step)) {
    const list = ordered(edits)
    if (list !== undefined) yield keepingEnd(state.tree, list)
  }
}

/** A file that ends in a line end still does, and one that does not still does not. */
function keepingEnd({ text, eol }: Tree, edits: readonly Edit[]): readonly Edit[] {
  const last = edits.at(-1)
  if (last?.end !== text.length || text === "") return edits
  const before = edits.at(-2)
  const kept = text.slice(before?.end ?? 0, last.start)
  const ending = last.text !== "" ? last.text : kept !== "" ? kept : (before?.text ?? "")
  if (ending.endsWith("\n") === text.endsWith("\n")) return edits
  if (text.endsWith("\n")) {
    const end =
      last.text === "" && last.start < last.end ? { end: text.length - eol.length } : { text: last.text + eol }
    return edits.with(-1, { ...last, ...end })
  }
  if (last.text.endsWith(eol)) return edits.with(-1, { ...last, text: last.text.slice(0, -eol.length) })
  let { start } = last
  while (text.slice(before?.end ?? 0, start).endsWith(eol)) start -= eol.length
  return edits.with(-1, { ...last, start })
}

function* worded(state: State, step: Step): Generator<readonly Edit[]> {
  const { tree, value } = state
  const node = nodeAt(tree.root, step.path)
  switch (step.op) {
    case "set":
      yield* set(state, step.path, step.value, step.raw)
      return
    case "remove":
      if (node !== undefined) yield* remove(state, step.path, node)
      return
    case "rename":
      if (node !== undefined) yield renameKeys(node, step.to)
      return
    case "append":
      yield* append(state, step.path, step.value)
      return
    case "insert":
      yield* insert(tree, step.path, step.value)
      return
    case "sort":
      if (node !== undefined) yield sorted(tree, node, valueAt(value, step.path) as Value)
      return
    case "move":
      yield* move(state, step.from, step.path)
  }
}

function* set(state: State, path: Path, value: Value, raw: string | undefined): Generator<readonly Edit[]> {
  const { tree } = state
  const node = nodeAt(tree.root, path)
  if (node === undefined) {
    yield* add(tree, path, value, raw)
    return
  }
  const old = valueAt(state.value, path)
  if (node.kind === "table" && isObject(value) && isObject(old)) yield* inSteps(state, memberSteps(old, value, path))
  if (isArray(value) && isArray(old)) yield* inSteps(state, elementSteps(old, value, path))
  const range = rangeOf(node)
  if (range !== undefined)
    yield [{ ...range, text: raw?.includes("\n") === false ? raw : restyled(tree.text, node, value, tree.eol) }]
  if (path.length === 0) throw new Refused("a TOML file holds a table, not another value")
  if (typeof path.at(-1) === "string") {
    yield* inSteps(state, [
      { op: "remove", path },
      { op: "set", path, value },
    ])
  } else if (range === undefined) {
    throw new Refused("a list made of [[…]] sections holds tables only")
  }
}

function rangeOf(node: Node): { readonly start: number; readonly end: number } | undefined {
  if (node.kind === "scalar" || node.kind === "list") return spanOf(node.ast)
  return node.kind === "table" && node.braces !== undefined ? spanOf(node.braces) : undefined
}

function memberSteps(old: ObjectValue, value: ObjectValue, path: Path): readonly Step[] {
  const gone = keysOf(old).filter((key) => !Object.hasOwn(value, key))
  const changed = keysOf(value).filter((key) => !Object.hasOwn(old, key) || !equal(old[key], value[key]))
  return [
    ...gone.map((key) => ({ op: "remove", path: [...path, key] }) as const),
    ...changed.map((key) => ({ op: "set", path: [...path, key], value: value[key] as Value }) as const),
  ]
}

/** What is equal at both ends stays; between, elements are changed in place, then taken out or put in. */
function elementSteps(old: readonly Value[], value: readonly Value[], path: Path): readonly Step[] {
  let start = 0
  while (start < Math.min(old.length, value.length) && equal(old[start], value[start])) start++
  let same = 0
  while (same < Math.min(old.length, value.length) - start && equal(old.at(-1 - same), value.at(-1 - same))) same++
  const steps: Step[] = []
  const [oldEnd, newEnd] = [old.length - same, value.length - same]
  for (let index = start; index < Math.min(oldEnd, newEnd); index++)
    if (!equal(old[index], value[index]))
      steps.push({ op: "set", path: [...path, index], value: value[index] as Value })
  for (let index = oldEnd - 1; index >= newEnd; index--) steps.push({ op: "remove", path: [...path, index] })
  for (let index = oldEnd; index < newEnd; index++)
    steps.push({ op: "insert", path: [...path, index], value: value[index] as Value })
  return steps
}

/** Below the deepest table that is there; the parents between are written with the value. */
function* add(tree: Tree, path: Path, value: Value, raw: string | undefined): Generator<readonly Edit[]> {
  let depth = path.length - 1
  while (depth > 0 && nodeAt(tree.root, path.slice(0, depth)) === undefined) depth--
  const parent = nodeAt(tree.root, path.slice(0, depth))
  const [key, ...below] = path.slice(depth)
  const wrapped = below.reduceRight<Value>((inner, step) => makeObject([[String(step), inner]]), value)
  if (typeof key === "number") {
    yield* insert(tree, path.slice(0, depth + 1), wrapped)
    return
  }
  if (parent?.kind !== "table") throw new Refused("its parent is no table")
  yield* additions(
    tree,
    parent,
    String(key),
    raw === undefined || below.length > 0 ? { value: wrapped } : { value, raw },
  )
}

function* remove(state: State, path: Path, node: Node): Generator<readonly Edit[]> {
  if (node.parent === undefined) throw new Refused("the whole document cannot be removed")
  if (node.parent.kind === "sections" && node.parent.items.length === 1) {
    const list = path.slice(0, -1)
    yield* inSteps(state, [
      { op: "remove", path: list },
      { op: "set", path: list, value: [] },
    ])
  }
  yield* removals(state.tree, node)
}

function renameKeys(node: Node, to: string): readonly Edit[] {
  if (node.keys.length === 0) throw new Refused("only a key can be renamed")
  return node.keys.map((part) => ({ ...spanOf(part), text: keyText(to) }))
}

function* append(state: State, path: Path, value: Value): Generator<readonly Edit[]> {
  const node = nodeAt(state.tree.root, path)
  if (node === undefined) yield* add(state.tree, path, [value], undefined)
  else if (node.kind === "list" || node.kind === "sections")
    yield* insert(state.tree, [...path, node.items.length], value)
}

function* insert(tree: Tree, path: Path, value: Value): Generator<readonly Edit[]> {
  const index = path.at(-1)
  const list = nodeAt(tree.root, path.slice(0, -1))
  if (typeof index !== "number" || list === undefined) throw new Refused("only a list takes an element")
  if (list.kind === "sections") {
    yield addElement(tree, list, index, value)
  } else if (list.kind === "list") {
    const neighbour = list.items[Math.min(index, list.items.length - 1)]
    yield insertItem(itemsOfList(tree, list), index, restyled(tree.text, neighbour, value, tree.eol))
  }
}

function* move(state: State, from: Path, path: Path): Generator<readonly Edit[]> {
  const node = nodeAt(state.tree.root, from)
  const value = valueAt(state.value, from)
  if (node === undefined || value === undefined) return
  const to = path.at(-1)
  const beside = path.length === from.length && startsWith(path, from.slice(0, -1))
  if (beside && typeof to === "string" && nodeAt(state.tree.root, path) === undefined && node.keys.length > 0)
    yield renameKeys(node, to)
  const range = rangeOf(node)
  const raw = range === undefined ? {} : { raw: state.tree.text.slice(range.start, range.end) }
  const put: Step = typeof to === "number" ? { op: "insert", path, value } : { op: "set", path, value, ...raw }
  yield* inSteps(state, [{ op: "remove", path: from }, put])
}

/** One step after the other, each on the text that the one before gave; nothing when one of them finds no way. */
function* inSteps(start: State, steps: readonly Step[]): Generator<readonly Edit[]> {
  if (steps.length > mostSteps) return
  try {
    yield composed(start, steps)
  } catch (error) {
    // Another way may be open.
    if (!(error instanceof Refused)) throw error
    start.reasons.push(error.message)
  }
}

function composed(start: State, steps: readonly Step[]): readonly Edit[] {
  let state = start
  const rounds = steps.map((step) => {
    const next = firstThatHolds(state, step)
    state = next.state
    return next.edits
  })
  return keepingEnd(start.tree, compose(start.tree.text.length, rounds))
}

function firstThatHolds(state: State, step: Step): { readonly edits: readonly Edit[]; readonly state: State } {
  const before = valueAt(state.value, step.path.slice(0, -1))
  for (const edits of attempts(state, step)) {
    const next = read(applied(state.tree.text, edits), state.tree.eol)
    if (next === undefined) continue
    const after = valueAt(next.value, step.path.slice(0, -1))
    const now = valueAt(next.value, step.path)
    const holds =
      step.op === "remove" ? hasLost(before, after, step.path.at(-1)) : "value" in step && equal(now, step.value)
    if (holds) return { edits, state: next }
  }
  throw new Refused(unknownWay)
}

/** The parent is still there, one smaller. */
function hasLost(before: Value | undefined, after: Value | undefined, step: string | number | undefined): boolean {
  if (isArray(before)) return isArray(after) && after.length === before.length - 1
  return isObject(after) && step !== undefined && !Object.hasOwn(after, step)
}

const unlimited = {
  size: Number.POSITIVE_INFINITY,
  depth: 1000,
  nodes: Number.POSITIVE_INFINITY,
  string: Number.POSITIVE_INFINITY,
}

/** @param eol of the file: a text that has lost its last line end does not tell. */
function read(text: string, eol: Tree["eol"]): State | undefined {
  try {
    const tree = { ...readTree(text), eol }
    const value = convert(readValues(text, { integersAsBigInt: "asNeeded" }), unlimited, tree.root)
    return value.ok ? { tree, value: value.value, reasons: [] } : undefined
  } catch {
    return undefined
  }
}

function applied(text: string, edits: readonly Edit[]): string {
  return edits.reduceRight((result, edit) => result.slice(0, edit.start) + edit.text + result.slice(edit.end), text)
}
