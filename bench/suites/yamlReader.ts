import { CORE_SCHEMA, loadAll, mergeTag, realMapTag } from "js-yaml"
import { isArray, isObject, keysOf, makeObject, type Value } from "../../src/model/value.ts"
import type { SecondReader } from "./measure.ts"

const schema = CORE_SCHEMA.withTags(mergeTag, realMapTag)

/** js-yaml, with maps of any keys. */
export const yamlReader: SecondReader = { secondReader, normal }

function secondReader(text: string): readonly Value[] | undefined {
  try {
    const values = loadAll(text, { schema }).map(fromMaps)
    // js-yaml has no document where the others have one that is null.
    return values.length === 0 ? [null] : values
  } catch {
    return undefined
  }
}

class Unspeakable extends Error {}

function fromMaps(value: unknown): Value {
  if (Array.isArray(value)) return value.map(fromMaps)
  if (value instanceof Map) return makeObject([...value].map(([key, item]) => [keyText(key), fromMaps(item)] as const))
  if (value === null || value === undefined) return null
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean" || typeof value === "bigint")
    return value
  throw new Unspeakable("js-yaml made something that has no place in a document")
}

function keyText(key: unknown): string {
  if (typeof key === "object" && key !== null) throw new Unspeakable("js-yaml made a key of a list or a map")
  return String(key)
}

function normalKey(key: string): string {
  if (/^(?:|~|null|Null|NULL)$/.test(key)) return "null"
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(key)) return key.toLowerCase()
  return /^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$|^0x[0-9a-fA-F]+$|^0o[0-7]+$/.test(key)
    ? String(Number(key))
    : key
}

/** js-yaml has no integers beyond a double's, and a key is text here and a scalar there: both are taken to what the scalar means. */
function normal(value: Value): Value {
  if (typeof value === "bigint") return Number(value)
  if (isArray(value)) return value.map((item) => normal(item))
  if (!isObject(value)) return value
  return makeObject(keysOf(value).map((key) => [normalKey(key), normal(value[key] as Value)] as const))
}
