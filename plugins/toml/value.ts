import { TomlDate } from "smol-toml"
import type { Limits } from "../../src/model/document.ts"
import type { Path } from "../../src/model/path.ts"
import { DateTime, makeObject, type Value } from "../../src/model/value.ts"
import type { Node } from "./tree.ts"

export type Converted =
  | { readonly ok: true; readonly value: Value; readonly nodes: number }
  /** The text is needed: for the digits of a date, or the order of keys that JavaScript would move to the front. */
  | { readonly ok: false; readonly reason: "inexact" }
  | { readonly ok: false; readonly reason: Refusal; readonly path: Path }

export type Refusal = "too-deep" | "too-many-nodes" | "integer"

const integerLike = /^(?:0|[1-9][0-9]{0,9})$/

class Stop extends Error {
  readonly reason: "inexact" | Refusal

  constructor(reason: "inexact" | Refusal) {
    super(reason)
    this.reason = reason
  }
}

/**
 * What smol-toml read, as a Value.
 * @param from the same text's tree. `nothing`: a text with dates or integer-like keys is `inexact`; `values`: dates are cut to milliseconds and
 * keys like "10" come first.
 */
export function convert(parsed: unknown, limits: Limits, from: Node | "nothing" | "values"): Converted {
  const path: (string | number)[] = []
  let nodes = 0

  function enter(value: unknown, node: Node | undefined): Value {
    if (++nodes > limits.nodes) throw new Stop("too-many-nodes")
    switch (typeof value) {
      case "string":
      case "boolean":
      case "number":
        return value
      case "bigint":
        if (BigInt.asIntN(64, value) !== value) throw new Stop("integer")
        // smol-toml also gives as bigint some integers that a double holds exactly.
        return BigInt(Number(value)) === value ? Number(value) : value
      default:
    }
    if (value instanceof TomlDate) return date(value, node)
    if (path.length >= limits.depth) throw new Stop("too-deep")
    return Array.isArray(value) ? elements(value, node) : members(value as Record<string, unknown>, node)
  }

  function date(value: TomlDate, node: Node | undefined): Value {
    if (from === "values") return new DateTime(value.toISOString().replace(/\.000(?!\d)/, ""))
    if (node?.kind !== "scalar" || !("datetime" in node.ast)) throw new Stop("inexact")
    return new DateTime(node.ast.datetime)
  }

  function elements(list: readonly unknown[], node: Node | undefined): Value {
    const items = node?.kind === "list" || node?.kind === "sections" ? node.items : undefined
    return list.map((item, index) => {
      path.push(index)
      const value = enter(item, items?.[index])
      path.pop()
      return value
    })
  }

  function members(table: Readonly<Record<string, unknown>>, node: Node | undefined): Value {
    const entries = node?.kind === "table" ? node.entries : undefined
    const keys = entries === undefined ? Object.keys(table) : [...entries.keys()]
    if (from === "nothing" && keys.length > 1 && keys.some((key) => integerLike.test(key))) throw new Stop("inexact")
    return makeObject(
      keys.map((key) => {
        path.push(key)
        const value = enter(table[key], entries?.get(key))
        path.pop()
        return [key, value] as const
      }),
    )
  }

  try {
    const value = enter(parsed, typeof from === "string" ? undefined : from)
    return { ok: true, value, nodes }
  } catch (error) {
    if (!(error instanceof Stop)) throw error
    return error.reason === "inexact"
      ? { ok: false, reason: "inexact" }
      : { ok: false, reason: error.reason, path: [...path] }
  }
}
