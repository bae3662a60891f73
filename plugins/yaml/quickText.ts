import type { Comment, Limits } from "../../src/model/document.ts"
import { keysOf, makeObject, type Value } from "../../src/model/value.ts"
import { withoutEnd } from "../../src/model/withoutEnd.ts"

/** Deeper nesting, and longer keys, are left to the library. */
const deepest = 50
const longestKey = 200

const keyLine = /^(?:([A-Za-z0-9_$./][^\s:#"'&*!|>%@`,[\]]*)|"([^"\\]*)"|'([^']*)'):(?: +([^\n]*))?$/
const quoted = /^(?:"([^"\\]*)"|'([^']*)') *(?: (#.*))?$/
const item = `(?:[A-Za-z0-9_][A-Za-z0-9_./+=-]*|"[^"\\\\,]*"|'[^',]*')`
const flowList = new RegExp(`^\\[ ?((?:${item}(?:, *${item})*)?) ?\\] *(?: (#.*))?$`)
const pair = `[A-Za-z_][A-Za-z0-9_-]*: +${item}`
const flowMap = new RegExp(`^\\{ ?((?:${pair}(?:, *${pair})*)?) ?\\} *(?: (#.*))?$`)
const plainStart = /^(?:[A-Za-z0-9_./$~<=(+^;\\]|-[A-Za-z0-9_./])/
const integer = /^(?:0|-?[1-9][0-9]{0,14})$/
const decimal = /^-?(?:0|[1-9][0-9]{0,8})\.[0-9]{1,6}$/
/** Begins like a number: what else it may be is for the library to say. */
const numeric = /^[-+]?(?:0[oxXbB]|[0-9._]+(?:[eE][-+]?[0-9]*)?$|\.(?:inf|Inf|INF|nan|NaN|NAN)$)/
const words = new Map<string, Value>([
  ...["~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["true", "True", "TRUE"].map((word) => [word, true] as const),
  ...["false", "False", "FALSE"].map((word) => [word, false] as const),
])

/** What a text says, and its comments in order. */
export interface QuickText {
  readonly value: Value
  readonly comments: readonly Comment[]
}

/**
 * A text of plain YAML (one document of block maps and lists; scalars, literal texts and small flow collections without anchors,
 * tags, escapes or line folds), many times faster than its concrete syntax.
 * @returns `undefined` for anything out of the ordinary, wrong texts among it: the library decides those. A test holds both to the same values.
 */
export function quickText(text: string, limits: Limits): QuickText | undefined {
  if (/[\t\r\ufeff]/.test(text)) return undefined
  const lines = text.split("\n")
  const reader = new Reader(lines, limits)
  const value = reader.read()
  return value === undefined ? undefined : { value, comments: placed(reader.comments, lines) }
}

/** Where a comment stands; it goes to the end of its line. */
interface Mark {
  readonly line: number
  readonly column: number
}

function placed(marks: readonly Mark[], lines: readonly string[]): readonly Comment[] {
  let [line, start] = [0, 0]
  return marks.map((mark) => {
    for (; line < mark.line; line++) start += (lines[line] ?? "").length + 1
    return commentAt(start + mark.column, (lines[line] ?? "").slice(mark.column))
  })
}

/** @param source from its sign on */
export function commentAt(start: number, source: string): Comment {
  const text = source.trimEnd()
  return { span: { start, end: start + text.length }, text: text.slice(1).trim() }
}

/** Every method gives `undefined` where it gives up, and then so do its callers. */
class Reader {
  readonly comments: Mark[] = []
  readonly #lines: string[]
  readonly #depth: number
  readonly #longest: number
  /** How many more keys and values there may be. */
  #left: number
  #at = 0
  /** Of the next line that holds more than a comment; -1 at the end. */
  #indent = -1

  constructor(lines: string[], limits: Limits) {
    this.#lines = lines
    this.#depth = Math.min(deepest, limits.depth - 1)
    this.#left = limits.nodes
    this.#longest = limits.string
  }

  read(): Value | undefined {
    this.#skip()
    if (this.#indent === 0 && /^--- *$/.test(this.#line())) {
      this.#at++
      this.#skip()
    }
    if (this.#indent !== 0) return undefined
    const value = this.#block(0, 0)
    return this.#isAtEnd() ? value : undefined
  }

  #isAtEnd(): boolean {
    return this.#indent === -1
  }

  #line(): string {
    return this.#lines[this.#at] ?? ""
  }

  /** Go on to the next line with content. */
  #skip(): void {
    for (; this.#at < this.#lines.length; this.#at++) {
      const indent = indentOf(this.#line())
      const first = this.#line()[indent]
      if (first === "#") this.comments.push({ line: this.#at, column: indent })
      else if (first !== undefined) {
        this.#indent = indent
        return
      }
    }
    this.#indent = -1
  }

  #isItem(): boolean {
    const line = this.#line()
    return line[this.#indent] === "-" && (line[this.#indent + 1] ?? " ") === " "
  }

  #block(indent: number, depth: number): Value | undefined {
    if (depth > this.#depth) return undefined
    return this.#isItem() ? this.#list(indent, depth) : this.#map(indent, depth)
  }

  #list(indent: number, depth: number): Value | undefined {
    const items: Value[] = []
    while (this.#indent === indent && this.#isItem()) {
      const value = this.#item(indent, depth)
      if (value === undefined || --this.#left < 0) return undefined
      items.push(value)
    }
    return this.#indent > indent ? undefined : items
  }

  #item(indent: number, depth: number): Value | undefined {
    const line = this.#line()
    const column = indentOf(line, indent + 1)
    const rest = line.slice(column)
    if (rest === "" || rest[0] === "#") {
      this.#remark(rest)
      this.#at++
      this.#skip()
      return this.#indent > indent ? this.#block(this.#indent, depth + 1) : null
    }
    if (!keyLine.test(rest)) return this.#scalar(rest, indent)
    this.#lines[this.#at] = " ".repeat(column) + rest
    this.#indent = column
    return depth + 1 > this.#depth ? undefined : this.#map(column, depth + 1)
  }

  #map(indent: number, depth: number): Value | undefined {
    const entries: (readonly [string, Value])[] = []
    while (this.#indent === indent && !this.#isItem()) {
      const match = keyLine.exec(this.#line().slice(indent))
      if (match === null) return undefined
      const key = match[1] ?? match[2] ?? match[3] ?? ""
      const value = key.length > longestKey ? undefined : this.#valueOf(match[4] ?? "", indent, depth)
      if (value === undefined || --this.#left < 0) return undefined
      entries.push([key, value])
    }
    if (this.#indent > indent) return undefined
    const object = makeObject(entries)
    return keysOf(object).length === entries.length ? object : undefined
  }

  #valueOf(rest: string, indent: number, depth: number): Value | undefined {
    if (rest !== "" && rest[0] !== "#") return this.#scalar(rest, indent)
    this.#remark(rest)
    this.#at++
    this.#skip()
    if (this.#indent > indent) return this.#block(this.#indent, depth + 1)
    return this.#indent === indent && this.#isItem() ? this.#list(indent, depth + 1) : null
  }

  /** A value that ends on its line, or a literal text below it. */
  #scalar(rest: string, indent: number): Value | undefined {
    if (rest === "|" || rest === "|-") {
      this.#at++
      return this.#literal(rest === "|", indent)
    }
    const [value, remark] = scalarOf(rest)
    this.#remark(remark)
    this.#at++
    this.#skip()
    // What is indented deeper goes on with the value, or is wrong.
    return this.#indent > indent ? undefined : value
  }

  /** @param remark what the line ends with, where it is one */
  #remark(remark: string | undefined): void {
    if (remark === undefined || remark === "") return
    this.comments.push({ line: this.#at, column: this.#line().length - remark.length })
  }

  #literal(keepsLast: boolean, parent: number): Value | undefined {
    if (this.#lines.at(-1) !== "") return undefined
    const first = this.#lines.findIndex((line, at) => at >= this.#at && line !== "")
    const indent = first === -1 ? 0 : indentOf(this.#lines[first] ?? "")
    if (indent <= parent || this.#lines[first]?.length === indent) return undefined
    const end = this.#endOfLiteral(indent)
    if (end === undefined) return undefined
    let last = end
    while (this.#lines[last - 1] === "") last--
    const text = this.#lines
      .slice(this.#at, last)
      .map((line) => line.slice(indent))
      .join("\n")
    if (text.length > this.#longest) return undefined
    this.#at = end
    this.#skip()
    return keepsLast ? `${text}\n` : text
  }

  /** The first line that is indented less; `undefined` where blanks at the end of the text make it hard to tell. */
  #endOfLiteral(indent: number): number | undefined {
    let at = this.#at
    for (; at < this.#lines.length; at++) {
      const line = this.#lines[at] ?? ""
      const own = indentOf(line)
      if (own === line.length ? own > 0 : own < indent) return own === line.length ? undefined : at
    }
    return at
  }
}

function indentOf(line: string, from = 0): number {
  let at = from
  while (line.charCodeAt(at) === 32) at++
  return at
}

/** With the comment behind it. */
function scalarOf(rest: string): readonly [Value | undefined, string?] {
  const [first] = rest
  if (first === '"' || first === "'") {
    const match = quoted.exec(rest)
    return match === null ? [undefined] : [match[1] ?? match[2] ?? "", match[3]]
  }
  if (first === "[") return withRemark(flowList.exec(rest), listOf)
  if (first === "{") return withRemark(flowMap.exec(rest), mapOf)
  return plainStart.test(rest) ? plain(rest) : [undefined]
}

function withRemark(
  match: RegExpExecArray | null,
  read: (inner: string | undefined) => Value | undefined,
): readonly [Value | undefined, string?] {
  return [read(match?.[1]), match?.[2]]
}

function plain(rest: string): readonly [Value | undefined, string?] {
  const comment = rest.indexOf(" #")
  const text = withoutEnd(comment === -1 ? rest : rest.slice(0, comment), " ")
  if (text.includes(": ") || text.endsWith(":")) return [undefined]
  return [word(text), comment === -1 ? undefined : rest.slice(comment + 1)]
}

function word(text: string): Value | undefined {
  const known = words.get(text)
  if (known !== undefined) return known
  if (integer.test(text) || decimal.test(text)) return Number(text)
  return numeric.test(text) ? undefined : text
}

function flowItem(text: string): Value | undefined {
  return text[0] === '"' || text[0] === "'" ? text.slice(1, -1) : word(text)
}

function listOf(inner: string | undefined): Value | undefined {
  if (inner === undefined) return undefined
  const items = inner === "" ? [] : inner.split(/, */).map(flowItem)
  const known = items.filter((each) => each !== undefined)
  return known.length === items.length ? known : undefined
}

function mapOf(inner: string | undefined): Value | undefined {
  if (inner === undefined) return undefined
  const entries: (readonly [string, Value])[] = []
  for (const each of inner === "" ? [] : inner.split(/, */)) {
    const colon = each.indexOf(":")
    const value = flowItem(each.slice(colon + 1).replace(/^ +/, ""))
    if (value === undefined) return undefined
    entries.push([each.slice(0, colon), value])
  }
  const object = makeObject(entries)
  return keysOf(object).length === entries.length ? object : undefined
}
