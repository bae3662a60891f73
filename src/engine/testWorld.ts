import type { Document, Location } from "../model/document.ts"
import { type Path, valueAt } from "../model/path.ts"
import type { FileFact } from "../model/rule.ts"
import type { Value } from "../model/value.ts"
import type { World } from "../model/world.ts"
import type { Subject } from "./evaluate.ts"
import { like } from "./glob.ts"

export interface Given {
  readonly documents?: Readonly<Record<string, Value>>
  readonly commands?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly lastGood?: Value
  readonly lastGoodText?: string
  readonly facts?: Readonly<Partial<Record<FileFact, Value>>>
  readonly secrets?: Readonly<Record<string, string>>
  readonly templates?: Readonly<Record<string, string>>
}

/** A world in memory, for tests. */
export function testWorld(given: Given = {}): World {
  const documents = given.documents ?? {}
  return {
    document: (path) => documents[path],
    documents: (glob) =>
      Object.keys(documents)
        .sort()
        .filter((path) => glob === "**" || path.endsWith(glob.slice(glob.lastIndexOf("*") + 1)))
        .map((path) => ({ path, value: documents[path] as Value })),
    files: (glob) =>
      Object.keys(documents)
        .sort()
        .filter((path) => like(path, glob)),
    loading: () => undefined,
    exists: (path) => Object.hasOwn(documents, path),
    onPath: (command) => (given.commands ?? []).includes(command),
    environment: (name) => given.environment?.[name],
    lastGood: (path) => valueAt(given.lastGood, path),
    lastGoodText: () => given.lastGoodText,
    file: (fact) => given.facts?.[fact] ?? (fact === "exists" ? true : null),
    secrets: () =>
      new Map(Object.entries(given.secrets ?? {}).map(([text, kind]) => [text, { kind, parts: [text] }] as const)),
    template: (path) => given.templates?.[path],
  }
}

/** A document whose spans tell where one was asked: the value of a node at depth d is {100 + d}, its key {10 + d}. */
function testDocument(value: Value): Document {
  return {
    value,
    span: { start: 0, end: 1000 },
    locate: (path: Path): Location | undefined => {
      if (valueAt(value, path) === undefined) return undefined
      const at = { start: 100 + path.length, end: 200 + path.length }
      const hasKey = typeof path.at(-1) === "string"
      return hasKey ? { value: at, key: { start: 10 + path.length, end: 11 + path.length } } : { value: at }
    },
    comments: () => [],
    candidates: () => ({ refused: "this document is for tests" }),
  }
}

export function testSubject(value: Value | undefined, given: Given = {}, file = "opencode.json"): Subject {
  return {
    file,
    format: "json",
    documents: value === undefined ? [] : [testDocument(value)],
    world: testWorld(given),
    environment: undefined,
  }
}
