import { readFileSync } from "node:fs"
import { type AST, parseTOML } from "toml-eslint-parser"
import toml from "../../plugins/toml/index.ts"
import { DateTime, isArray, isObject, keysOf, makeObject, type Value } from "../../src/model/value.ts"
import { suitesFolder } from "./folder.ts"
import type { Suite, SuiteCase } from "./measure.ts"

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
  secondReader,
  normal: normalTimes,
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
  if (type === "integer") return integer(BigInt(value))
  if (type === "float") return float(value)
  if (type === "bool") return value === "true"
  return type === "string" ? value : new DateTime(value)
}

function integer(exact: bigint): number | bigint {
  return BigInt(Number(exact)) === exact ? Number(exact) : exact
}

function float(text: string): number {
  if (/inf$/.test(text)) return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  return Number(text)
}

/** 1.1 leaves out seconds, and 0.5 is 0.500: the same time in other words. */
function normalTimes(value: Value): Value {
  if (value instanceof DateTime) {
    const text = value.text
      .toUpperCase()
      .replace(" ", "T")
      .replace(/(^|T)(\d\d:\d\d)(?=$|[-+Z])/, "$1$2:00")
      .replace(/(\.\d*?)0+(?=$|[-+Z])/, "$1")
      .replace(/\.(?=$|[-+Z])/, "")
    return new DateTime(text)
  }
  if (isArray(value)) return value.map(normalTimes)
  if (!isObject(value)) return value
  return makeObject(keysOf(value).map((key) => [key, normalTimes(value[key] as Value)] as const))
}

type Draft = Map<string, Draft | Draft[] | { readonly value: Value }>

function secondReader(text: string): readonly Value[] | undefined {
  try {
    const root: Draft = new Map()
    for (const statement of parseTOML(text, { tomlVersion: "1.1" }).body[0].body) {
      if (statement.type === "TOMLKeyValue") assign(root, statement)
      else {
        const table = tableAt(root, statement.key.keys.map(nameOf), statement.kind === "array")
        for (const member of statement.body) assign(table, member)
      }
    }
    return [finish(root)]
  } catch {
    return undefined
  }
}

function nameOf(part: AST.TOMLBare | AST.TOMLQuoted): string {
  return part.type === "TOMLBare" ? part.name : part.value
}

function tableAt(root: Draft, names: readonly string[], inList: boolean): Draft {
  return names.reduce<Draft>((table, name, index) => {
    const known = table.get(name)
    if (inList && index === names.length - 1) {
      const list = Array.isArray(known) ? known : []
      table.set(name, list)
      const added: Draft = new Map()
      list.push(added)
      return added
    }
    if (Array.isArray(known)) return known.at(-1) as Draft
    if (known instanceof Map) return known
    const added: Draft = new Map()
    table.set(name, added)
    return added
  }, root)
}

function assign(table: Draft, statement: AST.TOMLKeyValue): void {
  const names = statement.key.keys.map(nameOf)
  tableAt(table, names.slice(0, -1), false).set(names.at(-1) as string, { value: readValue(statement.value) })
}

function readValue(node: AST.TOMLContentNode): Value {
  if (node.type === "TOMLArray") return node.elements.map(readValue)
  if (node.type === "TOMLInlineTable") {
    const table: Draft = new Map()
    for (const member of node.body) assign(table, member)
    return finish(table)
  }
  if (node.kind === "integer") return integer(node.bigint)
  if (node.kind === "float") return node.value
  if (node.kind === "string" || node.kind === "boolean") return node.value
  return new DateTime(node.datetime)
}

function finish(table: Draft): Value {
  return makeObject(
    [...table].map(([key, item]): readonly [string, Value] => {
      if (Array.isArray(item)) return [key, item.map(finish)]
      return [key, item instanceof Map ? finish(item) : item.value]
    }),
  )
}
