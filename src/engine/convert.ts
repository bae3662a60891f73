import type { Kind } from "../model/rule.ts"
import { isArray, isObject, type Value } from "../model/value.ts"
import { isKind } from "./kinds.ts"

/** A value as another kind where nothing is lost by it (`"8080"` as a number, `"x"` as `["x"]`); `undefined` where something would be. */
export function convert(value: Value, kind: Kind): Value | undefined {
  if (isKind(value, kind)) return value
  if (typeof kind !== "string") return isArray(value) ? convertAll(value, kind.array) : wrapped(value, kind.array)
  switch (kind) {
    case "number":
      return typeof value === "string" ? number(value) : undefined
    case "integer": {
      const converted = typeof value === "string" ? number(value) : undefined
      return isKind(converted, "integer") ? converted : undefined
    }
    case "boolean":
      return value === "true" ? true : value === "false" ? false : undefined
    case "string":
      return typeof value === "boolean" || typeof value === "bigint" || Number.isFinite(value)
        ? String(value)
        : undefined
    case "array":
      return value === null || isObject(value) ? undefined : [value]
    default:
      return undefined
  }
}

function convertAll(list: readonly Value[], kind: Kind): readonly Value[] | undefined {
  const converted = list.map((item) => convert(item, kind)).filter((item) => item !== undefined)
  return converted.length === list.length ? converted : undefined
}

function wrapped(value: Value, kind: Kind): Value | undefined {
  const item = value === null || isObject(value) || typeof kind !== "string" ? undefined : convert(value, kind)
  return item === undefined ? undefined : [item]
}

/** A decimal that is written as JSON writes it, so that turning it back gives the same text: no `08`, `+1`, `1e3`, `1.50`. */
function number(text: string): number | bigint | undefined {
  if (!/^-?(?:0|[1-9][0-9]*)(?:\.[0-9]*[1-9])?$/.test(text) || text === "-0") return undefined
  if (!text.includes(".") && !Number.isSafeInteger(Number(text))) return BigInt(text)
  return String(Number(text)) === text ? Number(text) : undefined
}
