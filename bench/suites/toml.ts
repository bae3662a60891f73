import { readFileSync } from "node:fs"
import toml from "../../plugins/toml/index.ts"
import { DateTime, makeObject, type Value } from "../../src/model/value.ts"
import { suitesFolder } from "./folder.ts"
import type { Suite, SuiteCase } from "./measure.ts"
import { exactInteger, tomlReader } from "./tomlReader.ts"

const folder = new URL("toml/", suitesFolder)

const listed = (list: string) =>
  readFileSync(new URL(list, folder), "utf8")
    .split("\n")
    .filter((name) => name.endsWith(".toml"))
const older = listed("files-toml-1.0.0")
const newer = listed("files-toml-1.1.0")
const isValid = (name: string) => name.startsWith("valid/")

/**
 * toml-lang/toml-test, versions 1.0 and 1.1 together: what either calls valid is valid, what only 1.0 calls invalid is left out. The second
 * reader takes values from toml-eslint-parser's tree, of which the format uses the places only.
 */
export const suite: Suite = {
  format: toml,
  cases: [...new Set([...older, ...newer])].sort().flatMap((name): readonly SuiteCase[] => {
    if (!isValid(name) && !newer.includes(name)) return []
    const bytes = readFileSync(new URL(name, folder))
    if (!isValid(name)) return [{ name, path: name, bytes, verdict: "invalid" }]
    const expected: Tagged = JSON.parse(readFileSync(new URL(name.replace(/toml$/, "json"), folder), "utf8"))
    return [{ name, path: name, bytes, verdict: "valid", values: [untag(expected)] }]
  }),
  ...tomlReader,
  exceptions: {},
}

/** toml-test's JSON: scalars are objects of a type and a text. */
type Tagged = readonly Tagged[] | { readonly [key: string]: Tagged } | string

function untag(tagged: Tagged): Value {
  if (typeof tagged === "string") return tagged
  if (Array.isArray(tagged)) return tagged.map(untag)
  const object = tagged as { readonly [key: string]: Tagged }
  const { type, value } = object
  if (typeof type !== "string" || typeof value !== "string")
    return makeObject(Object.keys(object).map((key) => [key, untag(object[key] as Tagged)] as const))
  if (type === "integer") return exactInteger(BigInt(value))
  if (type === "float") return float(value)
  if (type === "bool") return value === "true"
  return type === "string" ? value : new DateTime(value)
}

function float(text: string): number {
  if (/inf$/.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return Number(text)
}
