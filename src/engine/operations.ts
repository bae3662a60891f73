import type { Operation } from "../model/operation.ts"
import { type Path, startsWith, valueAt } from "../model/path.ts"
import {
  type ArrayValue,
  child,
  DateTime,
  equal,
  isArray,
  isObject,
  keysOf,
  makeObject,
  type ObjectValue,
  type Value,
} from "../model/value.ts"

export type Applied = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: string }

/**
 * What operations do that do not meet (`independentRuns`), so that all their places count in the given value: the same as one after the
 * other, but every list and object is made anew only once.
 */
export function applyIndependent(root: Value, operations: readonly Operation[]): Applied {
  const direct: Operation[] = []
  const below = new Map<string | number, Operation[]>()
  for (const operation of operations) {
    const [step, ...path] = operation.path
    const nested = step !== undefined && path.length > 0 && child(root, step) !== undefined && operation.op !== "move"
    const inner = nested ? below.get(step) : direct
    if (inner === undefined) below.set(step as string | number, [{ ...operation, path }])
    else inner.push(nested ? { ...operation, path } : operation)
  }
  const changed = new Map<string, Value>()
  for (const [step, inner] of below) {
    const applied = applyIndependent(child(root, step) as Value, inner)
    if (!applied.ok) return applied
    changed.set(String(step), applied.value)
  }
  const added = direct.flatMap((each) => (each.op === "set" && each.path.length === 1 ? [each] : []))
  const together = isObject(root) && added.length === direct.length
  let value = withChildren(root, changed)
  if (together) return { ok: true, value: withMembers(value, added) }
  const gone = isArray(root) ? elementsGone(direct) : undefined
  if (isArray(value) && gone !== undefined) return { ok: true, value: value.filter((_, index) => !gone.has(index)) }
  for (const operation of direct) {
    const applied = applyOperation(value, operation)
    if (!applied.ok) return applied
    value = applied.value
  }
  return { ok: true, value }
}

/** The elements of a list that operations take away, where that is all they do. */
function elementsGone(operations: readonly Operation[]): ReadonlySet<string | number | undefined> | undefined {
  const only = operations.every(({ op, path }) => op === "remove" && path.length === 1 && typeof path[0] === "number")
  return only ? new Set(operations.map(({ path }) => path[0])) : undefined
}

function withChildren(value: Value, changed: ReadonlyMap<string, Value>): Value {
  if (changed.size === 0) return value
  if (isArray(value)) return value.map((item, index) => changed.get(String(index)) ?? item)
  return isObject(value)
    ? makeObject(entries(value).map(([key, old]) => [key, changed.get(key) ?? old] as const))
    : value
}

function withMembers(value: Value, added: readonly Extract<Operation, { readonly op: "set" }>[]): Value {
  if (!isObject(value) || added.length === 0) return value
  return makeObject([...entries(value), ...added.map((each) => [String(each.path[0]), each.value] as const)])
}

class Refused extends Error {}

/** What an operation means: the value after it. The given value is not changed. */
export function applyOperation(root: Value, operation: Operation): Applied {
  try {
    return { ok: true, value: apply(root, operation) }
  } catch (error) {
    if (error instanceof Refused) return { ok: false, reason: error.message }
    throw error
  }
}

function apply(root: Value, operation: Operation): Value {
  switch (operation.op) {
    case "set":
      return set(root, operation.path, operation.value)
    case "remove":
      return valueAt(root, operation.path) === undefined ? root : remove(root, operation.path)
    case "rename":
      return rename(root, operation.path, operation.to)
    case "append": {
      const list = valueAt(root, operation.path) ?? []
      if (!isArray(list)) throw new Refused("it is not a list, so nothing can be appended to it")
      return set(root, operation.path, [...list, operation.value])
    }
    case "insert":
      return insert(root, operation.path, operation.value)
    case "move": {
      const value = valueAt(root, operation.from)
      if (value === undefined) return root
      if (startsWith(operation.path, operation.from)) {
        if (operation.path.length === operation.from.length) return root
        throw new Refused("a value cannot be moved into itself")
      }
      const rest = remove(root, operation.from)
      return typeof operation.path.at(-1) === "number"
        ? insert(rest, operation.path, value)
        : set(rest, operation.path, value)
    }
    case "sort": {
      const value = valueAt(root, operation.path)
      return value === undefined ? root : set(root, operation.path, sort(value))
    }
  }
}

function set(root: Value, path: Path, value: Value): Value {
  if (path.length === 0) return value
  const parent = path.slice(0, -1)
  const step = path.at(-1) as string | number
  const container = valueAt(root, parent)
  if (container === undefined || container === null) {
    if (typeof step === "number") throw new Refused("there is no list here to hold an element")
    return set(root, parent, makeObject([[step, value]]))
  }
  return set(root, parent, isArray(container) ? setItem(container, step, value) : setMember(container, step, value))
}

/**
 * The same change as an operation that needs nothing but what is there: missing parents, and nulls in their place, become part of the
 * value that is set, and so does a list that is missing or null.
 */
export function plainOperation(root: Value, operation: Operation): Operation {
  const { op, path } = operation
  if (op === "append" && (valueAt(root, path) ?? null) === null)
    return plainOperation(root, { op: "set", path, value: [operation.value] })
  if (op !== "set") return operation
  const depth = path.findIndex((_, index) => (valueAt(root, path.slice(0, index)) ?? null) === null)
  const below = depth < 0 ? [] : path.slice(depth)
  if (below.length === 0 || below.some((step) => typeof step === "number")) return operation
  const value = below.reduceRight<Value>((inner, step) => makeObject([[String(step), inner]]), operation.value)
  return { op, path: path.slice(0, depth), value }
}

/** The same change for a format without dates: a date is its text. */
export function withoutDates(operation: Operation): Operation {
  return "value" in operation ? { ...operation, value: datesAsText(operation.value) } : operation
}

function datesAsText(value: Value): Value {
  if (value instanceof DateTime) return value.text
  if (isArray(value)) return value.map(datesAsText)
  if (isObject(value)) return makeObject(entries(value).map(([key, each]) => [key, datesAsText(each)] as const))
  return value
}

function setItem(list: ArrayValue, step: string | number, value: Value): Value {
  if (typeof step !== "number") throw new Refused(`a list has no key ${JSON.stringify(step)}`)
  if (step < 0 || step > list.length)
    throw new Refused(`the list has ${list.length} elements, so there is no place ${step}`)
  return list.toSpliced(step, 1, value)
}

function setMember(container: Value, step: string | number, value: Value): Value {
  if (!isObject(container)) throw new Refused("its parent is neither an object nor a list")
  const key = String(step)
  return makeObject([...entries(container), [key, value]])
}

function remove(root: Value, path: Path): Value {
  if (path.length === 0) throw new Refused("the whole document cannot be removed")
  const parent = path.slice(0, -1)
  const step = path.at(-1) as string | number
  const container = valueAt(root, parent) as Value
  if (isArray(container)) return set(root, parent, container.toSpliced(step as number, 1))
  return set(root, parent, makeObject(entries(container as ObjectValue).filter(([key]) => key !== String(step))))
}

function rename(root: Value, path: Path, to: string): Value {
  const from = path.at(-1)
  const parent = path.slice(0, -1)
  const container = valueAt(root, parent)
  if (from === undefined || valueAt(root, path) === undefined || from === to) return root
  if (!isObject(container)) throw new Refused("only a key of an object can be renamed")
  if (Object.hasOwn(container, to)) throw new Refused(`the key ${JSON.stringify(to)} is already there`)
  return set(
    root,
    parent,
    makeObject(entries(container).map(([key, value]) => [key === String(from) ? to : key, value] as const)),
  )
}

function insert(root: Value, path: Path, value: Value): Value {
  const parent = path.slice(0, -1)
  const index = path.at(-1)
  const list = valueAt(root, parent)
  if (!isArray(list) || typeof index !== "number") throw new Refused("only a list takes an insertion, at an index")
  if (index < 0 || index > list.length)
    throw new Refused(`the list has ${list.length} elements, so there is no place ${index}`)
  return set(root, parent, list.toSpliced(index, 0, value))
}

function sort(value: Value): Value {
  if (isObject(value)) return makeObject(entries(value).sort(([a], [b]) => byCodePoint(a, b)))
  if (!isArray(value)) throw new Refused("only a list or an object can be sorted")
  if (value.every((item) => typeof item === "string"))
    return [...value].sort((a, b) => byCodePoint(a as string, b as string))
  if (value.every((item) => typeof item === "number" || typeof item === "bigint")) {
    return [...value].sort((a, b) => ((a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0))
  }
  throw new Refused("only a list of strings or of numbers can be sorted")
}

/** UTF-16 order differs from code point order beyond the basic plane; comparing code points keeps one order in every language. */
export function byCodePoint(a: string, b: string): number {
  const left = [...a]
  const right = [...b]
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0)
    if (difference !== 0) return difference
  }
  return left.length - right.length
}

function entries(object: ObjectValue): (readonly [string, Value])[] {
  return keysOf(object).map((key) => [key, object[key] as Value] as const)
}

/**
 * Where a node stands after an operation, so that a finding can be followed through it.
 * @returns `undefined` when the node is gone or its content was replaced from above.
 */
export function mapPath(path: Path, operation: Operation, root: Value): Path | undefined {
  switch (operation.op) {
    case "remove":
      return mapRemoved(path, operation.path, root)
    case "rename":
      if (!startsWith(path, operation.path) || valueAt(root, operation.path) === undefined) return path
      return [...operation.path.slice(0, -1), operation.to, ...path.slice(operation.path.length)]
    case "insert":
      return mapInserted(path, operation.path)
    case "move": {
      if (valueAt(root, operation.from) === undefined) return path
      if (startsWith(path, operation.from)) return [...operation.path, ...path.slice(operation.from.length)]
      const left = mapRemoved(path, operation.from, root)
      return left === undefined || typeof operation.path.at(-1) !== "number" ? left : mapInserted(left, operation.path)
    }
    case "sort":
      return mapSorted(path, operation.path, root)
    default:
      return path
  }
}

/** Equal elements keep their order among themselves. */
function mapSorted(path: Path, sorted: Path, root: Value): Path {
  const list = valueAt(root, sorted)
  const index = path[sorted.length]
  if (!isArray(list) || typeof index !== "number" || !startsWith(path, sorted)) return path
  const item = list[index]
  if (item === undefined) return path
  const earlier = list.slice(0, index).filter((each) => equal(each, item)).length
  const first = (sort(list) as ArrayValue).findIndex((each) => equal(each, item))
  return [...sorted, first + earlier, ...path.slice(sorted.length + 1)]
}

function mapRemoved(path: Path, removed: Path, root: Value): Path | undefined {
  if (valueAt(root, removed) === undefined) return path
  if (startsWith(path, removed)) return undefined
  return shiftIndex(path, removed, (index, at) => (index > at ? index - 1 : index))
}

function mapInserted(path: Path, inserted: Path): Path {
  return shiftIndex(path, inserted, (index, at) => (index >= at ? index + 1 : index))
}

function shiftIndex(path: Path, changed: Path, shift: (index: number, at: number) => number): Path {
  const depth = changed.length - 1
  const at = changed[depth]
  const index = path[depth]
  if (typeof at !== "number" || typeof index !== "number" || !startsWith(path, changed.slice(0, depth))) return path
  return [...path.slice(0, depth), shift(index, at), ...path.slice(depth + 1)]
}
