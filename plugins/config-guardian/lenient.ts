import { jsonFault } from "../../src/model/jsonFault.ts"

/** What was read, and what was odd about it, in words. */
export type Read<T> =
  | { readonly ok: true; readonly value: T; readonly remarks: readonly string[] }
  | { readonly ok: false; readonly problem: string }

export type Fields = ReadonlyMap<string, unknown>

/** Own keys alone: nothing of a file is looked up on a prototype. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? new Map(Object.entries(value))
    : undefined
}

/** The first of these fields that holds a text. */
export function textOf(fields: Fields, ...names: readonly string[]): string | undefined {
  return names.map((name) => fields.get(name)).find(isText)
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== ""
}

/**
 * JSON, also as the shell scripts of config-guardian print it: a time stamp without quotes (`20300131_120000`), nothing where a command said nothing
 * (`"size": ,`). Which of the two it was is a remark.
 */
export function parseLenient(text: string): Read<unknown> {
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text
  try {
    return { ok: true, value: JSON.parse(json), remarks: [] }
  } catch (error) {
    const mended = json
      .replace(/(":[ \t]*)(\d{8}_\d{6})(?=\s*[,}])/g, '$1"$2"')
      .replace(/(":)[ \t]*(?=\r?\n?[ \t]*[,}])/g, "$1 null")
    const problem = `it is no JSON${jsonFault(error)}`
    if (mended === json) return { ok: false, problem }
    try {
      const value: unknown = JSON.parse(mended)
      return { ok: true, value, remarks: ["it is no JSON as it stands: a value has no quotes or is missing"] }
    } catch {
      return { ok: false, problem }
    }
  }
}

/** Fields that nobody asked for, as a remark. */
export function unknownFields(fields: Fields, known: readonly string[], where: string): readonly string[] {
  const unknown = [...fields.keys()].filter((key) => !known.includes(key))
  if (unknown.length === 0) return []
  const some = unknown.slice(0, 5).map((key) => key.slice(0, 40))
  return [`${where}: not understood and passed over: ${some.join(", ")}${unknown.length > some.length ? ", …" : ""}`]
}
