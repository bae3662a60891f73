import { isArray, isObject, keysOf, type ObjectValue, type Value } from "../../src/model/value.ts"
import { blockWord, doubleWord, scalarWords, stringWords } from "./words.ts"

/** How this file is written, as far as new text must know. */
export interface Habits {
  readonly eol: "\n" | "\r\n"
  /** Columns that a nested map is indented by. */
  readonly unit: number
  /** Columns that a list is indented by below its key; many files use 0. */
  readonly listUnit: number
  readonly quote: "single" | "double"
  /** `{ a: 1 }` rather than `{a: 1}`. */
  readonly padded: boolean
}

/** `quoted`: every text and key in double quotes, which is ugly and always right. */
export type Care = "plain" | "quoted"

export function isFilled(value: Value): boolean {
  return isArray(value) ? value.length > 0 : isObject(value) && keysOf(value).length > 0
}

/** A value on one line. */
export function flowText(value: Value, habits: Habits, care: Care): string {
  if (isArray(value))
    return bracket(
      "[",
      "]",
      value.map((item) => flowText(item, habits, care)),
      habits,
    )
  if (isObject(value)) {
    const entries = keysOf(value).map(
      (key) => `${keyText(key, habits, care, true)}: ${flowText(value[key] as Value, habits, care)}`,
    )
    return bracket("{", "}", entries, habits)
  }
  return scalarText(value, habits, care, true)
}

function bracket(open: string, close: string, items: readonly string[], { padded }: Habits): string {
  const pad = padded && items.length > 0 && open === "{" ? " " : ""
  return `${open}${pad}${items.join(", ")}${pad}${close}`
}

function scalarText(
  value: Exclude<Value, readonly Value[] | ObjectValue>,
  habits: Habits,
  care: Care,
  flow: boolean,
): string {
  if (care === "quoted" && typeof value === "string") return doubleWord(value)
  return scalarWords(value, { flow, style: "empty", quote: habits.quote })[0] ?? "null"
}

export function keyText(key: string, habits: Habits, care: Care, flow: boolean): string {
  if (care === "quoted") return doubleWord(key)
  return stringWords(key, { flow, style: "empty", quote: habits.quote })[0] ?? doubleWord(key)
}

/** A filled list or map as lines, the first at column 0. */
export function blockLines(value: Value, habits: Habits, care: Care): readonly string[] {
  if (isArray(value)) return value.flatMap((item) => itemLines(item, habits, care, " "))
  if (!isObject(value)) return []
  return keysOf(value).flatMap((key) =>
    entryLines(keyText(key, habits, care, false), value[key] as Value, habits, care),
  )
}

/** One `key: value` with all of its lines. A key too long for one line stands behind `?`. */
export function entryLines(key: string, value: Value, habits: Habits, care: Care): readonly string[] {
  const long = key.length > 1000
  const [first = "", ...rest] = valueLines(value, isArray(value) && !long ? habits.listUnit : habits.unit, habits, care)
  const line = first === "" ? ":" : `: ${first}`
  return long ? [`? ${key}`, line, ...rest] : [`${key}${line}`, ...rest]
}

/** One `- value`. `gap` stands between the dash and the value. */
export function itemLines(value: Value, habits: Habits, care: Care, gap: string): readonly string[] {
  const inner = " ".repeat(gap.length + 1)
  if (isFilled(value))
    return blockLines(value, habits, care).map((line, index) => (index === 0 ? `-${gap}${line}` : indent(line, inner)))
  const [first = "", ...rest] = valueLines(value, habits.unit, habits, care)
  return [`-${gap}${first}`, ...rest]
}

/** What stands behind the colon, then the lines below it, indented by `columns`. */
function valueLines(value: Value, columns: number, habits: Habits, care: Care): readonly string[] {
  const blanks = " ".repeat(columns)
  if (isFilled(value)) return ["", ...blockLines(value, habits, care).map((line) => indent(line, blanks))]
  if (isArray(value)) return ["[]"]
  if (isObject(value)) return ["{}"]
  if (typeof value === "string" && care === "plain" && value.includes("\n")) {
    const block = blockWord(value, "literal", columns)
    if (block !== undefined) return [block.header, ...block.lines.map((line) => indent(line, blanks))]
  }
  return [scalarText(value, habits, care, false)]
}

export function indent(line: string, blanks: string): string {
  return line === "" ? "" : blanks + line
}

/** The lines of a text that starts at a column, without that indentation; `undefined` where a line has less. */
export function dedented(text: string, columns: number): readonly string[] | undefined {
  const [first = "", ...rest] = text.split(/\r?\n/)
  const blanks = " ".repeat(columns)
  if (rest.some((line) => line.trim() !== "" && !line.startsWith(blanks))) return undefined
  return [first, ...rest.map((line) => line.slice(columns))]
}
