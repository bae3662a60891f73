import { defaultLimits, type Mend, type Mender, type Problem, type Stretch } from "../../src/model/document.ts"
import { costOfText } from "../../src/model/effort.ts"
import type { Edit } from "../../src/model/operation.ts"
import type { Value } from "../../src/model/value.ts"
import { entryMends, type Line } from "./mendEntry.ts"
import { parseStream } from "./parseStream.ts"

/** How a YAML text can be mended. */
export const mender: Mender = { signs, cost, mends: ({ text }, problem) => mendYaml(text, problem), stretch }

export function cost(text: string): number {
  return costOfText(text, 500)
}

/** Quotes and the signs of flow collections, where there are any. */
export function signs(lines: string): string {
  return /["'[\]{},]/.test(lines) ? "\"',[]{}" : ""
}

/** From the last entry above which all can be read, and which goes on nothing. */
export function stretch(text: string, offset: number): Stretch | undefined {
  let start = text.lastIndexOf("\n", offset - 1) + 1
  for (let lines = 0; lines < mostLines; lines++) {
    if (start === 0) return { start, read }
    if (isFresh(text, start) && read(text.slice(0, start)) !== undefined) return { start, read }
    start = text.lastIndexOf("\n", start - 2) + 1
  }
  return undefined
}

const mostLines = 40

/** Whether an entry begins on the line at an offset, below one that is not deeper or holds it. */
function isFresh(text: string, start: number): boolean {
  const [line, ...above] = linesUpTo(text, start)
  const before = above.find(({ text: words }) => !/^\s*#/.test(words))
  if (line === undefined || !isEntry.test(line.text)) return false
  if (before === undefined) return true
  return isEntry.test(before.text) && (/[:-]\s*$/.test(before.text) || indentOf(before) >= indentOf(line))
}

const isEntry = /^\s*(?:-(?=\s|$)|["'\w][^:]*:(?=\s|$)|---)/

function indentOf({ text }: Line): number {
  return /^ */.exec(text)?.[0].length ?? 0
}

function read(text: string): Value | undefined {
  const { documents, problems } = parseStream(text, defaultLimits)
  return problems.some(({ severity }) => severity === "error") ? undefined : documents.map(({ value }) => value)
}

export function* mendYaml(text: string, problem: Problem): Generator<Mend> {
  const offset = Math.min(problem.span.start, text.length)
  yield* unseenMends(text, offset)
  yield* tabMends(text)
  if (problem.code === "duplicate-key") {
    yield* repeatedMends(text, offset)
    return
  }
  const lines = linesUpTo(text, offset)
  for (const line of lines) yield* entryMends(text, line)
  yield* openMends(text, lines)
  yield* indentMends(text, lines)
}

/** The line of an offset and up to three lines with something on them before it; that of the offset first. */
function linesUpTo(text: string, offset: number): readonly Line[] {
  const lines: Line[] = []
  let end = text.indexOf("\n", offset)
  if (end < 0) end = text.length
  while (lines.length < 4) {
    const start = end === 0 ? 0 : text.lastIndexOf("\n", end - 1) + 1
    const stop = text[end - 1] === "\r" && end > start ? end - 1 : end
    if (text.slice(start, stop).trim() !== "") lines.push({ start, end: stop, text: text.slice(start, stop) })
    if (start === 0) break
    end = start - 1
  }
  return lines
}

/** Marks that nobody sees, and characters that may not stand in YAML: all that are of the kind of the one at the offset, or on its line. */
function* unseenMends(text: string, offset: number): Generator<Mend> {
  const lineStart = text.lastIndexOf("\n", offset - 1) + 1
  const lineEnd = text.indexOf("\n", offset)
  const inText = (pattern: RegExp, words: string) =>
    [...text.matchAll(pattern)].map(({ index }) => ({ start: index, end: index + 1, text: words }))
  const sign = text[offset] ?? ""
  if (sign === "\r")
    yield { title: "end lines with a line feed", edits: inText(/\r(?!\n)/g, "\n"), distance: 1, sure: true }
  else if (controls.test(sign))
    yield { title: "remove control characters", edits: inText(new RegExp(controls, "g"), ""), distance: 1, sure: true }
  const edits = inText(/[\uFEFF\u200B-\u200D\u2060]/g, "").filter(
    ({ start }) => start >= lineStart && (lineEnd < 0 || start < lineEnd),
  )
  if (edits.length > 0) yield { title: "remove marks that nobody sees", edits, distance: 1, sure: true }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/

/** Tabs that indent, each as wide as people set them. Within a text of several lines a tab is part of it, so nothing is sure where there is one. */
function* tabMends(text: string): Generator<Mend> {
  const leads = [...text.matchAll(/^ *\t[ \t]*(?=[^\s#])/gm)]
  if (leads.length === 0 || leads.length > 5000) return
  const sure = !/[|>][+-]?[0-9]?[ \t]*(?:#[^\n]*)?$/m.test(text)
  for (const width of [2, 4, 8]) {
    const edits = leads.map((match) => ({
      start: match.index,
      end: match.index + match[0].length,
      text: match[0].replaceAll("\t", " ".repeat(width)),
    }))
    yield { title: "indent with spaces instead of tabs", edits, distance: 1, sure }
  }
}

/** A key that is there twice, on one line each: one of them goes. */
function* repeatedMends(text: string, offset: number): Generator<Mend> {
  const [line] = linesUpTo(text, offset)
  const key = line && /^([ ]*)([^\s:#][^:]*):(?=[ \r]|$)/.exec(line.text)
  if (line === undefined || key === null || key === undefined) return
  const [head = "", indent = ""] = key
  const above = text.slice(0, line.start)
  const blockStart = lastBlockStart(above, indent)
  const escaped = head.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
  const first = new RegExp(`^${escaped}[^\\n]*$`, "m").exec(above.slice(blockStart))
  if (first === null) return
  const start = blockStart + first.index
  const whole = (from: number, to: number) => ({ start: from, end: text[to] === "\r" ? to + 2 : to + 1, text: "" })
  if (hasMore(text, start, indent) || hasMore(text, line.start, indent)) return
  const sure = first[0].trim() === line.text.trim()
  yield {
    title: `remove the second ${head.trim()}`,
    edits: [within(text, whole(line.start, line.end))],
    distance: 1,
    sure,
  }
  if (!sure)
    yield {
      title: `remove the first ${head.trim()}`,
      edits: [within(text, whole(start, start + first[0].length))],
      distance: 1,
      sure,
    }
}

function within(text: string, edit: Edit): Edit {
  return { ...edit, end: Math.min(edit.end, text.length) }
}

/** Behind the last line that is indented less. */
function lastBlockStart(above: string, indent: string): number {
  let start = 0
  if (indent === "") return above.lastIndexOf("\n---") + 1
  for (const match of above.matchAll(new RegExp(`^ {0,${indent.length - 1}}[^\\s#].*$`, "gm")))
    start = match.index + match[0].length
  return start
}

/** Whether the entry on the line at `start` goes on below it. */
function hasMore(text: string, start: number, indent: string): boolean {
  const next = /\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*([ ]*)(\S)/.exec(text.slice(start, start + 5000))
  return next !== null && ((next[1]?.length ?? 0) > indent.length || (next[1] === indent && next[2] === "-"))
}

/** What is opened on a line is closed at its end. */
function* openMends(text: string, lines: readonly Line[]): Generator<Mend> {
  for (const line of lines) {
    const value = /^\s*(?:- +)*(?:[^\s"'#][^:]*: +)?(.*)$/.exec(line.text)?.[1] ?? ""
    const [first = ""] = value
    const end = line.start + line.text.trimEnd().length
    if ((first === '"' || first === "'") && value.indexOf(first, 1) < 0) {
      const start = end - value.trimEnd().length
      const close = { start: end, end, text: first }
      yield { title: "close the quote at the end of the line", edits: [close], distance: 1, sure: true }
      const remove = { start, end: start + 1, text: "" }
      yield { title: "remove the quote that nothing closes", edits: [remove], distance: 1, sure: true }
    }
    const closer = first === "[" ? "]" : first === "{" ? "}" : ""
    if (closer !== "" && !value.includes(closer) && text.length > 0)
      yield {
        title: `insert "${closer}" at the end of the line`,
        edits: [{ start: end, end, text: closer }],
        distance: 1,
        sure: true,
      }
  }
}

/** A line that is not indented like its siblings could be meant to stand with any line above it. */
function* indentMends(text: string, lines: readonly Line[]): Generator<Mend> {
  const [line, ...above] = lines
  if (line === undefined) return
  const own = /^ */.exec(line.text)?.[0].length ?? 0
  const others = new Set(above.map((each) => /^ */.exec(each.text)?.[0].length ?? 0))
  for (const width of others) {
    if (width === own || text.length === 0) continue
    const edits = [{ start: line.start, end: line.start + own, text: " ".repeat(width) }]
    yield { title: `indent this line by ${width}`, edits, distance: 1.5, sure: false }
  }
}
