import { CST } from "yaml"
import { withoutEnd } from "../../src/model/withoutEnd.ts"
import { isMergeKey } from "./merge.ts"

export type Style = "empty" | "plain" | "single" | "double" | "literal" | "folded"

interface Common {
  /** The content, without anchor and tag; for a block scalar from its header to its last line. An empty node has none: `start` is `end`. */
  readonly start: number
  readonly end: number
  /** Like `end`, but behind the final line breaks that a block scalar owns. */
  readonly last: number
  readonly anchor: CST.SourceToken | undefined
  readonly tag: CST.SourceToken | undefined
  /** Where anchor or tag start, else `start`. */
  readonly outer: number
  /** Behind anchor, tag or indicator: where a value can be put when there is none. */
  readonly after: number
  /** Aliases that refer to this node's anchor. */
  readonly aliases: AliasNode[]
}

export interface ScalarNode extends Common {
  readonly kind: "scalar"
  readonly style: Style
  /** The characters that it stands for, before any tag is looked at. */
  readonly text: string
  /** Of a block scalar: the end of its header and the start of its body. */
  readonly header?: number
  readonly body?: number
}

export interface AliasNode extends Common {
  readonly kind: "alias"
  readonly target: Node
  /** The map that has it behind `<<`. */
  mergedBy: MapNode | undefined
}

export interface MapNode extends Common {
  readonly kind: "map"
  /** `pair`: the map without braces that `[a: b]` holds. */
  readonly layout: "block" | "flow" | "pair"
  readonly entries: readonly Entry[]
}

interface SeqNode extends Common {
  readonly kind: "seq"
  readonly layout: "block" | "flow"
  readonly entries: readonly Entry[]
}

export type Collection = MapNode | SeqNode
export type Node = ScalarNode | AliasNode | Collection

/** An entry of a map, or an element of a sequence (which has no key). */
export interface Entry {
  /** The `-` or `?`, else the key with its anchor and tag. */
  readonly start: number
  readonly end: number
  readonly last: number
  readonly key: Node | undefined
  readonly name: string | undefined
  readonly explicit: boolean
  readonly colon: number | undefined
  readonly merge: boolean
  readonly value: Node
}

/** The nodes of one document with their places. The text was read without errors before. */
export function buildTree(document: CST.Document, text: string): Node {
  return new Builder(text).document(document)
}

interface Props {
  readonly anchor: CST.SourceToken | undefined
  readonly tag: CST.SourceToken | undefined
  readonly outer: number | undefined
  /** Behind the last token that is not blank, or where there is none `from`. */
  readonly after: number
  readonly indicator: CST.SourceToken | undefined
}

const indicators: ReadonlySet<string> = new Set(["doc-start", "explicit-key-ind", "map-value-ind", "seq-item-ind"])

function readProps(tokens: readonly CST.SourceToken[], from: number): Props {
  let anchor: CST.SourceToken | undefined
  let tag: CST.SourceToken | undefined
  let indicator: CST.SourceToken | undefined
  let outer: number | undefined
  let after = from
  for (const token of tokens) {
    if (token.type === "anchor") anchor = token
    else if (token.type === "tag") tag = token
    else if (indicators.has(token.type)) indicator = token
    else continue
    if (token !== indicator) outer ??= token.offset
    after = token.offset + token.source.length
  }
  return { anchor, tag, outer, after, indicator }
}

const styles: Record<string, Style> = {
  scalar: "plain",
  "single-quoted-scalar": "single",
  "double-quoted-scalar": "double",
}

class Builder {
  readonly #text: string
  readonly #anchors = new Map<string, Node>()

  constructor(text: string) {
    this.#text = text
  }

  document(document: CST.Document): Node {
    return this.#node(document.value, readProps(document.start, document.offset))
  }

  #node(token: CST.Token | null | undefined, props: Props): Node {
    const node = this.#read(token, props)
    if (props.anchor !== undefined) this.#anchors.set(props.anchor.source.slice(1), node)
    return node
  }

  #read(token: CST.Token | null | undefined, props: Props): Node {
    switch (token?.type) {
      case "alias": {
        const end = token.offset + token.source.length
        const target = this.#anchors.get(token.source.slice(1))
        if (target === undefined) break
        const alias: AliasNode = {
          kind: "alias",
          target,
          mergedBy: undefined,
          ...common(props, token.offset, end, end),
        }
        target.aliases.push(alias)
        return alias
      }
      case "scalar":
      case "single-quoted-scalar":
      case "double-quoted-scalar": {
        const end = token.offset + token.source.length
        if (token.source === "") break
        const text = CST.resolveAsScalar(token, false, ignore).value
        return { kind: "scalar", style: styles[token.type] ?? "plain", text, ...common(props, token.offset, end, end) }
      }
      case "block-scalar":
        return this.#blockScalar(token, props)
      case "block-map":
      case "block-seq":
        return this.#block(token, props)
      case "flow-collection":
        return this.#flow(token, props)
    }
    return { kind: "scalar", style: "empty", text: "", ...common(props, props.after, props.after, props.after) }
  }

  #blockScalar(token: CST.BlockScalar, props: Props): Node {
    let body = token.offset
    let header = token.offset
    for (const part of token.props) {
      if (!("source" in part)) continue
      if (part.type === "block-scalar-header") header = part.offset + part.source.length
      body += part.source.length
    }
    const last = body + token.source.length
    const end = Math.max(header, body + withoutEnd(token.source, " \t\r\n").length)
    const { value, type } = CST.resolveAsScalar(token, false, ignore)
    const style = type === "BLOCK_FOLDED" ? "folded" : "literal"
    const place =
      token.source.trim() === "" ? common(props, token.offset, header, last) : common(props, token.offset, end, last)
    return { kind: "scalar", style, text: value, header, body, ...place }
  }

  #block(token: CST.BlockMap | CST.BlockSequence, props: Props): Node {
    const entries: Entry[] = []
    let offset = token.offset
    for (const item of token.items) {
      const entry = token.type === "block-map" ? this.#entry(item, offset) : this.#element(item, offset)
      if (entry === undefined) continue
      entries.push(entry)
      offset = entry.last
    }
    const start = entries[0]?.start ?? token.offset
    const end = entries.at(-1)?.end ?? start
    const kind = token.type === "block-map" ? "map" : "seq"
    const place = common(props, start, end, entries.at(-1)?.last ?? end)
    return markMerges({ kind, layout: "block", entries, ...place })
  }

  #flow(token: CST.FlowCollection, props: Props): Node {
    const map = token.start.type === "flow-map-start"
    const entries: Entry[] = []
    let offset = token.offset + 1
    for (const item of token.items) {
      const entry = map ? this.#entry(item, offset) : this.#flowElement(item, offset)
      if (entry === undefined) continue
      entries.push(entry)
      offset = entry.last
    }
    const close = token.end[0]
    const end = close === undefined ? offset : close.offset + close.source.length
    return markMerges({ kind: map ? "map" : "seq", layout: "flow", entries, ...common(props, token.offset, end, end) })
  }

  #flowElement(item: CST.CollectionItem, offset: number): Entry | undefined {
    const isPair =
      item.start.some(({ type }) => type === "explicit-key-ind") ||
      item.sep?.some(({ type }) => type === "map-value-ind")
    if (isPair !== true) return this.#element(item, offset)
    const entry = this.#entry(item, offset)
    if (entry === undefined) return undefined
    const none = { anchor: undefined, tag: undefined, outer: undefined, after: entry.start, indicator: undefined }
    const value: MapNode = {
      kind: "map",
      layout: "pair",
      entries: [entry],
      ...common(none, entry.start, entry.end, entry.last),
    }
    return element(value, entry.start)
  }

  /** `undefined` for what holds comments only. */
  #entry(item: CST.CollectionItem, offset: number): Entry | undefined {
    const before = readProps(item.start, offset)
    const explicit = before.indicator?.type === "explicit-key-ind"
    if (!explicit && !item.key && item.sep === undefined && before.outer === undefined) return undefined
    const colonToken = item.sep?.find(({ type }) => type === "map-value-ind")
    const at = before.after === offset && colonToken !== undefined ? { ...before, after: colonToken.offset } : before
    const key = this.#node(item.key, at)
    const sep = readProps(item.sep ?? [], key.last)
    const merges = key.kind === "scalar" && isMerge(key)
    const value = this.#node(item.value, sep)
    const merge = merges && value.kind !== "scalar"
    const colon = sep.indicator?.offset
    const start = explicit ? (before.indicator?.offset ?? key.outer) : key.outer
    const end = colon === undefined ? Math.max(key.end, key.after) : Math.max(value.end, value.after)
    const last = Math.max(end, colon === undefined ? key.last : value.last)
    return { start, end, last, key, name: this.#name(key), explicit, colon, merge, value }
  }

  #element(item: CST.CollectionItem, offset: number): Entry | undefined {
    const props = readProps(item.start, offset)
    const token = item.value ?? item.key
    if (props.indicator === undefined && props.outer === undefined && !token) return undefined
    const value = this.#node(token, props)
    return element(value, props.indicator?.offset ?? value.outer)
  }

  #name(key: Node): string {
    if (key.kind === "alias") return this.#name(key.target)
    return key.kind === "scalar" ? key.text : keySource(this.#text, key)
  }
}

/** What is wrong with a text was found when it was first read. */
function ignore(): void {}

function element(value: Node, start: number): Entry {
  const end = Math.max(value.end, value.after)
  const last = Math.max(end, value.last)
  return { start, end, last, key: undefined, name: undefined, explicit: false, colon: undefined, merge: false, value }
}

function common(props: Props, start: number, end: number, last: number) {
  const { anchor, tag, after } = props
  return { start, end, last, anchor, tag, outer: props.outer ?? start, after, aliases: [] }
}

function isMerge(key: ScalarNode): boolean {
  return isMergeKey({ source: key.text, type: key.style === "plain" ? "PLAIN" : null }) && key.tag === undefined
}

/** A list or map as a key is known by its source, without the anchor and tag of its own first key. */
function keySource(text: string, key: Collection): string {
  const first = key.layout === "flow" ? undefined : key.entries[0]?.key
  return text.slice(first?.start ?? key.start, key.end).trimEnd()
}

/** Tell the aliases that a map merges which map that is. */
function markMerges(node: Collection): Collection {
  if (node.kind === "seq") return node
  for (const { merge, value } of node.entries) {
    if (!merge) continue
    const sources = value.kind === "seq" ? value.entries.map((each) => each.value) : [value]
    for (const source of sources) if (source.kind === "alias") source.mergedBy = node
  }
  return node
}
