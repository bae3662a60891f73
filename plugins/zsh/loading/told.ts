import type { Path } from "../../../src/model/path.ts"
import { makeObject, type Value } from "../../../src/model/value.ts"

/** Something that is to be told of a place in a file: `what` it is about, and the file `by` which it is so. */
export interface Told {
  readonly topic: "again" | "missing" | "lost" | "early" | "twice" | "late"
  readonly file: string
  readonly path: Path
  readonly what: string
  readonly by?: string
}

/** By topic and group a table like the document's own, with `{ what, by }` where there is something to tell, and in a list `null` where not. */
export function tables(told: readonly Told[]): readonly (readonly [string, Value])[] {
  return [...Map.groupBy(told, ({ topic }) => topic)].map(([topic, ofTopic]) => {
    const groups = Map.groupBy(ofTopic, ({ path }) => String(path[0]))
    return [topic, makeObject([...groups].map(([group, all]) => [group, table(all)] as const))]
  })
}

function table(told: readonly Told[]): Value {
  const entries = told.map(({ path, what, by }) => {
    const fact = makeObject([["what", what], ...(by === undefined ? [] : [["by", by] as const])])
    return [path[1] ?? 0, fact] as const
  })
  const byIndex = new Map(entries)
  const length = Math.max(-1, ...[...byIndex.keys()].map((key) => (typeof key === "number" ? key : -1)).slice(-1)) + 1
  return length === 0
    ? makeObject(entries.map(([key, fact]) => [String(key), fact] as const))
    : Array.from({ length }, (_, index) => byIndex.get(index) ?? null)
}
