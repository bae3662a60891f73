import type { Value } from "../../src/model/value.ts"
import { isArray, isObject, keysOf } from "../../src/model/value.ts"
import type { Seen } from "./worker.ts"

/** `a > b`, as the labels write a place. */
export function placeOf(path: Seen["path"]): string {
  return path.join(" > ")
}

function within(place: string, outer: string): boolean {
  return place === outer || place.startsWith(`${outer} > `)
}

/**
 * Whether a finding tells that a key is dropped: it is about the key or about what holds it (a server that is lost whole), or it is an error
 * inside the same entry, which is what makes OpenCode drop all of the entry. The root is no place.
 */
export function tells({ path, severity }: Seen, dropped: string): boolean {
  const own = placeOf(path)
  if (own === "" || severity === "info") return false
  if (within(dropped, own)) return true
  const entry = dropped.split(" > ").slice(0, 2).join(" > ")
  return severity === "error" && dropped.includes(" > ") && within(own, entry)
}

/** Whether a key that is said to have no effect was in truth read: nothing at, above or below it was dropped. */
export function isRead({ path }: Seen, dropped: readonly string[]): boolean {
  const own = placeOf(path)
  return !dropped.some((key) => within(own, key) || within(key, own))
}

/** A finding that says that a key does nothing. */
export function isIdle({ message }: Seen): boolean {
  return message.includes("no effect")
}

/** Whether a finding is about the place that an issue of the client names, or about what stands there. */
export function isAt({ path, about }: Seen, issue: string): boolean {
  return isPlaceOf(path, issue) || isPlaceOf(about, issue)
}

function isPlaceOf(path: Seen["path"], issue: string): boolean {
  const unknown = /^Unrecognized keys?: (.*)$/s.exec(issue)?.[1]
  if (unknown !== undefined) {
    const quoted = [...unknown.matchAll(/"([^"]+)"/g)].map(([, key]) => key)
    const holder = path.slice(0, -1).join(".")
    const isNamed = (quoted.length > 0 ? quoted : unknown.split(", ")).includes(String(path.at(-1)))
    return isNamed && (holder === "" || unknown.endsWith(` ${holder}`))
  }
  const place = issue.slice(issue.lastIndexOf(" ") + 1)
  for (let length = path.length; length > 0; length--) {
    if (issue.endsWith(` ${path.slice(0, length).join(".")}`)) return true
  }
  return path.length > 0 && place.startsWith(`${path.join(".")}.`)
}

/** Every value that is no list and no object, with its place. */
function leaves(value: Value | undefined, at: Seen["path"] = []): readonly (readonly [Seen["path"], string])[] {
  if (isArray(value)) return value.flatMap((item, index) => leaves(item, [...at, index]))
  if (isObject(value)) return keysOf(value).flatMap((key) => leaves(value[key], [...at, key]))
  return value === undefined ? [] : [[at, String(value)]]
}

/** The settings of a value that are in no place of another, but for those at or below a place that a finding was about. */
export function lost(before: Value | undefined, after: Value | undefined, wrong: readonly Seen[]): readonly string[] {
  const there = new Map<string, number>()
  for (const [, text] of leaves(after)) there.set(text, (there.get(text) ?? 0) + 1)
  const excused = new Set(wrong.filter(({ path }) => path.length > 0).map(({ path }) => placeOf(path)))
  const own = leaves(before)
  // Those that a finding is about take what is left over, so that they hide no loss.
  const isExcused = ([path]: (typeof own)[number]) =>
    path.some((_, index) => excused.has(placeOf(path.slice(0, index + 1))))
  return [...own.filter((leaf) => !isExcused(leaf)), ...own.filter(isExcused)].flatMap((leaf) => {
    const left = there.get(leaf[1]) ?? 0
    there.set(leaf[1], left - 1)
    return left > 0 || isExcused(leaf) ? [] : [placeOf(leaf[0])]
  })
}

/** The elements of a list that another has fewer of. */
export function missingFrom(before: readonly string[], after: readonly string[]): readonly string[] {
  const left = [...after]
  return before.filter((one) => {
    const index = left.indexOf(one)
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
}
