import { existsSync, readdirSync, readFileSync } from "node:fs"
import { CORE_SCHEMA, loadAll, mergeTag, realMapTag } from "js-yaml"
import yaml from "../../plugins/yaml/index.ts"
import { makeObject, type Value } from "../../src/model/value.ts"
import { suitesFolder } from "./folder.ts"
import { mapKeys, type Suite, type SuiteCase } from "./measure.ts"

const folder = new URL("yaml/", suitesFolder)
const schema = CORE_SCHEMA.withTags(mergeTag, realMapTag)

/** yaml/yaml-test-suite; the second reader is js-yaml, and where it rejects the original, the suite's own JSON. */
export const suite: Suite = {
  format: yaml,
  cases: caseFolders("").map(readCase),
  secondReader,
  normal: (value) => mapKeys(value, normalKey),
  exceptions: {},
}

function caseFolders(path: string): readonly string[] {
  return readdirSync(new URL(path, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const name = `${path}${entry.name}/`
      return existsSync(new URL(`${name}in.yaml`, folder)) ? [name] : caseFolders(name)
    })
}

function readCase(path: string): SuiteCase {
  const name = path.slice(0, -1)
  const at = (file: string) => new URL(`${path}${file}`, folder)
  const values = existsSync(at("in.json")) ? readConcatenated(readFileSync(at("in.json"), "utf8")) : undefined
  return {
    name,
    path: "in.yaml",
    bytes: readFileSync(at("in.yaml")),
    verdict: existsSync(at("error")) ? "invalid" : "valid",
    ...(values && { values }),
  }
}

/** JSON values one after the other, each ending at a line's end. */
function readConcatenated(text: string): readonly Value[] {
  const values: Value[] = []
  let open = ""
  for (const line of text.split("\n")) {
    open += `${line}\n`
    try {
      values.push(JSON.parse(open))
      open = ""
    } catch {
      // Not the whole value yet.
    }
  }
  if (open.trim() !== "") throw new Error(`this is not JSON: ${open}`)
  return values
}

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

/** A key is text here and a scalar there: both are taken to what the scalar means. */
function normalKey(key: string): string {
  if (/^(?:|~|null|Null|NULL)$/.test(key)) return "null"
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(key)) return key.toLowerCase()
  return /^[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$|^0x[0-9a-fA-F]+$|^0o[0-7]+$/.test(key)
    ? String(Number(key))
    : key
}
