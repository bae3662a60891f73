import { DateTime, isArray, isObject, keysOf, type Value } from "../../src/model/value.ts"

/** How a file words its values. */
export interface Style {
  /** One step of indentation. */
  readonly unit: string
  readonly eol: string
  /** From a key's quote to its value. */
  readonly colon: string
  /** After a comma on one line. */
  readonly gap: string
  /** Inside the braces of an object on one line. */
  readonly pad: string
  /** Whether lists of scalars are put on one line even where objects are not. */
  readonly shortLists: boolean
}

/** Where a value is going to stand. */
export interface Place {
  /** Indentation of the line it begins on. */
  readonly indent: string
  /** Whether its entries get lines of their own. */
  readonly expand: boolean
}

/** Columns within which a list of scalars stays on one line. */
const lineWidth = 100

/** @returns why JSON cannot say a value, or `undefined` when it can. */
export function unsayable(value: Value): string | undefined {
  if (typeof value === "number" && !Number.isFinite(value)) return `JSON cannot say ${value}`
  if (isArray(value)) return first(value)
  return isObject(value) ? first(keysOf(value).map((key) => value[key] as Value)) : undefined
}

function first(values: readonly Value[]): string | undefined {
  for (const value of values) {
    const reason = unsayable(value)
    if (reason !== undefined) return reason
  }
  return undefined
}

/** A date becomes a string: JSON has no other way to say it. */
function wordScalar(value: Value): string {
  if (value instanceof DateTime) return JSON.stringify(value.text)
  if (typeof value === "bigint") return value.toString()
  return Object.is(value, -0) ? "-0" : JSON.stringify(value)
}

export function wordValue(value: Value, style: Style, place: Place): string {
  if (isArray(value)) return wordList(value, style, place)
  return isObject(value) ? wordObject(value, style, place) : wordScalar(value)
}

function wordList(list: readonly Value[], style: Style, place: Place): string {
  if (list.length === 0) return "[]"
  const line = (inner: Place) => list.map((item) => wordValue(item, style, inner))
  if (place.expand && !(style.shortLists && fitsLine(list)))
    return lines("[", line(deeper(place, style)), "]", style, place)
  return `[${line({ ...place, expand: false }).join(`,${style.gap}`)}]`
}

function fitsLine(list: readonly Value[]): boolean {
  if (list.some((item) => isArray(item) || isObject(item))) return false
  return list.reduce<number>((width, item) => width + wordScalar(item).length + 2, 0) <= lineWidth
}

function wordObject(object: { readonly [key: string]: Value }, style: Style, place: Place): string {
  const keys = keysOf(object)
  if (keys.length === 0) return "{}"
  const line = (inner: Place) =>
    keys.map((key) => `${JSON.stringify(key)}${style.colon}${wordValue(object[key] as Value, style, inner)}`)
  if (place.expand) return lines("{", line(deeper(place, style)), "}", style, place)
  return `{${style.pad}${line({ ...place, expand: false }).join(`,${style.gap}`)}${style.pad}}`
}

function deeper(place: Place, style: Style): Place {
  return { ...place, indent: place.indent + style.unit }
}

function lines(start: string, entries: readonly string[], end: string, style: Style, { indent }: Place): string {
  const inner = `${style.eol}${indent}${style.unit}`
  return `${start}${inner}${entries.join(`,${inner}`)}${style.eol}${indent}${end}`
}

/** Text taken from another place of the file, with its lines moved to a new indentation. */
export function reindent(text: string, from: string, to: string): string {
  if (from === to) return text
  return text.replace(/(\r\n|\n|\r)([ \t]*)/g, (_, eol: string, indent: string) =>
    indent.startsWith(from) ? `${eol}${to}${indent.slice(from.length)}` : `${eol}${indent}`,
  )
}
