import { type AST, parseTOML } from "toml-eslint-parser"
import { DateTime, isArray, isObject, keysOf, makeObject, type Value } from "../../src/model/value.ts"
import type { SecondReader } from "./measure.ts"

/** Values from the tree of toml-eslint-parser, of which the format uses the places only. */
export const tomlReader: SecondReader = { secondReader, normal }

export function exactInteger(exact: bigint): number | bigint {
  return BigInt(Number(exact)) === exact ? Number(exact) : exact
}

/**
 * The same in other words: times without seconds, 0.5 and 0.500, and line breaks in strings, which TOML lets a reader take to LF.
 */
function normal(value: Value): Value {
  if (typeof value === "string") return value.replaceAll("\r\n", "\n")
  if (value instanceof DateTime) {
    const text = value.text
      .toUpperCase()
      .replace(" ", "T")
      .replace(/(^|T)(\d\d:\d\d)(?=$|[-+Z])/, "$1$2:00")
      .replace(/(\.\d*?)0+(?=$|[-+Z])/, "$1")
      .replace(/\.(?=$|[-+Z])/, "")
    return new DateTime(text)
  }
  if (isArray(value)) return value.map(normal)
  if (!isObject(value)) return value
  return makeObject(keysOf(value).map((key) => [key, normal(value[key] as Value)] as const))
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
  if (node.kind === "integer") return exactInteger(node.bigint)
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
