import { isArray, isObject, keysOf, type Value } from "../model/value.ts"
import { withoutEnd } from "../model/withoutEnd.ts"
import { replaced } from "./regex.ts"

/**
 * The functions of the rule language that look at values only. A value of the wrong type gives `undefined`, "missing". What is missing is an
 * empty collection to `count`, `keys` and `values`.
 */
export const valueFunctions = {
  count: ([value]) => {
    if (value === undefined) return 0
    if (isArray(value)) return value.length
    if (isObject(value)) return Object.keys(value).length
    return typeof value === "string" ? [...value].length : undefined
  },
  keys: ([value]) => (value === undefined ? [] : isObject(value) ? keysOf(value) : undefined),
  values: ([value]) => {
    if (value === undefined || isArray(value)) return value ?? []
    return isObject(value) ? keysOf(value).map((key) => value[key] as Value) : undefined
  },
  lower: text((value) => value.toLowerCase()),
  upper: text((value) => value.toUpperCase()),
  trim: text((value) => value.trim()),
  basename: text((value) => withoutEnd(value, "/").split("/").at(-1) ?? ""),
  dirname: text(dirname),
  split: ([value, separator]) =>
    typeof value === "string" && typeof separator === "string" ? value.split(separator) : undefined,
  join: ([list, separator]) =>
    isArray(list) && typeof separator === "string" && list.every((item) => typeof item === "string")
      ? list.join(separator)
      : undefined,
  replace: ([value, pattern, by]) =>
    typeof value === "string" && typeof pattern === "string" && typeof by === "string"
      ? replaced(value, pattern, by)
      : undefined,
} as const satisfies Record<string, ValueFunction>

export type ValueFunction = (args: readonly (Value | undefined)[]) => Value | undefined

function text(map: (value: string) => string): ValueFunction {
  return ([value]) => (typeof value === "string" ? map(value) : undefined)
}

function dirname(path: string): string {
  const trimmed = path.slice(0, 1) + withoutEnd(path.slice(1), "/")
  const slash = trimmed.lastIndexOf("/")
  return slash < 0 ? "." : slash === 0 ? "/" : trimmed.slice(0, slash)
}
