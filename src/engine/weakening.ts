import type { Document } from "../model/document.ts"
import { type Path, valueAt } from "../model/path.ts"
import { child, isArray, isObject, keysOf, type Value } from "../model/value.ts"
import { matcher } from "./glob.ts"
import { clients, type Guard } from "./guards.ts"

/** A setting that permits more than it did, in words. */
export interface Weakening {
  /** 0-based document of the file. */
  readonly document: number
  readonly path: Path
  readonly before: string
  readonly after: string
}

/** The guards of the client that reads a file; none for a file that no client is known to read. */
export function guardsOf(path: string): readonly Guard[] {
  return clients.filter(({ files }) => matcher(files)(path)).flatMap(({ guards }) => guards)
}

/** What a file permits after a change that it did not permit before. Both texts parse. */
export function weakenings(
  path: string,
  before: readonly Pick<Document, "value">[],
  after: readonly Pick<Document, "value">[],
): readonly Weakening[] {
  const guards = guardsOf(path)
  const count = guards.length === 0 ? 0 : Math.max(before.length, after.length)
  return Array.from({ length: count }, (_, document) =>
    guards.flatMap((guard) =>
      weakened(guard, before[document]?.value, after[document]?.value).map((each) => ({ document, ...each })),
    ),
  ).flat()
}

/** Permission bits that others than the owner get, or that run a program as its owner. */
export function openedMode(before: string, after: string): boolean {
  const [was, is] = [Number.parseInt(before, 8), Number.parseInt(after, 8)]
  return (is & ~was & 0o7077) !== 0
}

type Change = Omit<Weakening, "document">

function weakened(guard: Guard, before: Value | undefined, after: Value | undefined): readonly Change[] {
  // Of what is gone (an agent, a server) nothing is permitted any more.
  return placesOf(after, guard.path).flatMap((path) => {
    const [was, is] = [before, after].map((root) => valueAt(root, path))
    return guard.by === "list" ? listChanges(guard, path, was, is) : scaleChanges(guard, path, was, is)
  })
}

/** The places that a pattern means: with `*` those that are there, else the one it names, also where nothing is. */
function placesOf(root: Value | undefined, pattern: Path): readonly Path[] {
  let places: readonly (readonly [Path, Value | undefined])[] = [[[], root]]
  for (const step of pattern)
    places = places.flatMap(([path, value]) => {
      const steps = step !== "*" ? [step] : isObject(value) ? keysOf(value) : isArray(value) ? [...value.keys()] : []
      return steps.map((each): [Path, Value | undefined] => [[...path, each], child(value, each)])
    })
  return places.map(([path]) => path)
}

type ScaleGuard = Extract<Guard, { readonly by: "scale" }>
type Word = string | boolean

function scaleChanges(
  { scale, unset, map }: ScaleGuard,
  path: Path,
  before: Value | undefined,
  after: Value | undefined,
): readonly Change[] {
  const rank = (word: Word) => scale.findIndex((words) => words.includes(word))
  const isWord = (value: Value | undefined): value is Word =>
    (typeof value === "string" || typeof value === "boolean") && rank(value) >= 0
  const [was, is] = [before, after].map((value) => wordsIn(value, map === true, isWord))
  if (was === undefined || is === undefined) return []
  const changes = [...new Map([...was, ...is]).values()].flatMap(({ path: at }): readonly Change[] => {
    const [old, now] = [resolved(was, at), resolved(is, at)]
    if (rank(now ?? unset[1]) <= rank(old ?? unset[0])) return []
    return [{ path: [...path, ...at], before: wordText(old), after: wordText(now) }]
  })
  return changes.length > 0 || map !== true ? changes : reordered(was, is, path)
}

interface Placed {
  readonly path: Path
  readonly word: Word
}

/** Every word below a value by its place; a last `*` is the place above it. */
function wordsIn(
  value: Value | undefined,
  deep: boolean,
  isWord: (value: Value | undefined) => value is Word,
  path: Path = [],
): ReadonlyMap<string, Placed> {
  if (isWord(value)) {
    const at = path.at(-1) === "*" ? path.slice(0, -1) : path
    return new Map([[at.join("\0"), { path: at, word: value }]])
  }
  if (!deep || !isObject(value)) return new Map()
  return new Map(keysOf(value).flatMap((key) => [...wordsIn(value[key], deep, isWord, [...path, key])]))
}

/** The word for a place: its own, else that of the nearest above it. */
function resolved(words: ReadonlyMap<string, Placed>, path: Path): Word | undefined {
  for (let length = path.length; length >= 0; length--) {
    const found = words.get(path.slice(0, length).join("\0"))
    if (found !== undefined) return found.word
  }
  return undefined
}

/** The last pattern that matches counts, so that another order of the same patterns may permit more. */
function reordered(
  before: ReadonlyMap<string, Placed>,
  after: ReadonlyMap<string, Placed>,
  path: Path,
): readonly Change[] {
  const order = (words: ReadonlyMap<string, Placed>, others: ReadonlyMap<string, Placed>) =>
    [...words].filter(([key]) => others.has(key)).map(([, { path: at, word }]) => ({ at, word }))
  const [was, is] = [order(before, after), order(after, before)]
  const first = was.findIndex(({ at }, index) => at.join("\0") !== is[index]?.at.join("\0"))
  const words = new Set(was.map(({ word }) => word))
  if (first < 0 || words.size < 2) return []
  const text = (all: typeof was) => all.map(({ at }) => at.join(".") || "*").join(", ")
  return [{ path, before: `the order ${text(was)}`, after: `the order ${text(is)}` }]
}

function listChanges(
  { element, absent }: Extract<Guard, { readonly by: "list" }>,
  path: Path,
  before: Value | undefined,
  after: Value | undefined,
): readonly Change[] {
  const [was, is] = [elementsOf(before), elementsOf(after)]
  if (element === "forbids")
    return (was ?? []).filter((each) => is?.includes(each) !== true).map((each) => change(path, each, undefined))
  if (was === undefined && absent === "everything") return []
  if (is === undefined) return absent === "everything" ? [change(path, (was ?? []).join(", "), "everything")] : []
  return is.filter((each) => was?.includes(each) !== true).map((each) => change(path, undefined, each))
}

/** Some lists may be written as one text with commas; a comma in brackets belongs to its element. */
function elementsOf(value: Value | undefined): readonly string[] | undefined {
  if (typeof value === "string")
    return value
      .split(/,(?![^(]*\))/)
      .map((each) => each.trim())
      .filter((each) => each !== "")
  return isArray(value) ? value.map((each) => (typeof each === "string" ? each : JSON.stringify(each))) : undefined
}

function change(path: Path, before: Word | undefined, after: Word | undefined): Change {
  return { path, before: wordText(before), after: wordText(after) }
}

function wordText(word: Word | undefined): string {
  return word === undefined ? "nothing" : String(word)
}
