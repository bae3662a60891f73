import { decode } from "../model/source.ts"
import { isArray, isObject, type Value } from "../model/value.ts"
import type { System } from "../system/system.ts"

/** A schema that was copied into the project, with where it came from. */
export interface AddedSchema {
  /** Relative to the root. */
  readonly path: string
  /** An https URL, or a path relative to the root. */
  readonly source: string
}

/** Where a schema is put unless said, and the list of those that were: both belong to the project and are committed. */
export const schemaHome = ".cfgsync/schemas"
export const addedList = `${schemaHome}/index.json`
export const schemaSize = 5 * 1024 * 1024

/** Those of a project; none where the list is not there or is damaged. */
export function addedSchemas(system: System): readonly AddedSchema[] {
  const text = textOf(system)
  const value = text === undefined ? undefined : parsedJson(text)
  const schemas = isObject(value) ? value.schemas : undefined
  return isArray(schemas) ? schemas.flatMap(added) : []
}

function textOf(system: System): string | undefined {
  const bytes = system.stat(addedList)?.kind === "file" ? system.read(addedList, schemaSize) : null
  const decoded = bytes === null ? undefined : decode(addedList, bytes)
  return decoded?.ok === true ? decoded.source.text : undefined
}

function added(value: Value): readonly AddedSchema[] {
  if (!isObject(value) || typeof value.path !== "string" || typeof value.source !== "string") return []
  return [{ path: value.path, source: value.source }]
}

/** @returns `undefined` for what is no JSON. */
export function parsedJson(text: string): Value | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
