import type { Path } from "../../model/path.ts"
import { equal, isArray, isObject, keysOf, makeObject, type ObjectValue, type Value } from "../../model/value.ts"
import { cleanText, mergeLines } from "./mergeLines.ts"
import { mergeLists } from "./mergeLists.ts"
import { conflictOf, type MergedValue, type MergeWay, type Three, type ValueConflict } from "./threeWay.ts"

/**
 * Three-way merge of values. Objects are merged by key, so that different keys never conflict; lists as `mergeLists` says; texts of several lines by
 * their lines; what is declared to be one thing not at all. What one side removed and the other changed is a conflict, and nothing is taken for moved or renamed.
 */
export function mergeValues(three: Three, way: MergeWay, path: Path = []): MergedValue {
  const { base, ours, theirs } = three
  if (equal(ours, theirs) || equal(base, theirs)) return { value: ours, conflicts: [] }
  if (equal(base, ours)) return { value: theirs, conflicts: [] }
  // Where it is said that a thing is one, the surest of what is said.
  if (way.declared?.(path)[0]?.kind === "atomic") return conflictOf(three, way, path)
  if (isObject(ours) && isObject(theirs)) {
    if (isObject(base)) return mergeObjects(base, ours, theirs, way, path)
    if (base === undefined) return mergeAdded(ours, theirs, way, path)
  }
  if (isArray(ours) && isArray(theirs) && (base === undefined || isArray(base))) {
    return mergeLists({ base, ours, theirs }, { ...way, merge: mergeValues }, path) ?? conflictOf(three, way, path)
  }
  const text = mergedText(three)
  return text === undefined ? conflictOf(three, way, path) : { value: text, conflicts: [] }
}

function mergeObjects(
  base: ObjectValue,
  ours: ObjectValue,
  theirs: ObjectValue,
  way: MergeWay,
  path: Path,
): MergedValue {
  const conflicts: ValueConflict[] = []
  const entries: [string, Value][] = []
  for (const key of new Set([...keysOf(ours), ...keysOf(theirs), ...keysOf(base)])) {
    const at = { base: own(base, key), ours: own(ours, key), theirs: own(theirs, key) }
    const merged = mergeValues(at, way, [...path, key])
    conflicts.push(...merged.conflicts)
    if (merged.value !== undefined) entries.push([key, merged.value])
  }
  return { value: makeObject(entries), conflicts }
}

/**
 * An object that both sides added. Where it is a record and they say different things of it, it is one conflict: half of the one and half of the other
 * was meant by nobody. A mapping of objects is merged name by name.
 */
function mergeAdded(ours: ObjectValue, theirs: ObjectValue, way: MergeWay, path: Path): MergedValue {
  const merged = mergeObjects({}, ours, theirs, way, path)
  const isMapping = [ours, theirs].every((side) => Object.values(side).every(isObject))
  if (merged.conflicts.length === 0 || isMapping) return merged
  return conflictOf({ base: undefined, ours, theirs }, way, path)
}

function own(object: ObjectValue, key: string): Value | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function mergedText({ base, ours, theirs }: Three): string | undefined {
  if (typeof base !== "string" || typeof ours !== "string" || typeof theirs !== "string") return undefined
  return [base, ours, theirs].every((text) => text.trimEnd().includes("\n"))
    ? cleanText(mergeLines(base, ours, theirs))
    : undefined
}
