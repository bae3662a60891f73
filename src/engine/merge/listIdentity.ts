import { type Path, valueAt } from "../../model/path.ts"
import { type ArrayValue, DateTime, isArray, isObject, keysOf, type Value } from "../../model/value.ts"

/** How the elements of a list are told from one another: by keys of theirs, or each is its own name and stands there once. */
export type Naming =
  | { readonly kind: "keyed"; readonly keys: readonly [IdentityKey, ...IdentityKey[]] }
  | { readonly kind: "set" }

/** The same; or it is one thing with all that is in it, of which no half is ever put to another: so may an object be. */
export type ListKind = Naming | { readonly kind: "atomic" }

/** A part of an element's name, in the element. */
export interface IdentityKey {
  readonly path: readonly string[]
  /** What counts where it is absent. */
  readonly default?: Value
}

/** What is declared of the list at a place, the surest first; nothing: it is guessed. Indices in the path stand for any element. */
export type ListKindsOf = (path: Path) => readonly ListKind[]

/** Keys that name an element where every element has another, the surest first. */
const names = ["id", "name", "key", "slug", "repo", "path", "file", "url"].map((name) => keyedBy([name]))

/** Lists of words that are read in their order: an order to run, a place. */
const ordered = /^(?:args?|argv|command|cmd|entrypoint|exec|run|shell|flags|options)$/i

export function keyedBy(path: readonly string[]): Naming {
  return { kind: "keyed", keys: [{ path }] }
}

/** The names of the elements of some states of one list. */
export type NameOf = (element: Value) => string | undefined

/**
 * How the elements of a list are told from one another in all of its states: by a key that is declared and that every element has, each another; else by
 * one that is usual; else a list of words, each there once, is a set.
 * @param states of which the first may be absent.  @returns `undefined` when they are told by their places alone.
 */
export function nameIn(states: States, path: Path, declared: readonly ListKind[]): NameOf | undefined {
  const [first, ...others] = states
  const lists = [first ?? [], ...others]
  const keyed = [...declared.filter(isNaming).filter(({ kind }) => kind === "keyed"), ...names].find((kind) =>
    fits(lists, kind),
  )
  if (keyed !== undefined) return nameBy(keyed)
  const isSet = first !== undefined && areWords(lists, path) && fits(lists, { kind: "set" })
  return isSet ? wordOf : declaredName(states, declared)
}

/** The same by what is declared alone. */
export function declaredName([first, ...others]: States, declared: readonly ListKind[]): NameOf | undefined {
  const lists = [first ?? [], ...others]
  const mayBe = (kind: Naming) => kind.kind === "keyed" || lists.every((list) => list.every(isScalar))
  const kind = declared.filter(isNaming).find((each) => mayBe(each) && fits(lists, each))
  return kind && nameBy(kind)
}

type States = readonly [ArrayValue | undefined, ...ArrayValue[]]

function areWords(states: readonly ArrayValue[], path: Path): boolean {
  const isWord = (word: Value) => typeof word === "string" && !word.startsWith("-")
  return states.every((list) => list.every(isWord)) && !ordered.test(String(path.at(-1) ?? ""))
}

function isNaming(kind: ListKind): kind is Naming {
  return kind.kind !== "atomic"
}

/** Whether every element has a name that no other of its list has. */
function fits(states: readonly ArrayValue[], kind: Naming): boolean {
  const name = nameBy(kind)
  return states.every((list) => {
    const found = new Set<string>()
    return list.every((element) => {
      const word = name(element)
      if (word === undefined || found.has(word)) return false
      found.add(word)
      return true
    })
  })
}

/** The elements of two lists as words: by their names where all have one, so that an element that changed is still known. */
export function wordsOf(
  one: ArrayValue,
  other: ArrayValue,
  declared: readonly ListKind[] = [],
): readonly [readonly string[], readonly string[]] {
  const keyed = [...declared.filter(isNaming), ...names].find(
    (kind) => kind.kind === "keyed" && fits([one, other], kind),
  )
  const name = keyed === undefined ? wordOf : nameBy(keyed)
  return [one.map((each) => name(each) ?? ""), other.map((each) => name(each) ?? "")]
}

function nameBy(kind: Naming): NameOf {
  if (kind.kind === "set") return wordOf
  return (element) => {
    if (!isObject(element)) return undefined
    const own = kind.keys.map(({ path }) => valueAt(element, path))
    if (own.every((part) => part === undefined)) return undefined
    const parts = kind.keys.map((key, index) => own[index] ?? key.default)
    return parts.every(isPart) ? parts.map((part) => (part === undefined ? "" : wordOf(part))).join() : undefined
  }
}

function isPart(value: Value | undefined): boolean {
  return value === undefined || typeof value === "string" || typeof value === "number" || typeof value === "boolean"
}

function isScalar(value: Value): boolean {
  return !isArray(value) && !isObject(value)
}

/** A word for a value: two values have the same one when they are equal. */
export function wordOf(value: Value): string {
  if (typeof value === "string") return JSON.stringify(value)
  if (isArray(value)) return `[${value.map(wordOf).join()}]`
  if (isObject(value)) {
    const members = [...keysOf(value)].sort().map((key) => `${JSON.stringify(key)}:${wordOf(value[key] ?? null)}`)
    return `{${members.join()}}`
  }
  if (value instanceof DateTime) return `@${value.text.replace(/^(\d{4}-\d{2}-\d{2})[ tT]/, "$1T").replace(/z$/, "Z")}`
  return Object.is(value, -0) ? "0" : String(value)
}
