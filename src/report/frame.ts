import type { LineIndex, Span } from "../model/span.ts"
import { columns, printable } from "./printable.ts"

/** Longest stretch of a line that is shown, in UTF-16 units. */
const longest = 120
/** How much of it stands before the place when a line is cut. */
const before = 40
const tabStop = 4

export interface FrameLine {
  /** 1-based; `undefined` for the line of carets. */
  readonly number: number | undefined
  readonly text: string
}

/**
 * The line a span starts on with carets below the span, one line before it and one after unless they are empty.
 * @returns lines ready to print: tabs expanded, controls made visible, long lines cut around the place.
 */
export function codeFrame(text: string, index: LineIndex, span: Span): readonly FrameLine[] {
  const { line } = index.position(span.start)
  const shown = lineText(text, index, line)
  const at = Math.min(span.start - index.lineStart(line), shown.length)
  const end = Math.min(span.end - index.lineStart(line), shown.length)
  const from = shown.length <= longest ? 0 : Math.max(0, Math.min(at - before, shown.length - longest))
  const neighbour = (number: number): readonly FrameLine[] => {
    const shown = number < 1 || number > index.lineCount ? "" : cut(lineText(text, index, number), from)
    return shown === "" ? [] : [{ number, text: shown }]
  }
  return [
    ...neighbour(line - 1),
    { number: line, text: cut(shown, from) },
    { number: undefined, text: carets(shown, from, at, end) },
    ...neighbour(line + 1),
  ]
}

function lineText(text: string, index: LineIndex, line: number): string {
  const end = line < index.lineCount ? index.lineStart(line + 1) : text.length
  return text.slice(index.lineStart(line), end).replace(/\r?\n$|\r$/, "")
}

function cut(line: string, from: number): string {
  const part = line.slice(from, from + longest)
  const head = from > 0 ? "…" : ""
  const tail = line.length > from + longest ? "…" : ""
  return (head + layOut(part).text + tail).trimEnd()
}

function carets(line: string, from: number, at: number, end: number): string {
  const head = from > 0 ? 1 : 0
  const start = layOut(line.slice(from, at)).width
  const last = layOut(line.slice(from, Math.min(end, from + longest))).width
  return " ".repeat(head + start) + "^".repeat(Math.max(1, last - start))
}

function layOut(text: string): { readonly text: string; readonly width: number } {
  let shown = ""
  let width = 0
  for (const grapheme of graphemes(text)) {
    const cell = grapheme === "\t" ? " ".repeat(tabStop - (width % tabStop)) : printable(grapheme)
    shown += cell
    width += grapheme === "\t" ? cell.length : columns(cell)
  }
  return { text: shown, width }
}

let segmenter: Intl.Segmenter | undefined

function graphemes(text: string): Iterable<string> {
  if (/^[\t\x20-\x7e]*$/.test(text)) return text
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" })
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}
