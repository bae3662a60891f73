import { DateTime, isArray, isObject, keysOf, type Value } from "../model/value.ts"

/**
 * A value as indented JSON with nothing lost: keys in the order of the text, big integers digit by digit. A date is its text, NaN and the
 * infinities are their names, as strings.
 */
export function printValue(value: Value, indent = ""): string {
  const inner = `${indent}  `
  if (isArray(value)) {
    return block(
      value.map((item) => printValue(item, inner)),
      ["[", "]"],
      indent,
    )
  }
  if (isObject(value)) {
    const members = keysOf(value).map((key) => `${JSON.stringify(key)}: ${printValue(value[key] ?? null, inner)}`)
    return block(members, ["{", "}"], indent)
  }
  if (typeof value === "bigint") return String(value)
  if (value instanceof DateTime) return JSON.stringify(value.text)
  return JSON.stringify(typeof value === "number" && !Number.isFinite(value) ? String(value) : value)
}

function block(items: readonly string[], [open, close]: readonly [string, string], indent: string): string {
  if (items.length === 0) return open + close
  return `${open}\n${items.map((item) => `${indent}  ${item}`).join(",\n")}\n${indent}${close}`
}
