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

/** So many of a kind are told in a project: more come from one mistake of a program, and the last one says how many there are. */
const most = 1000

/** By topic and group a table like the document's own, with `{ what, by }` where there is something to tell, and in a list `null` where not. */
export function tables(told: readonly Told[]): readonly (readonly [string, Value])[] {
  return [...Map.groupBy(told, ({ topic }) => topic)].map(([topic, ofTopic]) => {
    const groups = Map.groupBy(ofTopic, ({ path }) => String(path[0]))
    return [topic, makeObject([...groups].map(([group, all]) => [group, table(all)] as const))]
  })
}

/** The first of all that is of one topic. */
export function few(told: readonly Told[]): readonly Told[] {
  const last = told[most - 1]
  if (last === undefined || told.length === most) return told
  return [...told.slice(0, most - 1), { ...last, what: `${last.what} (and ${told.length - most} more like it)` }]
}

function table(told: readonly Told[]): Value {
  const entries = told.map(({ path, what, by }) => {
    const fact = makeObject([["what", what], ...(by === undefined ? [] : [["by", by] as const])])
    return [path[1] ?? 0, fact] as const
  })
  const length = entries.reduce((most, [key]) => (typeof key === "number" ? Math.max(most, key + 1) : most), 0)
  if (length === 0) return makeObject(entries.map(([key, fact]) => [String(key), fact] as const))
  const list = Array.from({ length }, (): Value => null)
  for (const [key, fact] of entries) if (typeof key === "number") list[key] = fact
  return list
}
