import { DateTime, type Scalar } from "../../src/model/value.ts"
import type { Style } from "./tree.ts"

export interface Place {
  /** Inside brackets, where commas and brackets end a plain text. */
  readonly flow: boolean
  readonly style: Style
  /** The text that stood here before, plain; what is read as a date by some programs may become another date. */
  readonly old?: string
  /** The quote that this file prefers. */
  readonly quote: "single" | "double"
}

/** What some program, of YAML 1.1 or 1.2, would take for something else than text. */
const ambiguous: readonly RegExp[] = [
  /^(?:~|null|true|false|yes|no|on|off|y|n|=|<<)$/i,
  /^[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-f_]+|[0-9][0-9_,]*(?:\.[0-9_]*)?(?:e[-+]?[0-9]*)?|\.[0-9_]+(?:e[-+]?[0-9]+)?|\.inf|\.nan)$/i,
  /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/,
]
const date = /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:$|[tT \t])/

/** Wordings of a scalar on one line, best first. */
export function scalarWords(value: Scalar, place: Place): readonly string[] {
  if (typeof value === "string") return stringWords(value, place)
  if (value === null) return ["null"]
  if (value instanceof DateTime) return [value.text]
  if (typeof value === "number") return [numberWord(value)]
  return [String(value)]
}

function numberWord(value: number): string {
  if (Number.isNaN(value)) return ".nan"
  if (!Number.isFinite(value)) return value < 0 ? "-.inf" : ".inf"
  if (Object.is(value, -0)) return "-0.0"
  // Older programs want a point before the exponent.
  return String(value).replace(/^(-?\d+)e/, "$1.0e")
}

export function stringWords(text: string, place: Place): readonly string[] {
  const single = canBeSingle(text) ? [`'${text.replaceAll("'", "''")}'`] : []
  const double = [doubleWord(text)]
  const quoted = (place.style === "single" || (place.style !== "double" && place.quote === "single")) && !/'/.test(text)
  const quotes = quoted ? [...single, ...double] : [...double, ...single]
  if (place.style === "single") return [...single, ...double]
  if (place.style === "double") return quotes
  return canBePlain(text, place) ? [text, ...quotes] : quotes
}

function canBePlain(text: string, { flow, old }: Pick<Place, "flow" | "old">): boolean {
  if (!/^(?:[^\s\-?:,[\]{}#&*!|>'"%@`=<]|[-:?](?=[A-Za-z0-9_./]))(?:.*\S)?$/.test(text)) return false
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
  if (/[\x00-\x1f\x7f-\xa0\u2028\u2029\ufeff\ufffe\uffff]|: | #|:$/.test(text)) return false
  if (flow && /[,[\]{}]|:[,[\]{}]/.test(text)) return false
  if (/^(?:---|\.\.\.)/.test(text)) return false
  if (date.test(text)) return old !== undefined && date.test(old)
  return !ambiguous.some((each) => each.test(text))
}

function canBeSingle(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
  return !/[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/.test(text)
}

export function doubleWord(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )
}

export interface BlockWord {
  readonly header: string
  /** Not yet indented. */
  readonly lines: readonly string[]
}

/** A text as a block scalar, or `undefined` where that cannot say it. `indent`: columns that its lines are indented more than their parent. */
export function blockWord(text: string, style: "literal" | "folded", indent: number): BlockWord | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
  if (/[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/.test(text) || !/\S/.test(text)) return undefined
  const ended = text.endsWith("\n")
  const body = ended ? text.slice(0, -1) : text
  const chomp = ended ? (body.endsWith("\n") ? "+" : "") : "-"
  const first = /^\n*([ \t])?/.exec(body)?.[1]
  const header = `${style === "folded" ? ">" : "|"}${first === undefined ? "" : indent}${chomp}`
  if (style === "literal") return { header, lines: body.split("\n") }
  // A single line break would be folded into a blank; lines that start with a blank are not folded at all.
  if (/^[ \t]|\n[ \t]|^\n|\n\n$/.test(text)) return undefined
  return { header, lines: body.replace(/\n+/g, "$&\n").split("\n") }
}
