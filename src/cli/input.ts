import { formatNamed } from "../app/formats.ts"
import { defaultLimits } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import { DateTime, isArray, isObject, type Value } from "../model/value.ts"

export const inputTypes = ["string", "number", "integer", "boolean", "null", "json", "array", "object", "date"] as const
export type InputType = (typeof inputTypes)[number]

const tests: Readonly<Record<Exclude<InputType, "string" | "date">, (value: Value) => boolean>> = {
  number: isNumber,
  integer: (value) => isNumber(value) && (typeof value === "bigint" || Number.isInteger(value)),
  boolean: (value) => typeof value === "boolean",
  null: (value) => value === null,
  json: () => true,
  array: isArray,
  object: isObject,
}

/** RFC 3339 as TOML takes it: a date, a time, or both with or without an offset. */
const dateTime =
  /^(?:\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[Zz]|[+-]\d{2}:\d{2})?)?|\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)$/

/** @returns `undefined` when the text is no date or time. */
export function parseDate(text: string): DateTime | undefined {
  return dateTime.test(text) ? new DateTime(text) : undefined
}

/**
 * What a person typed as a value: JSON, or else a plain string; with a type, exactly that.
 * @throws CfgsyncError `value-invalid` when it is not of the type that was asked for.
 */
export async function parseInput(text: string, type: InputType | undefined): Promise<Value> {
  if (type === "string") return text
  if (type === "date") {
    const date = parseDate(text)
    if (date !== undefined) return date
    throw notA("date or time", text)
  }
  const value = await parseJson(text)
  if (type === undefined) return value === undefined ? text : value
  if (value === undefined || !tests[type](value)) throw notA(type === "json" ? "JSON value" : type, text)
  return value
}

/** Strict JSON, read by the format's own parser, which keeps big integers and the order of keys. */
async function parseJson(text: string): Promise<Value | undefined> {
  try {
    JSON.parse(text)
  } catch {
    return undefined
  }
  const json = await formatNamed("json")
  const parsed = json?.parse({ path: "value.json", text, bom: false }, defaultLimits)
  const problem = parsed?.problems.find(({ severity }) => severity === "error")
  if (problem !== undefined) throw new CfgsyncError("value-invalid", `the value cannot be used: ${problem.message}`)
  return parsed?.documents[0]?.value
}

function isNumber(value: Value): boolean {
  return typeof value === "number" || typeof value === "bigint"
}

function notA(type: string, text: string): CfgsyncError {
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text
  return new CfgsyncError("value-invalid", `the value is not of type ${type}: ${shown}`)
}
