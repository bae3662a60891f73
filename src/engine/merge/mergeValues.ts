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
  const { value, conflicts } = compared(three, way, path)
  return { value, conflicts }
}

/** Which of three values say the same; known of an object from its members, so that each of these is looked at once. */
interface Alike {
  readonly sides: boolean
  readonly ours: boolean
  readonly theirs: boolean
}

function compared(three: Three, way: MergeWay, path: Path): MergedValue & Alike {
  const { base, ours, theirs } = three
  if (isObject(base) && isObject(ours) && isObject(theirs)) return mergeObjects(base, ours, theirs, way, path)
  const alike = { sides: equal(ours, theirs), theirs: equal(base, theirs), ours: equal(base, ours) }
  const only = unchanged(three, alike)
  return { ...alike, ...(only === undefined ? mergeOthers(three, way, path) : { value: only.value, conflicts: [] }) }
}

/** What one side alone changed, or both alike, is theirs. */
function unchanged(three: Three, { sides, ours, theirs }: Alike): { readonly value: Value | undefined } | undefined {
  if (sides || theirs) return { value: three.ours }
  return ours ? { value: three.theirs } : undefined
}

function mergeOthers(three: Three, way: MergeWay, path: Path): MergedValue {
  const { base, ours, theirs } = three
  if (isWhole(way, path)) return conflictOf(three, way, path)
  if (isObject(ours) && isObject(theirs) && base === undefined) return mergeAdded(ours, theirs, way, path)
  if (isArray(ours) && isArray(theirs) && (base === undefined || isArray(base))) {
    return mergeLists({ base, ours, theirs }, { ...way, merge: mergeValues }, path) ?? conflictOf(three, way, path)
  }
  const text = mergedText(three)
  return text === undefined ? conflictOf(three, way, path) : { value: text, conflicts: [] }
}

/** Whether it is said that the thing at a place is one; what is surest counts. */
function isWhole({ declared }: MergeWay, path: Path): boolean {
  return declared?.(path)[0]?.kind === "atomic"
}

function mergeObjects(
  base: ObjectValue,
  ours: ObjectValue,
  theirs: ObjectValue,
  way: MergeWay,
  path: Path,
): MergedValue & Alike {
  const conflicts: ValueConflict[] = []
  const entries: [string, Value][] = []
  let alike: Alike = { sides: true, ours: true, theirs: true }
  for (const key of keysOfAll(ours, theirs, base)) {
    const at = { base: own(base, key), ours: own(ours, key), theirs: own(theirs, key) }
    if (at.base === at.ours && at.ours === at.theirs) {
      if (at.ours !== undefined) entries.push([key, at.ours])
      continue
    }
    const merged = compared(at, way, [...path, key])
    conflicts.push(...merged.conflicts)
    if (merged.value !== undefined) entries.push([key, merged.value])
    if (!merged.sides || !merged.ours || !merged.theirs)
      alike = {
        sides: alike.sides && merged.sides,
        ours: alike.ours && merged.ours,
        theirs: alike.theirs && merged.theirs,
      }
  }
  const only = unchanged({ base, ours, theirs }, alike)
  if (only !== undefined) return { ...alike, value: only.value, conflicts: [] }
  if (isWhole(way, path)) return { ...alike, ...conflictOf({ base, ours, theirs }, way, path) }
  return { ...alike, value: makeObject(entries), conflicts }
}

function keysOfAll(ours: ObjectValue, theirs: ObjectValue, base: ObjectValue): Iterable<string> {
  const keys = keysOf(ours)
  const others = [keysOf(theirs), keysOf(base)]
  const same = others.every((list) => list.length === keys.length && list.every((key, at) => key === keys[at]))
  return same ? keys : new Set([...keys, ...others.flat()])
}

/**
 * An object that both sides added. Where it is a record and they say different things of it, it is one conflict: half of the one and half of the other
 * was meant by nobody. A mapping of objects is merged name by name.
 */
function mergeAdded(ours: ObjectValue, theirs: ObjectValue, way: MergeWay, path: Path): MergedValue {
  const { value, conflicts } = mergeObjects({}, ours, theirs, way, path)
  const isMapping = [ours, theirs].every((side) => Object.values(side).every(isObject))
  if (conflicts.length === 0 || isMapping) return { value, conflicts }
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
