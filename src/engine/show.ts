import { DateTime, isArray, isObject, toJson, type Value } from "../model/value.ts"

const longest = 120

/** A value inside a sentence that somebody else wrote: text as it is, a list joined by ", ", the rest as JSON; long ones are cut. */
export function show(value: Value | undefined): string {
  if (value === undefined) return "(missing)"
  if (isArray(value)) return cut(value.map((item) => (isArray(item) ? quote(item) : show(item))).join(", "))
  return typeof value === "string" ? cut(value) : quote(value)
}

/** A value as one would write it in JSON, long ones cut. */
export function quote(value: Value): string {
  if (typeof value === "bigint" || value instanceof DateTime) return String(value)
  return cut(isArray(value) || isObject(value) ? JSON.stringify(toJson(value)) : JSON.stringify(value))
}

function cut(text: string): string {
  if (text.length <= longest) return text
  const end = /[\uD800-\uDBFF]/.test(text[longest - 2] ?? "") ? longest - 2 : longest - 1
  return `${text.slice(0, end)}…`
}
