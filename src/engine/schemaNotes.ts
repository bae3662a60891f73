import type { Safety } from "../model/finding.ts"
import type { Operation } from "../model/operation.ts"
import type { Path } from "../model/path.ts"
import { isArray, isObject, keysOf, makeObject, type ObjectValue, type Value } from "../model/value.ts"
import { type SchemaReader, unknownWays } from "./schemaReader.ts"
import { show } from "./show.ts"

/*
 * What shipped schemas say beyond JSON Schema, of the object that a keyword stands in:
 * - `x-unknown`: what the reader does with a key that this object does not know, where it is not what it does elsewhere; or that by key, `*` for
 *   all others;
 * - `x-words`: by unknown key, instead of the nearest known one, `why` it is not known or all that it `says` of it, and the key that it may be
 *   renamed `to`;
 * - `x-says`: what is said where this part is broken;
 * - `x-strictest`: words from the strictest: a word for `*` alone is that word; what is none of them is mended by the strictest one in it, and
 *   never taken away;
 * - `x-switches`: names in the place of an object are the only things switched on;
 * - `x-spread`: keys: a word in the place of an object stands for an object with that word for each of them.
 */

interface Noted {
  readonly parentSchema?: object
  readonly params: Readonly<Record<string, unknown>>
  readonly data?: unknown
}

type Repair = { readonly title: string; readonly safety: Safety; readonly operation: Operation }

function note({ parentSchema }: Pick<Noted, "parentSchema">, name: string): Value | undefined {
  const notes = parentSchema as ObjectValue | undefined
  return notes === undefined ? undefined : member(notes, name)
}

/** What becomes of the unknown key that an error is about, where it stands. */
export function unknownAt(
  error: Pick<Noted, "parentSchema" | "params">,
  unknown: SchemaReader["unknown"],
): SchemaReader["unknown"] {
  const noted = note(error, "x-unknown")
  const said = isObject(noted) ? (member(noted, unknownKeyOf(error)) ?? member(noted, "*")) : noted
  return unknownWays.find((way) => way === said) ?? unknown
}

export function unknownKeyOf({ params }: Pick<Noted, "params">): string {
  return String(params.additionalProperty ?? params.unevaluatedProperty)
}

/** What is known of an unknown key. */
export interface KeyWords {
  readonly why?: string
  readonly says?: string
  readonly to?: string
}

export function wordsOn(error: Noted): KeyWords | undefined {
  const words = note(error, "x-words")
  const said = isObject(words) ? member(words, unknownKeyOf(error)) : undefined
  if (!isObject(said)) return undefined
  const text = (name: string) => {
    const value = member(said, name)
    return typeof value === "string" ? { [name]: value } : {}
  }
  return { ...text("why"), ...text("says"), ...text("to") }
}

function member(object: ObjectValue, key: string): Value | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

export function saysOf(error: Noted): string | undefined {
  const said = note(error, "x-says")
  return typeof said === "string" ? said : undefined
}

/** What can be done about a value that its reader refuses the file for. A last resort: whatever else is known comes first. */
export function lastRepairs(error: Noted, path: Path): readonly Repair[] {
  const data = error.data as Value | undefined
  const strictest = note(error, "x-strictest")
  if (isArray(strictest)) return withStrictest(strictest, data, path)
  const names = note(error, "x-switches") === true ? namesIn(data) : undefined
  if (names !== undefined) return withSwitches(names, path)
  const spread = note(error, "x-spread")
  if (isArray(spread) && typeof data === "string") return withSpread(spread.map(String), data, path)
  return path.length === 0
    ? []
    : [
        {
          title: "take it out, so that the rest of the file is read",
          safety: "unsafe",
          operation: { op: "remove", path },
        },
      ]
}

function withStrictest(words: readonly Value[], data: Value | undefined, path: Path): readonly Repair[] {
  const only = isObject(data) && keysOf(data).join() === "*" ? data["*"] : undefined
  if (only !== undefined && words.includes(only)) {
    const title = `write it as one word: ${show(only)} for everything is just that`
    return [{ title, safety: "safe", operation: { op: "set", path, value: only } }]
  }
  const inside = isObject(data) ? keysOf(data).map((key) => data[key]) : []
  const value = words.find((word) => inside.includes(word)) ?? words[0]
  if (value === undefined) return []
  return [{ title: `set it to the strictest word, ${value}`, safety: "unsafe", operation: { op: "set", path, value } }]
}

/** `["Read", "Bash"]` and `Read, Bash`, as Claude Code has them. */
function namesIn(data: Value | undefined): readonly string[] | undefined {
  const names = typeof data === "string" ? data.split(",").map((name) => name.trim()) : data
  if (!isArray(names)) return undefined
  const words = names.filter((name) => typeof name === "string" && /^\w[\w*-]*$/.test(name)).map(String)
  return words.length > 0 && words.length === names.length ? words : undefined
}

function withSwitches(names: readonly string[], path: Path): readonly Repair[] {
  const on = names.map((name) => [name.toLowerCase(), true] as const)
  const value = makeObject([["*", false], ...new Map(on)])
  return [{ title: "switch on these and nothing else", safety: "unsafe", operation: { op: "set", path, value } }]
}

function withSpread(keys: readonly string[], word: string, path: Path): readonly Repair[] {
  const value = makeObject(keys.map((key) => [key, word] as const))
  const isWhole = keys.length === 1 && keys[0] === "*"
  return [
    {
      title: isWhole ? "write it as a rule for everything" : `write it for ${keys.join(", ")}`,
      safety: isWhole ? "safe" : "unsafe",
      operation: { op: "set", path, value },
    },
  ]
}
