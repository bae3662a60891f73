import type { Candidates, Comment, Document, Location } from "../../src/model/document.ts"
import type { Operation } from "../../src/model/operation.ts"
import type { Path } from "../../src/model/path.ts"
import type { Span } from "../../src/model/span.ts"
import type { Value } from "../../src/model/value.ts"
import { candidates } from "./candidates.ts"
import { styleOf } from "./style.ts"
import type { Entry, Node, Tree } from "./tree.ts"

/** The document of a JSON text. Its tree is read when a place, a comment or an edit is asked for: a clean file needs none. */
export class JsonDocument implements Document {
  readonly value: Value
  readonly span: Span
  readonly #text: string
  readonly #read: (text: string) => Tree | undefined
  readonly #members = new WeakMap<Node, ReadonlyMap<string, Entry>>()
  #tree: Tree | undefined

  /** @param tree when it has been read already.  @param read reads a text of this dialect; `undefined` when it is wrong. */
  constructor(text: string, value: Value, tree: Tree | undefined, read: (text: string) => Tree | undefined) {
    this.value = value
    this.span = { start: 0, end: text.length }
    this.#text = text
    this.#tree = tree
    this.#read = read
  }

  locate(path: Path): Location | undefined {
    let node = this.#root().root
    let entry: Entry | undefined
    for (const step of path) {
      entry = this.#entry(node, step)
      if (entry === undefined) return undefined
      node = entry.node
    }
    const value = { start: node.start, end: node.end }
    return entry?.key ? { value, key: { start: entry.key.start, end: entry.key.end } } : { value }
  }

  /** A text that was read without a tree is strict JSON, which has none. */
  comments(): readonly Comment[] {
    return this.#tree?.comments ?? []
  }

  candidates(operation: Operation): Candidates {
    const tree = this.#root()
    // The habits of the whole file hold to the end, even where what showed them is taken out on the way.
    const style = styleOf(this.#text, tree.root)
    return candidates({ text: this.#text, tree, style }, operation, (text) => {
      const reread = this.#read(text)
      return reread && { text, tree: reread, style }
    })
  }

  #root(): Tree {
    this.#tree ??= this.#read(this.#text)
    if (this.#tree === undefined) throw new Error("a text that JSON.parse reads has no tree")
    return this.#tree
  }

  #entry(node: Node, step: string | number): Entry | undefined {
    if (!node.keyed) return typeof step === "number" ? node.entries?.[step] : undefined
    let members = this.#members.get(node)
    if (members === undefined) {
      members = new Map(node.entries?.map((entry) => [entry.key?.name ?? "", entry]))
      this.#members.set(node, members)
    }
    return members.get(String(step))
  }
}
