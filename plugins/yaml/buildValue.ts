import { type Document, isAlias, isMap, isScalar, isSeq, type Node, type Scalar, type YAMLMap } from "yaml"
import { type Limits, mostDigits, type Problem } from "../../src/model/document.ts"
import { isArray, isObject, keysOf, makeObject, type Value } from "../../src/model/value.ts"
import { tooLong } from "./limits.ts"
import { isMergeKey } from "./merge.ts"
import { problem } from "./problems.ts"

const mostProblems = 10

export interface Built {
  readonly value: Value
  readonly problems: readonly Problem[]
}

/** What one composed document says. Reads text only: no tag makes an object or runs anything. */
export function buildValue(document: Document.Parsed, text: string, limits: Limits): Built {
  const builder = new Builder(text, limits)
  try {
    return { value: builder.build(document.contents), problems: builder.problems }
  } catch (error) {
    if (error instanceof TooMany) return { value: null, problems: [error.problem] }
    throw error
  }
}

class TooMany extends Error {
  readonly problem: Problem

  constructor(found: Problem) {
    super(found.message)
    this.problem = found
  }
}

/** An anchored node that is read (`size`: its nodes, aliases expanded), or still being read. */
type Anchored = { readonly value: Value; readonly size: number; readonly key: string } | "open"

class Builder {
  readonly problems: Problem[] = []
  readonly #text: string
  readonly #limits: Limits
  readonly #anchors = new Map<string, Anchored>()
  readonly #sizes = new Map<Value, number>()
  #count = 0
  #aliases = 0

  constructor(text: string, limits: Limits) {
    this.#text = text
    this.#limits = limits
  }

  build(node: Node | null | undefined): Value {
    if (node === null || node === undefined) return null
    if (isAlias(node)) return this.#alias(node.source, node)
    const before = this.#count
    this.#add(1, node)
    const { anchor } = node
    if (anchor !== undefined) this.#anchors.set(anchor, "open")
    let value: Value = null
    if (isScalar(node)) value = this.#scalar(node)
    else if (isMap(node)) value = this.#map(node as YAMLMap<Node, Node | null>)
    else if (isSeq(node)) {
      const items: Value[] = []
      for (const item of node.items) items.push(this.build(item as Node))
      value = items
    }
    if (anchor !== undefined) this.#anchors.set(anchor, { value, size: this.#count - before, key: this.#key(node) })
    return value
  }

  #add(nodes: number, at: Node) {
    this.#count += nodes
    if (this.#count <= this.#limits.nodes) return
    const span = this.#span(at)
    throw new TooMany(
      this.#aliases > 0
        ? problem(
            "alias-expansion",
            `with its aliases written out the document has more than ${this.#limits.nodes} nodes`,
            span,
          )
        : problem("too-many-nodes", `the document has more than ${this.#limits.nodes} nodes`, span),
    )
  }

  #span(node: Node) {
    return { start: node.range?.[0] ?? 0, end: node.range?.[1] ?? 0 }
  }

  #alias(name: string, node: Node): Value {
    const target = this.#anchors.get(name)
    this.#aliases++
    if (target === undefined) {
      this.problems.push(problem("syntax", `there is no anchor &${name} before this alias *${name}`, this.#span(node)))
      return null
    }
    if (target === "open") {
      this.problems.push(
        problem("alias-expansion", `the alias *${name} stands inside the node it refers to`, this.#span(node)),
      )
      return null
    }
    this.#add(target.size, node)
    return target.value
  }

  #scalar(node: Scalar): Value {
    const { value, source = "" } = node
    if (typeof value === "string" || typeof value === "boolean" || value === null) return value
    if (typeof value !== "number") return source
    if (Number.isSafeInteger(value) || !/^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$/.test(source)) return value
    if (source.length > mostDigits) {
      this.problems.push(problem("too-large", `the number has more than ${mostDigits} digits`, this.#span(node)))
      return value
    }
    const exact = source.startsWith("-") ? -BigInt(source.slice(1)) : BigInt(source.replace(/^\+/, ""))
    return Number.isFinite(value) && BigInt(value) === exact ? value : exact
  }

  #map(map: YAMLMap<Node, Node | null>): Value {
    const entries: (readonly [string, Value])[] = []
    let merges = false
    for (const pair of map.items) {
      if (isScalar(pair.key) && isMergeKey(pair.key) && isMergeable(pair.value)) merges = true
    }
    if (merges) return this.#merged(map)
    for (const { key, value } of map.items) {
      // The key is read first: an anchor on it counts for aliases in the value.
      const name = this.#keyOf(key)
      entries.push([name, this.build(value)])
    }
    const object = makeObject(entries)
    if (keysOf(object).length !== entries.length)
      this.#reportDuplicates(
        map,
        entries.map(([key]) => key),
      )
    return object
  }

  /** `<<` stands for the entries it brings, in its place; a key of the map itself wins, then the earlier source. */
  #merged(map: YAMLMap<Node, Node | null>): Value {
    const read = map.items.map(({ key, value }) => {
      const merge = isScalar(key) && isMergeKey(key) && isMergeable(value)
      const name = merge ? undefined : this.#keyOf(key)
      return { name, value: this.build(value), node: key }
    })
    const own = read.flatMap(({ name }) => (name === undefined ? [] : [name]))
    const taken = new Set(own)
    if (taken.size !== own.length)
      this.#reportDuplicates(
        map,
        read.map(({ name }) => name),
      )
    const entries: (readonly [string, Value])[] = []
    for (const { name, value, node } of read) {
      if (name !== undefined) {
        entries.push([name, value])
        continue
      }
      for (const source of isArray(value) ? value : [value]) {
        if (!isObject(source)) {
          this.problems.push(
            problem("syntax", "`<<` takes a map, an alias of one, or a list of them", this.#span(node)),
          )
          continue
        }
        for (const key of keysOf(source)) {
          if (taken.has(key)) continue
          taken.add(key)
          const inherited = source[key] as Value
          this.#add(this.#size(inherited), node)
          entries.push([key, inherited])
        }
      }
    }
    return makeObject(entries)
  }

  #size(value: Value): number {
    if (!isArray(value) && !isObject(value)) return 1
    let size = this.#sizes.get(value)
    if (size === undefined) {
      size = 1
      for (const each of isArray(value) ? value : Object.values(value)) size += this.#size(each)
      this.#sizes.set(value, size)
    }
    return size
  }

  #keyOf(key: Node | null): string {
    if (isScalar(key) && key.anchor === undefined) this.#add(1, key)
    else this.build(key)
    const name = this.#key(key)
    const longest = this.#limits.string / 100
    if (key !== null && name.length > longest && this.problems.length < mostProblems)
      this.problems.push(tooLong("this key is", longest, this.#span(key).start))
    return name
  }

  /** Every key is text: that of the scalar, or for a list or map as a key its source. */
  #key(node: Node | null): string {
    if (node === null) return ""
    if (isScalar(node)) return node.source ?? ""
    if (isAlias(node)) {
      const target = this.#anchors.get(node.source)
      return target === undefined || target === "open" ? `*${node.source}` : target.key
    }
    const { start, end } = this.#span(node)
    // The library lets a block map start at the colon of its first entry.
    const first = isMap(node) && node.flow !== true ? (node.items[0]?.key as Node | undefined) : undefined
    return this.#text.slice(first?.range?.[0] ?? start, end).trimEnd()
  }

  #reportDuplicates(map: YAMLMap<Node, Node | null>, names: readonly (string | undefined)[]) {
    const seen = new Set<string>()
    for (const [index, name] of names.entries()) {
      const key = map.items[index]?.key
      if (name === undefined || key === undefined) continue
      if (seen.has(name) && this.problems.length < mostProblems)
        this.problems.push(
          problem(
            "duplicate-key",
            `the key ${JSON.stringify(name)} is here twice; remove one of them`,
            this.#span(key),
          ),
        )
      seen.add(name)
    }
  }
}

function isMergeable(value: Node | null): boolean {
  return isAlias(value) || isMap(value) || isSeq(value)
}
