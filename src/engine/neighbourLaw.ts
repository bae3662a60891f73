import type { Document, Location } from "../model/document.ts"
import type { Operation } from "../model/operation.ts"
import { formatPath, type Path, valueAt } from "../model/path.ts"
import type { Span } from "../model/span.ts"
import { isArray, isObject, type Value } from "../model/value.ts"
import { extentOf } from "./commentLaw.ts"
import { childrenOf, nodesOf, type ValueNode } from "./nodesOf.ts"
import type { Loss, Reading } from "./reading.ts"
import { keyOfPath, prefixKeys, type Trail } from "./trail.ts"

/**
 * What stays is worded as before, and so is what stands between two neighbours that stay: blank space, separators and brackets change only
 * where between them an entry goes, or one comes. A list or an object that has no part in the operations is one piece, with all that is in it.
 */
export function neighbourLoss(
  before: Reading,
  after: Reading,
  index: number,
  operations: readonly Operation[],
  trail: Trail,
): Loss | undefined {
  return new Survey(before, after, index, operations, trail).look()
}

/** A stretch of the old text and the one of the new text that stands for it. */
interface Pair {
  readonly old: Span
  readonly now: Span
}

/** What of a new entry is known from the old text: all of it; its key, so that what it holds is looked at; its key, and the rest comes. */
type Known = "all" | "outside" | "key"

class Survey {
  readonly #before: Reading
  readonly #after: Reading
  readonly #index: number
  readonly #old: Document
  readonly #now: Document
  readonly #trail: Trail
  /** Places at or above those of an operation. */
  readonly #touched: ReadonlySet<string>
  /** Places whose value an operation sets: the entry stays, its value is another. */
  readonly #set: ReadonlySet<string>
  readonly #sorted: ReadonlySet<string>
  readonly #pairs: Pair[] = []
  readonly #images = new Map<string, Known>()
  /** Offsets in the old text where something goes, in the new text where something comes. */
  readonly #goes: number[] = []
  readonly #comes: number[] = []
  /** Stretches of the old text that are put into another order, or that repeat a name that changes. */
  readonly #free: Span[] = []
  #readers: ReadonlyMap<number, number> | undefined
  #words: ReadonlySet<string> | undefined
  #loss: Loss | undefined

  constructor(before: Reading, after: Reading, index: number, operations: readonly Operation[], trail: Trail) {
    const [old, now] = [before.documents[index], after.documents[index]]
    if (old === undefined || now === undefined) throw new Error(`there is no document ${index + 1}`)
    this.#before = before
    this.#after = after
    this.#index = index
    this.#old = old
    this.#now = now
    this.#trail = trail
    const placesOf = (op: Operation["op"]) =>
      new Set(operations.filter((each) => each.op === op).map(({ path }) => keyOfPath(path)))
    this.#touched = new Set(
      operations.flatMap((each) => [...prefixKeys(each.path), ...(each.op === "move" ? prefixKeys(each.from) : [])]),
    )
    this.#set = placesOf("set")
    this.#sorted = placesOf("sort")
  }

  look(): Loss | undefined {
    this.#pairDocuments()
    this.#freeRepeated()
    this.#visit({ path: [], value: this.#old.value }, false, false)
    if (this.#loss !== undefined) return this.#loss
    this.#visitNew({ path: [], value: this.#now.value })
    return this.#between()
  }

  /** The other documents stay as they are, and so does what belongs to none, such as the text below front matter. */
  #pairDocuments(): void {
    const outside = ({ documents, source }: Reading): readonly Span[] => [
      { start: 0, end: documents[0]?.span.start ?? 0 },
      ...documents.filter((_, place) => place !== this.#index).map(({ span }) => span),
      { start: documents.at(-1)?.span.end ?? source.text.length, end: source.text.length },
    ]
    const after = outside(this.#after)
    for (const [place, span] of outside(this.#before).entries()) {
      // Blank space beside a document belongs to the one or to the other, as they are empty or not.
      const old = withoutBlanks(this.#before.source.text, span)
      const found = withoutBlanks(this.#after.source.text, after[place] ?? span)
      // Where there was no front matter, its marks come as well.
      const start = this.#old.span.start === this.#old.span.end ? found.end - (old.end - old.start) : found.start
      const now = { start, end: found.end }
      this.#pairs.push({ old, now })
      if (this.#word(old) !== this.#newWord(now)) this.#break("the text beside the document stays", this.#newWord(now))
    }
  }

  /** Where a key stands twice, only one of the two is a node: the entries beside it are not told apart. */
  #freeRepeated(): void {
    for (const { path } of this.#before.problems) {
      const parent = path?.slice(0, -1)
      if (parent === undefined || !this.#touched.has(keyOfPath(parent))) continue
      this.#free.push(extentOf(this.#before.source.text, this.#old, parent) ?? { start: 0, end: 0 })
    }
  }

  /** @param loose an element of a list that lies in pieces.  @param apart its neighbours may be others afterwards: it is sorted, or read through an alias. */
  #visit(node: ValueNode, loose: boolean, apart: boolean): void {
    const { path } = node
    const staying = this.#trail.follow(path)
    const to = staying ?? (this.#set.has(keyOfPath(path)) ? path : undefined)
    const old = this.#old.locate(path)
    const now = to && this.#now.locate(to)
    if (old === undefined || to === undefined || now === undefined) {
      markAll(this.#old, node, true, this.#goes)
      return
    }
    const pieces = inPieces(this.#old, node, loose) || inPieces(this.#now, this.#nodeAfter(to), loose)
    const borrowed = this.#borrowed(old)
    const beside = !apart && !borrowed
    // A name that stands in many places is the first of those that are left.
    const repeated = pieces && (staying === undefined || this.#touched.has(keyOfPath(path)))
    if (old.key !== undefined && now.key !== undefined && !repeated && !(staying === undefined && borrowed))
      this.#visitKey(path, to, { old: old.key, now: now.key }, beside && !pieces)
    if (staying !== undefined) this.#visitStaying(node, to, { old: old.value, now: now.value }, pieces, !beside)
    else if (!borrowed) this.#visitSet(node, to, { old: old.value, now: now.value }, beside && !pieces)
  }

  #visitKey(path: Path, to: Path, pair: Pair, paired: boolean): void {
    const renamed = path.at(-1) !== to.at(-1)
    if (!renamed) this.#compare("other keys keep their wording", path, pair.old, pair.now)
    if (this.#word(pair.old) !== this.#newWord(pair.now)) {
      this.#goes.push(pair.old.start)
      this.#comes.push(pair.now.start)
    } else if (paired) this.#pairs.push(pair)
  }

  /** Whether a node is read through an alias or a merge, in YAML: its text is that of another node, or another reads its. */
  #borrowed({ key, value }: Location): boolean {
    this.#readers ??= readersOf(this.#before.source.text, this.#old)
    return (this.#readers.get((key ?? value).start) ?? 0) > 1
  }

  #visitStaying(node: ValueNode, to: Path, pair: Pair, pieces: boolean, apart: boolean): void {
    const { path, value } = node
    const key = keyOfPath(path)
    const container = isArray(value) || isObject(value)
    if (isAlias(this.#word(pair.old)) && this.#word(pair.old) !== this.#newWord(pair.now)) {
      // It has become what it stood for.
      this.#images.set(keyOfPath(to), "key")
      this.#goes.push(pair.old.start)
      this.#compare("other values keep their wording", path, pair.old, pair.now)
      return
    }
    // A list or an object that is worded otherwise is looked into: an alias in it may have become what it stood for.
    const same = this.#word(pair.old) === this.#newWord(pair.now)
    if (!container || (!pieces && same && !this.#touched.has(key))) {
      this.#images.set(keyOfPath(to), "all")
      this.#compare("other values keep their wording", path, pair.old, pair.now)
      if (!apart) this.#pairs.push(pair)
      return
    }
    this.#images.set(keyOfPath(to), "outside")
    const sorted = this.#sorted.has(key)
    const renamed = path.length > 0 && path.at(-1) !== to.at(-1)
    if (sorted || (renamed && pieces)) this.#free.push(extentOf(this.#before.source.text, this.#old, path) ?? pair.old)
    if (!pieces && !apart) this.#pairBrackets(node, pair)
    if (pieces && !same) {
      this.#goes.push(pair.old.start)
      this.#comes.push(pair.now.start, this.#now.locate(to)?.key?.start ?? pair.now.start)
    }
    const below = apart || sorted || isAlias(this.#word(pair.old))
    for (const child of childrenOf(node)) this.#visit(child, pieces && isArray(value), below)
  }

  /** Where one value of one piece is put for another, nothing beside it changes. */
  #visitSet(node: ValueNode, to: Path, pair: Pair, paired: boolean): void {
    if (
      paired &&
      standsAlone(this.#before, this.#old, node) &&
      standsAlone(this.#after, this.#now, this.#nodeAfter(to))
    ) {
      this.#images.set(keyOfPath(to), "all")
      this.#pairs.push(pair)
    } else {
      this.#images.set(keyOfPath(to), "key")
      markAll(this.#old, node, false, this.#goes)
    }
  }

  #pairBrackets(node: ValueNode, { old, now }: Pair): void {
    const [was, is] = [bracketed(this.#word(old), node.value), bracketed(this.#newWord(now), node.value)]
    if (was !== is) {
      this.#goes.push(old.start)
      this.#comes.push(now.start, now.end)
    }
    if (!was || !is) return
    const first = ({ start }: Span) => ({ start, end: start + 1 })
    const last = ({ end }: Span) => ({ start: end - 1, end })
    this.#pairs.push({ old: first(old), now: first(now) }, { old: last(old), now: last(now) })
  }

  /** An alias may have become what it stood for, worded as it was there. */
  #compare(law: string, path: Path, old: Span, now: Span): void {
    const [word, newWord] = [this.#word(old), this.#newWord(now)]
    if (word === newWord || (isAlias(word) && this.#knownWords().has(onOneLine(newWord)))) return
    this.#break(law, `${formatPath(path)} was ${word}, would be ${newWord}`)
  }

  #knownWords(): ReadonlySet<string> {
    this.#words ??= new Set(
      [...nodesOf(this.#old.value)].flatMap(({ path }) => {
        const place = this.#old.locate(path)
        return [place?.value, place?.key].flatMap((span) => (span ? [onOneLine(this.#word(span))] : []))
      }),
    )
    return this.#words
  }

  #visitNew(node: ValueNode): void {
    const known = this.#images.get(keyOfPath(node.path))
    if (known === "all") return
    if (known === "outside") for (const child of childrenOf(node)) this.#visitNew(child)
    else markAll(this.#now, node, known === undefined, this.#comes)
  }

  #between(): Loss | undefined {
    const end = (text: string) => ({ start: text.length, end: text.length })
    const last = { old: end(this.#before.source.text), now: end(this.#after.source.text) }
    const goes = new Marks(this.#goes)
    const comes = new Marks(this.#comes)
    let left: Pair = { old: { start: 0, end: 0 }, now: { start: 0, end: 0 } }
    for (const right of [...this.#pairs.filter(hasWidth).sort(byStart), last]) {
      // A place that is read through an alias is met more than once.
      if (right.old.start < left.old.end) continue
      const old = { start: left.old.end, end: right.old.start }
      const now = { start: left.now.end, end: right.now.start }
      const concerned = () =>
        sameButAnchors(this.#word(old), this.#newWord(now)) ||
        goes.anyIn(old) ||
        comes.anyIn(now) ||
        this.#free.some(({ start, end }) => start <= old.end && old.start <= end)
      if (now.end < now.start || (this.#word(old) !== this.#newWord(now) && !concerned()))
        return {
          law: "what stands between others stays",
          detail: `${JSON.stringify(this.#word(old))} would become ${JSON.stringify(this.#newWord(now))}`,
        }
      left = right
    }
    return undefined
  }

  #nodeAfter(path: Path): ValueNode {
    return { path, value: valueAt(this.#now.value, path) ?? null }
  }

  #word({ start, end }: Span): string {
    return this.#before.source.text.slice(start, end)
  }

  #newWord({ start, end }: Span): string {
    return this.#after.source.text.slice(start, end)
  }

  #break(law: string, detail: string): void {
    this.#loss ??= { law, detail }
  }
}

/** Whether a list or an object does not stand in the text as one stretch after its key: TOML's sections and dotted keys, YAML's aliases. */
function inPieces(document: Document, node: ValueNode, loose: boolean): boolean {
  const place = document.locate(node.path)
  if (place === undefined || !(isArray(node.value) || isObject(node.value))) return false
  if (loose || (place.key !== undefined && place.key.end > place.value.start)) return true
  const children = childrenOf(node)
  return [children[0], children.at(-1)].some((child) => {
    const inner = child && document.locate(child.path)
    return inner && ((inner.key ?? inner.value).start < place.value.start || inner.value.end > place.value.end)
  })
}

/** Whether a value is one stretch on the line of its key, without a tag or an anchor, so that another can be put in its very place. */
function standsAlone({ source: { text } }: Reading, document: Document, { path, value }: ValueNode): boolean {
  const place = document.locate(path)
  if (place === undefined || path.length === 0) return false
  const word = text.slice(place.value.start, place.value.end)
  if (isArray(value) || isObject(value) ? !bracketed(word, value) : !/^[^|>\r\n][^\r\n]*$/.test(word)) return false
  const before = text.slice(place.key?.end ?? Math.max(0, place.value.start - 200), place.value.start)
  return !/[!&]\S*\s*$/.test(before) && !(place.key !== undefined && /[\r\n]/.test(before))
}

/** A name that stands for what is elsewhere, in YAML. */
function isAlias(word: string): boolean {
  return /^\*\S+$/.test(word)
}

function withoutBlanks(text: string, { start, end }: Span): Span {
  const word = text.slice(start, end)
  const blank = word.length - word.trimStart().length
  return { start: start + blank, end: start + blank + word.trim().length }
}

function onOneLine(word: string): string {
  return word.replace(anchor, "").replace(/\s+/g, " ").trim()
}

const anchor = /&[^\s,[\]{}]+ ?/g

/** An anchor goes with what is taken from under it to the first alias that stood for it. */
function sameButAnchors(old: string, now: string): boolean {
  return old.includes("&") && onOneLine(old) === onOneLine(now)
}

/** How many nodes are read from the text at each offset; only where there are aliases can it be more than one. */
function readersOf(text: string, document: Document): ReadonlyMap<number, number> {
  const readers = new Map<number, number>()
  if (!/\*[^\s,[\]{}]/.test(text)) return readers
  for (const { path } of nodesOf(document.value)) {
    const place = document.locate(path)
    const offset = (place?.key ?? place?.value)?.start
    // A container starts where its first key does, but only one of the two has a key there.
    if (offset !== undefined && place?.key !== undefined) readers.set(offset, (readers.get(offset) ?? 0) + 1)
  }
  return readers
}

/** A TOML file may begin and end with brackets, but its root is no list. */
function bracketed(word: string, value: Value): boolean {
  const [open, close] = isArray(value) ? ["[", "]"] : ["{", "}"]
  return word.startsWith(open) && word.endsWith(close)
}

function markAll(document: Document, node: ValueNode, withKey: boolean, marks: number[]): void {
  for (const { path } of nodesOf(node.value, node.path)) {
    const place = document.locate(path)
    if (place !== undefined) marks.push(place.value.start)
    if (place?.key !== undefined && (withKey || path.length > node.path.length)) marks.push(place.key.start)
  }
}

/** Offsets that can be asked for often. */
class Marks {
  readonly #sorted: readonly number[]

  constructor(offsets: readonly number[]) {
    this.#sorted = [...offsets].sort((a, b) => a - b)
  }

  anyIn({ start, end }: Span): boolean {
    let low = 0
    let high = this.#sorted.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#sorted[middle] ?? 0) < start) low = middle + 1
      else high = middle
    }
    return (this.#sorted[low] ?? Number.POSITIVE_INFINITY) <= end
  }
}

function hasWidth({ old, now }: Pair): boolean {
  return old.start < old.end && now.start < now.end
}

function byStart(left: Pair, right: Pair): number {
  return left.old.start - right.old.start || left.old.end - right.old.end
}
