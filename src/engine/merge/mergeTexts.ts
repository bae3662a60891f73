import type { Format, Limits } from "../../model/document.ts"
import type { Path } from "../../model/path.ts"
import type { Source } from "../../model/source.ts"
import type { Value } from "../../model/value.ts"
import { editDocument } from "../editDocument.ts"
import { applyOperation } from "../operations.ts"
import { adoptWording, carryComments, dropComments, swapEntry } from "./carry.ts"
import { type Counts, countsOf, missing, remarksOf, remarksWithin, wantedComments } from "./comments.ts"
import { counterpart } from "./counterpart.ts"
import { matches } from "./diff3.ts"
import { graftEntries } from "./graft.ts"
import type { ListKindsOf } from "./listIdentity.ts"
import { differences, differencesFrom, type MarkerStyle, withMarkers } from "./markers.ts"
import { cleanText, linesOf, mergeLines, type Piece } from "./mergeLines.ts"
import { operationsBetween } from "./operationsBetween.ts"
import { resolutions } from "./resolve.ts"
import {
  documentsOf,
  hindranceOf,
  type MergedDocuments,
  mergeDocuments,
  type Read,
  read,
  says,
  type ThreeTexts,
} from "./threeTexts.ts"
import type { MergeWay, Side, ValueConflict } from "./threeWay.ts"

export interface MergeRequest {
  readonly base: Source
  readonly ours: Source
  readonly theirs: Source
  /** Absent: nothing is known of the text but its lines. */
  readonly format?: Format
  readonly limits: Limits
  readonly markers: MarkerStyle
  /** Whose side is taken where both changed the same; absent: it is marked. */
  readonly prefer?: Side
  readonly declared?: ThreeTexts["declared"]
}

export interface Merged {
  /** With conflict markers where `marked`. */
  readonly source: Source
  readonly marked: boolean
  /** What both sides changed, each in its way, as far as that is known by structure. */
  readonly conflicts: readonly (ValueConflict & { readonly document: number })[]
  /** By structure: the result parses and its value is proven. By lines: as version control does it. */
  readonly by: "structure" | "lines"
  /** Why it was not merged by structure. */
  readonly reason?: string
}

/** Merge two texts that come from one: by structure, and where that cannot be done by their lines. */
export function mergeTexts(request: MergeRequest): Merged {
  const { format, limits, declared } = request
  const { base, ours, theirs } = request
  const only = sameText(ours, theirs) || sameText(base, theirs) ? ours : sameText(base, ours) ? theirs : undefined
  if (only !== undefined) return { source: only, marked: false, conflicts: [], by: "structure" }
  const sides = withOneLineEnd(request)
  if (format === undefined) return byLines(sides, "nothing is known of its format", request)
  const texts: ThreeTexts = {
    base: read(sides.base, format, limits),
    ours: read(sides.ours, format, limits),
    theirs: read(sides.theirs, format, limits),
    format,
    limits,
    ...(declared === undefined ? {} : { declared }),
  }
  const hindrance = hindranceOf(texts)
  if (hindrance !== undefined) return byLines(sides, hindrance, request)
  return (
    new Merger(texts, request).merge() ?? byLines(sides, "no text was found that says what both sides say", request)
  )
}

function sameText(one: Source, other: Source): boolean {
  return one.text === other.text && one.bom === other.bom
}

type Sides = Pick<MergeRequest, "base" | "ours" | "theirs">

/** The line ends and the BOM are merged for themselves, lest every line be a conflict. */
function withOneLineEnd({ base, ours, theirs }: Sides): Sides {
  const eols = [base, ours, theirs].map(({ text }) =>
    /(?<!\r)\n/.test(text) ? "\n" : text.includes("\r\n") ? "\r\n" : "",
  )
  const bom = ours.bom === base.bom ? theirs.bom : ours.bom
  const plain = [base, ours, theirs].every(({ text }, index) => eols[index] !== "\n" || !text.includes("\r"))
  const eol = (eols[1] === eols[0] ? eols[2] : eols[1]) || eols[1] || eols[0] || "\n"
  const with_ = (source: Source): Source => {
    const alike = !plain || (eol === "\n" && !source.text.includes("\r"))
    const text = alike ? source.text : source.text.replace(/\r?\n/g, eol)
    return text === source.text && bom === source.bom ? source : { ...source, bom, text }
  }
  return { base: with_(base), ours: with_(ours), theirs: with_(theirs) }
}

function byLines({ base, ours, theirs }: Sides, reason: string, { prefer, markers }: MergeRequest): Merged {
  const pieces = mergeLines(base.text, ours.text, theirs.text)
  const marked = prefer === undefined && cleanText(pieces) === undefined
  const text = marked ? withMarkers(pieces, markers) : preferred(pieces, prefer ?? "ours")
  return { source: { ...ours, text }, marked, conflicts: [], by: "lines", reason }
}

function preferred(pieces: readonly Piece[], side: MergeWay["prefer"]): string {
  return pieces.map((piece) => ("text" in piece ? piece.text : piece[side])).join("")
}

class Merger {
  readonly #whole: ThreeTexts
  /** Without what stands behind the documents, such as the text below front matter, which is merged by lines. */
  readonly #texts: ThreeTexts
  readonly #request: MergeRequest
  readonly #wanted: Counts
  readonly #tail: readonly Piece[] | undefined
  #pieces: readonly Piece[] | undefined
  readonly #tried = new Map<string, Read>()

  constructor(texts: ThreeTexts, request: MergeRequest) {
    this.#whole = texts
    this.#request = request
    const tails = [texts.base, texts.ours, texts.theirs].map(tailOf) as [string, string, string]
    this.#tail = tails.every((tail) => tail === tails[1]) ? undefined : mergeLines(...tails)
    const withOurTail = (side: Read) =>
      this.#tail === undefined ? side : this.#read(side.source.text.slice(0, endOf(side)) + tails[1])
    this.#texts = {
      ...texts,
      base: withOurTail(texts.base),
      ours: texts.ours,
      theirs: withOurTail(texts.theirs),
    }
    this.#wanted = wantedComments(this.#texts)
  }

  merge(): Merged | undefined {
    const { prefer } = this.#request
    const sided = (side: MergeWay["prefer"]) => mergeDocuments(this.#texts, { prefer: side })
    const first = sided(prefer ?? "ours")
    const lines = this.#asLines(first)
    if (lines !== undefined) return lines
    // Who renames an element leaves it in its place: where that is no conflict, and lines and places say the same, it is meant.
    const placed =
      first.conflicts.length > 0 && this.#asLines(mergeDocuments(this.#texts, { prefer: "ours", byName: false }))
    if (placed) return placed
    const conflicting = first.conflicts.length > 0
    const text = this.#write(first, conflicting)
    if (text === undefined) return undefined
    const tail = this.#tail === undefined ? undefined : cleanText(this.#tail)
    const isMarked = prefer === undefined && (conflicting || (this.#tail !== undefined && tail === undefined))
    const done = (result: string, marked: boolean): Merged => ({
      source: { ...this.#texts.ours.source, text: result },
      marked,
      conflicts: first.conflicts,
      by: "structure",
    })
    if (!isMarked) return done(this.#withTail(text, prefer ?? "ours"), false)
    const other = conflicting ? this.#turn(text, first, sided("theirs")) : text
    if (other === undefined) return undefined
    const [left, right] = [this.#withTail(text, "ours"), this.#withTail(other, "theirs")]
    const was = this.#request.markers.labels.base === undefined ? undefined : this.#before(text, sided("base"))
    const pieces = was === undefined ? differences(left, right) : differencesFrom(was, left, right)
    if (cleanText(pieces) !== undefined) return undefined
    const { labels, size } = this.#request.markers
    const { base: _, ...without } = labels
    return done(withMarkers(pieces, { size, labels: was === undefined ? without : labels }), true)
  }

  /** From the text with our side of each conflict to that with what stood there before both. */
  #before(text: Read, { values }: MergedDocuments): string | undefined {
    const edited = this.#edited(text, values)
    const before = edited && adoptWording(edited, text, this.#texts.base, values, this.#texts)
    return before && this.#withTail(before, "base")
  }

  /** By their lines, without what stands behind the documents. */
  get #lines(): readonly Piece[] {
    const { base, ours, theirs } = this.#texts
    this.#pieces ??= mergeLines(base.source.text, ours.source.text, theirs.source.text)
    return this.#pieces
  }

  /** The merge by lines keeps the layout of both sides best, where it says the same. */
  #asLines({ values, conflicts }: MergedDocuments): Merged | undefined {
    if (conflicts.length > 0) return undefined
    const { base, ours, theirs } = this.#whole
    const pieces =
      this.#tail === undefined ? this.#lines : mergeLines(base.source.text, ours.source.text, theirs.source.text)
    const text = cleanText(pieces)
    if (text === undefined) return undefined
    const merged = this.#read(text)
    if (!says(merged, values, this.#whole) || !this.#keepsComments(merged, () => noCounts)) return undefined
    return { source: merged.source, marked: false, conflicts: [], by: "structure" }
  }

  /** A text that says the merged values, and keeps the comments that neither side took away. */
  #write(merged: MergedDocuments, conflicting: boolean): Read | undefined {
    const { values } = merged
    const { base, ours, theirs } = this.#texts
    const excused = once(() => (conflicting ? this.#inConflict(merged) : noCounts))
    for (const text of resolutions(this.#lines)) {
      const tried = this.#read(text)
      if (says(tried, values, this.#texts) && this.#keepsComments(tried, excused)) return tried
    }
    // From the side that changed more lines there is less left to change.
    const order = changedLines(base, theirs) > changedLines(base, ours) ? [theirs, ours] : [ours, theirs]
    for (const own of order) {
      const other = own === ours ? theirs : ours
      const tried = this.#edited(graftEntries(own, other, values, this.#texts), values)
      const text = tried && this.#carried(tried, own, other, values, excused)
      if (text !== undefined && this.#keepsComments(text, excused)) return text
    }
    return undefined
  }

  #edited(own: Read, values: readonly Value[]): Read | undefined {
    const operations = values.flatMap((value, document) =>
      operationsBetween(documentsOf(own)[document]?.value ?? null, value, [], this.#texts.declared?.(document)).map(
        (operation) => ({ document, operation }),
      ),
    )
    const edited = editDocument(this.#texts.format, own.source, operations, this.#texts.limits)
    const text = edited.ok ? this.#read(edited.source.text) : undefined
    return text !== undefined && says(text, values, this.#texts) ? text : undefined
  }

  #carried(text: Read, own: Read, other: Read, values: readonly Value[], excused: () => Counts): Read {
    const adopted = adoptWording(text, own, other, values, this.#texts)
    const extra = missing(countsOf(remarksOf(adopted)), this.#wanted, noCounts)
    const dropped = dropComments(adopted, extra, values, this.#texts)
    const lacking = (now: Read) => missing(this.#wanted, countsOf(remarksOf(now)), excused())
    const carried = carryComments(dropped, other, lacking(dropped), values, this.#texts)
    return carryComments(carried, own, lacking(carried), values, this.#texts)
  }

  /** From the text with our side of each conflict to that with theirs, as alike as can be. */
  #turn(text: Read, from: MergedDocuments, to: MergedDocuments): Read | undefined {
    for (const other of resolutions(this.#lines)) {
      const tried = this.#read(other)
      if (says(tried, to.values, this.#texts) && this.#lacking(text, tried).size === 0) return tried
    }
    const edited = this.#edited(this.#swapped(text, from), to.values)
    if (edited === undefined) return undefined
    const adopted = adoptWording(edited, text, this.#texts.theirs, to.values, this.#texts)
    const turned = carryComments(adopted, this.#texts.theirs, this.#lacking(text, adopted), to.values, this.#texts)
    return this.#lacking(text, adopted, turned).size > 0 && from.conflicts.length > 0 ? undefined : turned
  }

  /** The comments that none of some texts has as often as they are wanted. */
  #lacking(...texts: readonly Read[]): Counts {
    const seen = new Map<string, number>()
    for (const text of texts)
      for (const [word, count] of countsOf(remarksOf(text))) seen.set(word, Math.max(count, seen.get(word) ?? 0))
    return missing(this.#wanted, seen, noCounts)
  }

  /** Where either side says one thing at a place, the whole entry is theirs, as they have it. */
  #swapped(text: Read, { values, conflicts }: MergedDocuments): Read {
    let [swapped, said] = [text, values]
    for (const { document, path, ours, theirs, elements } of conflicts) {
      if (ours === undefined || theirs === undefined || elements === true || path.length === 0) continue
      const there = documentsOf(this.#texts.theirs)[document]?.value ?? null
      const from = counterpart(said[document] ?? null, there, path, this.#texts.declared?.(document))
      const set = applyOperation(said[document] ?? null, { op: "set", path, value: theirs })
      if (from === undefined || !set.ok) continue
      const after = said.with(document, set.value)
      const done = swapEntry(swapped, this.#texts.theirs, { document, path, from }, after, this.#texts)
      if (done !== undefined) [swapped, said] = [done, after]
    }
    return swapped
  }

  /** @param excused asked only where a comment is lacking: it takes to know where everything stands. */
  #keepsComments(text: Read, excused: () => Counts): boolean {
    const there = countsOf(remarksOf(text))
    return missing(this.#wanted, there, noCounts).size === 0 || missing(this.#wanted, there, excused()).size === 0
  }

  /** Comments in the entries that conflict, on either side. */
  #inConflict({ values, conflicts }: MergedDocuments): Counts {
    const { ours, theirs } = this.#texts
    const counts = new Map<string, number>()
    for (const side of [ours, theirs]) {
      const places = conflicts.map(({ document, path }) => ({
        document,
        path: nearest(
          values[document] ?? null,
          documentsOf(side)[document]?.value ?? null,
          path,
          this.#texts.declared?.(document),
        ),
      }))
      for (const [word, count] of remarksWithin(side, places)) counts.set(word, (counts.get(word) ?? 0) + count)
    }
    return counts
  }

  /** The last texts are remembered: with either side of the conflicts the same ones are tried. */
  #read(text: string): Read {
    const { format, limits } = this.#whole
    const done = this.#tried.get(text) ?? read({ ...this.#whole.ours.source, text }, format, limits)
    this.#tried.set(text, done)
    if (this.#tried.size > mostRemembered) this.#tried.delete(this.#tried.keys().next().value ?? "")
    return done
  }

  #withTail(text: Read, side: MergeWay["prefer"]): string {
    if (this.#tail === undefined) return text.source.text
    return text.source.text.slice(0, endOf(text)) + preferred(this.#tail, side)
  }
}

const mostRemembered = 4

const noCounts: Counts = new Map()

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

/** The place of a conflict on one side; in a list, the list. */
function nearest(merged: Value, side: Value, path: Path, declared?: ListKindsOf): Path {
  const list = path.findIndex((step) => typeof step === "number")
  const whole = list < 0 ? path : path.slice(0, list)
  return counterpart(merged, side, path, declared) ?? whole
}

function changedLines(base: Read, side: Read): number {
  const [from, to] = [linesOf(base.source.text), linesOf(side.source.text)]
  const kept = matches(from, to).filter((at) => at !== undefined).length
  return from.length + to.length - 2 * kept
}

function endOf(text: Read): number {
  return documentsOf(text).at(-1)?.span.end ?? text.source.text.length
}

function tailOf(text: Read): string {
  const tail = text.source.text.slice(endOf(text))
  return tail.trim() === "" ? "" : tail
}
