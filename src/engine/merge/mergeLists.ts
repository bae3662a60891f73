import type { Path } from "../../model/path.ts"
import { type ArrayValue, isArray, isObject, keysOf, type Value } from "../../model/value.ts"
import { diff3, type Region } from "./diff3.ts"
import { declaredName, type NameOf, nameIn, wordOf } from "./listIdentity.ts"
import { conflictOf, type MergedValue, type MergeWay, type Three, type ValueConflict } from "./threeWay.ts"

/** How elements are merged in their turn. */
export interface ListWay extends MergeWay {
  readonly merge: (three: Three, way: MergeWay, path: Path) => MergedValue
}

interface Lists {
  /** `undefined`: both sides added the list. */
  readonly base: ArrayValue | undefined
  readonly ours: ArrayValue
  readonly theirs: ArrayValue
}

/**
 * Three-way merge of lists: by the names of the elements where they have any, as an ordered set where each is a word that stands there once, else by the
 * longest common sequence, in which changes that touch are a conflict.
 * @returns `undefined` when nothing can be said but that both sides differ.
 */
export function mergeLists(lists: Lists, way: ListWay, path: Path): MergedValue | undefined {
  const { base, ours, theirs } = lists
  const states = [base, ours, theirs] as const
  const declared = way.declared?.(path) ?? []
  const name = way.byName === false ? declaredName(states, declared) : nameIn(states, path, declared)
  if (name !== undefined) return mergeNamed(lists, name, way, path)
  const merged = base === undefined ? undefined : mergeSequences({ ...lists, base }, way, path)
  const usual = way.byName === false ? nameIn(states, path, declared) : undefined
  return usual !== undefined && repeats(merged?.value, usual) ? undefined : merged
}

/** Whether two elements of a list have one name, which those of no side had. */
function repeats(list: Value | undefined, name: NameOf): boolean {
  return isArray(list) && new Set(list.map(name)).size < list.length
}

/** Elements with names: each is merged for itself, and stands where the side that put it there has it. */
function mergeNamed({ base, ours, theirs }: Lists, name: NameOf, way: ListWay, path: Path): MergedValue | undefined {
  const sides = [base ?? [], ours, theirs].map((list) => new Map(list.map((element) => [name(element) ?? "", element])))
  const [was = new Map(), one = new Map(), other = new Map()] = sides
  const order = mergedOrder([...was.keys()], [...one.keys()], [...other.keys()])
  const contested = contestedNames([...was.keys()], [...one.keys()], [...other.keys()])
  if (order === undefined) return undefined
  const elements: Value[] = []
  const conflicts: ValueConflict[] = []
  for (const each of order) {
    const three = { base: was.get(each), ours: one.get(each), theirs: other.get(each) }
    // A name that one side put in the place where the other put another.
    const gone = contested.get(each)
    if (gone !== undefined && way.prefer === "base") elements.push(...gone.flatMap((name) => was.get(name) ?? []))
    const at = [...path, elements.length]
    const merged = gone === undefined ? way.merge(three, way, at) : conflictOf(three, way, at)
    conflicts.push(...merged.conflicts)
    if (merged.value !== undefined) elements.push(merged.value)
  }
  return { value: elements, conflicts }
}

/** The names of both sides in one order; `undefined` when each has put those of the ancestor in an order of its own. */
function mergedOrder(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
): readonly string[] | undefined {
  const sides = [base, ours, theirs].map((list) => new Set(list))
  const common = (list: readonly string[]) => list.filter((name) => sides.every((side) => side.has(name))).join("\n")
  const [was, one, other] = [base, ours, theirs].map(common)
  if (was !== one && was !== other && one !== other) return undefined
  return was === one && was !== other ? woven(theirs, ours) : woven(ours, theirs)
}

/** The first list, and what only the second has behind what stands before it there. */
function woven(first: readonly string[], second: readonly string[]): readonly string[] {
  const known = new Set(first)
  const after = new Map<string | undefined, string[]>()
  let before: string | undefined
  for (const name of second) {
    if (known.has(name)) before = name
    else {
      const behind = after.get(before) ?? []
      behind.push(name)
      after.set(before, behind)
    }
  }
  // What both sides put at the end stands there in the order of the sides.
  const others = new Set(second)
  const last = first.findLastIndex((name) => others.has(name))
  const atEnd = after.get(first[last]) ?? []
  if (last >= 0 && last < first.length - 1) after.delete(first[last])
  const result = [...(after.get(undefined) ?? []), ...first.flatMap((name) => [name, ...(after.get(name) ?? [])])]
  return last >= 0 && last < first.length - 1 ? [...result, ...atEnd] : result
}

/** What the sides put, each its own, in the place of elements that both took away, which stand beside the first of them. */
function contestedNames(
  base: readonly string[],
  ours: readonly string[],
  theirs: readonly string[],
): ReadonlyMap<string, readonly string[]> {
  const [was, one, other] = [new Set(base), new Set(ours), new Set(theirs)]
  const contested = new Map<string, readonly string[]>()
  for (const region of diff3(base, ours, theirs)) {
    if (region.stable) continue
    const gone = base.slice(region.base.start, region.base.end).filter((name) => !one.has(name) && !other.has(name))
    const came = (list: readonly string[], { start, end }: { readonly start: number; readonly end: number }) =>
      list.slice(start, end).filter((name) => !was.has(name))
    const left = came(ours, region.ours).filter((name) => !other.has(name))
    const right = came(theirs, region.theirs).filter((name) => !one.has(name))
    if (gone.length === 0 || left.length === 0 || right.length === 0) continue
    for (const [index, name] of [...left, ...right].entries()) contested.set(name, index === 0 ? gone : [])
  }
  return contested
}

function mergeSequences(
  lists: { readonly base: ArrayValue; readonly ours: ArrayValue; readonly theirs: ArrayValue },
  way: ListWay,
  path: Path,
): MergedValue {
  const { base, ours, theirs } = lists
  const elements: Value[] = []
  const conflicts: ValueConflict[] = []
  for (const region of diff3(base.map(wordOf), ours.map(wordOf), theirs.map(wordOf))) {
    const merged = mergeRegion(region, lists, way, [...path, elements.length])
    elements.push(...merged.elements)
    conflicts.push(...merged.conflicts)
  }
  return { value: elements, conflicts }
}

interface MergedRegion {
  readonly elements: ArrayValue
  readonly conflicts: readonly ValueConflict[]
}

function mergeRegion(
  region: Region,
  lists: { readonly base: ArrayValue; readonly ours: ArrayValue; readonly theirs: ArrayValue },
  way: ListWay,
  path: Path,
): MergedRegion {
  const was = lists.base.slice(region.base.start, region.base.end)
  const one = lists.ours.slice(region.ours.start, region.ours.end)
  const other = lists.theirs.slice(region.theirs.start, region.theirs.end)
  if (region.stable) return { elements: one, conflicts: [] }
  const [before, left, right] = [was, one, other].map(wordOf)
  if (left === right || before === right) return { elements: one, conflicts: [] }
  if (before === left) return { elements: other, conflicts: [] }
  const paired = mergePairs(was, one, other, way, path)
  if (paired !== undefined) return paired
  const elements = { base: was, ours: one, theirs: other }[way.prefer]
  return { elements, conflicts: [{ path, base: was, ours: one, theirs: other, elements: true }] }
}

/** Elements that both sides left in their number: each with the one in its place, where it is plainly the same one still. */
function mergePairs(
  was: ArrayValue,
  one: ArrayValue,
  other: ArrayValue,
  way: ListWay,
  path: Path,
): MergedRegion | undefined {
  if (was.length !== one.length || was.length !== other.length) return undefined
  const elements: Value[] = []
  const conflicts: ValueConflict[] = []
  for (const [index, base] of was.entries()) {
    const [ours, theirs] = [one[index], other[index]]
    if (!isSame(base, ours) || !isSame(base, theirs)) return undefined
    const merged = way.merge({ base, ours, theirs }, way, path.with(-1, Number(path.at(-1)) + index))
    if (merged.value === undefined) return undefined
    elements.push(merged.value)
    conflicts.push(...merged.conflicts)
  }
  return { elements, conflicts }
}

/** Whether two elements are plainly two states of one: they are equal, or objects that share at least half of what they say. */
function isSame(left: Value, right: Value | undefined): boolean {
  if (right === undefined) return false
  if (wordOf(left) === wordOf(right)) return true
  if (!isObject(left) || !isObject(right)) return false
  const [one, other] = [wordsIn(left), wordsIn(right)]
  const known = new Set(other)
  const shared = one.filter((word) => known.has(word)).length
  return shared * 2 >= Math.max(one.length, other.length) && shared > 0
}

function wordsIn(value: Value, at = ""): readonly string[] {
  if (isObject(value)) return keysOf(value).flatMap((key) => wordsIn(value[key] ?? null, `${at}/${key}`))
  return isArray(value) ? value.flatMap((item) => wordsIn(item, `${at}[]`)) : [`${at}=${wordOf(value)}`]
}
