import type { Kind, KindName } from "../model/rule.ts"
import { type ArrayValue, DateTime, isArray, isObject, keysOf, type Value } from "../model/value.ts"
import { byCodePoint } from "./operations.ts"

/**
 * `value is kind`; `undefined` is a value that is missing. `executable` cannot be told from the value alone and is false here: it is a fact
 * of the world.
 */
export function isKind(value: Value | undefined, kind: Kind): boolean {
  if (typeof kind !== "string") return isArray(value) && value.every((item) => isKind(item, kind.array))
  return kinds[kind](value)
}

const kinds: Readonly<Record<KindName, (value: Value | undefined) => boolean>> = {
  string: (value) => typeof value === "string",
  number: isNumber,
  integer: (value) => typeof value === "bigint" || Number.isInteger(value),
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
  array: isArray,
  object: isObject,
  absent: (value) => value === undefined,
  present: (value) => value !== undefined,
  empty: (value) =>
    value === "" || (isArray(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0),
  sorted: (value) => (isArray(value) ? isSorted(value) : isObject(value) && isSorted(keysOf(value))),
  unique: (value) => isArray(value) && repeats(value).length === 0,
  // A scheme and two slashes: `localhost:8080` and `C:\x` are URLs to a URL parser, but to nobody else.
  url: (value) =>
    typeof value === "string" && /^[A-Za-z][A-Za-z0-9+.-]+:\/\/[^\s]+$/.test(value) && URL.canParse(value),
  path: (value) => typeof value === "string" && looksLikePath(value),
  executable: () => false,
}

/** A slash or backslash, a leading `.` or `~`, or a file extension; on one line and no URL. */
function looksLikePath(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: no file name holds one that anybody means
  if (text === "" || /[\u0000-\u001f]/.test(text) || /^[A-Za-z][A-Za-z0-9+.-]+:\/\//.test(text)) return false
  return /[/\\]/.test(text) || /^[.~]/.test(text) || /\.[A-Za-z0-9_-]+$/.test(text)
}

export function isNumber(value: Value | undefined): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint"
}

function isSorted(list: ArrayValue | readonly string[]): boolean {
  if (list.every((item) => typeof item === "string")) {
    return list.every((item, index) => index === 0 || byCodePoint(list[index - 1] as string, item as string) <= 0)
  }
  return (
    list.every(isNumber) && list.every((item, index) => index === 0 || (list[index - 1] as number) <= (item as number))
  )
}

/** Indices of the elements that are equal to one before them. */
export function repeats(list: ArrayValue): readonly number[] {
  const seen = new Set<string>()
  return list.flatMap((item, index) => {
    const key = valueKey(item)
    if (seen.has(key)) return [index]
    seen.add(key)
    return []
  })
}

/** A text that two values share exactly when they are `equal`. */
export function valueKey(value: Value | undefined): string {
  switch (typeof value) {
    case "undefined":
      return "-"
    case "string":
      return `s${value.length}:${value}`
    case "boolean":
      return value ? "t" : "f"
    case "bigint":
      return `n${value}`
    case "number":
      return `n${Number.isInteger(value) ? BigInt(value) : value}`
    default:
      if (value === null) return "0"
      if (value instanceof DateTime) {
        return `d${value.text.replace(/^(\d{4}-\d{2}-\d{2})[ tT]/, "$1T").replace(/z$/, "Z")};`
      }
      if (isArray(value)) return `[${value.map(valueKey).join(",")}]`
      return `{${Object.keys(value)
        .sort()
        .map((key) => `${valueKey(key)}=${valueKey(value[key])}`)
        .join(",")}}`
  }
}
