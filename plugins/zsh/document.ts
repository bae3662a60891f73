import type { Candidates, Comment, Document, Location } from "../../src/model/document.ts"
import type { Operation } from "../../src/model/operation.ts"
import type { Path } from "../../src/model/path.ts"
import type { Span } from "../../src/model/span.ts"
import { makeObject, type ObjectValue, type Value } from "../../src/model/value.ts"
import { candidates } from "./candidates.ts"
import type { Reading } from "./grammar.ts"
import { type Item, lists, maps } from "./item.ts"
import { itemsOf } from "./items.ts"
import type { Scan } from "./scan.ts"
import type { State } from "./state.ts"

interface Place extends Location {
  readonly below?: ReadonlyMap<string | number, Place>
}

/** What a text says, group by group, each fact once: an edit of one place then changes one place of the value. */
export class ZshDocument implements Document {
  readonly value: ObjectValue
  readonly span: Span
  readonly #text: string
  readonly state: State
  #places: Place | undefined

  constructor(text: string, scan: Scan, reading: () => Reading | undefined) {
    this.#text = text
    this.span = { start: 0, end: text.length }
    const items = [
      ...scan.commands.flatMap((command) => itemsOf(text, command)),
      ...scan.functions.map((span) => functionItem(text, span)),
    ].sort((left, right) => left.word.start - right.word.start)
    const looked = items.find(({ group, value }) => group === "commands" && /^compinit\b/.test(String(value)))
    this.state = { text, scan, reading, groups: Map.groupBy(items, (item) => groupOf(item, looked)) }
    this.value = makeObject([
      ...maps.map((name) => [name, mapValue(this.#items(name))] as const),
      ...lists.map((name) => [name, this.#items(name).map(itemValue)] as const),
    ])
  }

  /** Names that the text gives more than once, where only the last counts: the earlier places. */
  repeated(): readonly Item[] {
    return maps.flatMap((name) => {
      if (name === "options" || name === "variables") return []
      const last = new Map(this.#items(name).map((item) => [item.key, item]))
      return this.#items(name).filter((item) => {
        const winner = last.get(item.key)
        return (
          winner !== item && winner !== undefined && winner.value !== null && item.value !== null && !usesItself(winner)
        )
      })
    })
  }

  locate(path: Path): Location | undefined {
    this.#places ??= this.#placeAll()
    let place: Place | undefined = this.#places
    for (const step of path) place = place?.below?.get(step)
    return place && { value: place.value, ...(place.key && { key: place.key }) }
  }

  comments(): readonly Comment[] {
    return this.state.scan.comments.map((span) => ({ span, text: this.#text.slice(span.start + 1, span.end).trim() }))
  }

  candidates(operation: Operation): Candidates {
    return candidates(this.state, this.value, operation)
  }

  #items(name: Item["group"]): readonly Item[] {
    return this.state.groups.get(name) ?? []
  }

  #placeAll(): Place {
    const below = new Map<string, Place>()
    for (const name of maps)
      below.set(
        name,
        group(this.#items(name), new Map(this.#items(name).map((item) => [item.key ?? "", placeOf(item)]))),
      )
    for (const name of lists) {
      const place = name === "guarded" ? guardedPlace : elementPlace
      below.set(name, group(this.#items(name), new Map(this.#items(name).map((item, index) => [index, place(item)]))))
    }
    return { value: this.span, below }
  }
}

/** What is added to fpath after the completions were looked for stands in a list of its own. */
function groupOf({ group, word }: Item, looked: Item | undefined): Item["group"] {
  return group === "fpath" && looked !== undefined && looked.word.start < word.start ? "lateFpath" : group
}

function functionItem(text: string, span: Span): Item {
  const command = { ...span, words: [span] }
  return { group: "functions", value: text.slice(span.start, span.end), span, form: "statement", command, word: span }
}

function mapValue(items: readonly Item[]): Value {
  // An `export NAME` says nothing of a value that stands elsewhere.
  const said = new Set(items.filter(({ value }) => value !== null).map(({ key }) => key))
  return makeObject(
    items.filter(({ value, key }) => value !== null || !said.has(key)).map(({ key = "", value }) => [key, value]),
  )
}

function itemValue({ group: name, key = "", value }: Item): Value {
  return name === "guarded"
    ? makeObject([
        ["within", key],
        ["words", value],
      ])
    : value
}

function usesItself({ key = "", value }: Item): boolean {
  return new RegExp(`\\$\\{?${key.replace(/\W/g, "\\$&")}\\b`).test(String(value))
}

/** A group has no brackets and no key in the text: it reaches from its first statement to its last. */
function group(items: readonly Item[], below: ReadonlyMap<string | number, Place>): Place {
  const start =
    items.length === 0
      ? 0
      : Math.min(...ends(items, ({ span, keySpan }) => Math.min(span.start, keySpan?.start ?? span.start)))
  const end =
    items.length === 0
      ? 0
      : Math.max(...ends(items, ({ span, keySpan }) => Math.max(span.end, keySpan?.end ?? span.end)))
  return { value: { start, end }, key: { start, end: start }, below }
}

/** The first and the last few tell: items are in order. */
function ends(items: readonly Item[], of: (item: Item) => number): readonly number[] {
  return [...items.slice(0, 20), ...items.slice(-20)].map(of)
}

function placeOf(item: Item): Place {
  return { ...elementPlace(item), key: item.keySpan ?? { start: item.span.start, end: item.span.start } }
}

function elementPlace({ span, elements }: Item): Place {
  return elements === undefined
    ? { value: span }
    : { value: span, below: new Map(elements.map((value, index) => [index, { value }])) }
}

function guardedPlace(item: Item): Place {
  const { span } = item
  const start = { start: span.start, end: span.start }
  const words = { ...elementPlace(item), key: start }
  return {
    value: span,
    below: new Map<string, Place>([
      ["within", { value: start, key: start }],
      ["words", words],
    ]),
  }
}
