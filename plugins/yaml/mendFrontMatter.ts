import type { Mend, Mender, Problem, Stretch } from "../../src/model/document.ts"
import { costOfText } from "../../src/model/effort.ts"
import type { Span } from "../../src/model/span.ts"
import { findFrontMatter } from "./frontMatter.ts"
import { cost, mendYaml, signs, stretch } from "./mender.ts"

/** How front matter can be mended: as the YAML that it is, and by the fence that should end it. */
export const frontMatterMender: Mender = {
  signs,
  cost: costOfFrontMatter,
  comments: fences,
  stretch: inner,
  mends: ({ text }, problem) => mends(text, problem),
}

/** What follows the front matter is not read. */
function costOfFrontMatter(text: string): number {
  const found = findFrontMatter(text)
  return found === undefined ? costOfText(text, 1500) : cost(text.slice(found.start, found.end))
}

function inner(text: string, offset: number): Stretch | undefined {
  const found = findFrontMatter(text)
  if (found === undefined || offset < found.start || offset > found.end) return undefined
  const within = stretch(text.slice(found.start, found.end), offset - found.start)
  return within && { ...within, start: within.start + found.start }
}

/** A sign on a fence would make it none, and what follows no front matter. */
function fences(text: string): readonly Span[] {
  const found = findFrontMatter(text)
  if (found === undefined) return [{ start: -1, end: text.indexOf("\n") + 1 }]
  return [
    { start: -1, end: found.start },
    { start: found.end, end: text.length + 1 },
  ]
}

function* mends(text: string, problem: Problem): Generator<Mend> {
  const found = findFrontMatter(text)
  if (found !== undefined) {
    const { start, end } = found
    const shifted = { ...problem, span: { start: problem.span.start - start, end: problem.span.end - start } }
    for (const mend of mendYaml(text.slice(start, end), shifted))
      yield {
        ...mend,
        edits: mend.edits.map((edit) => ({ ...edit, start: edit.start + start, end: edit.end + start })),
      }
  }
  const at = endOfKeys(text)
  if (at === undefined) return
  const eol = text.includes("\r\n") ? "\r\n" : "\n"
  yield {
    title: "end the front matter behind its last key",
    edits: [{ start: at, end: at, text: `---${eol}` }],
    // Behind the last key stands what is no YAML: that says more than signs that could be missing.
    distance: problem.span.start >= at ? 0.95 : 1.5,
    sure: false,
    doubt: "where the front matter ends and the text begins cannot be told",
  }
}

/** Where the first blank line stands below lines that are keys, list items or deeper. */
function endOfKeys(text: string): number | undefined {
  if (!/^---[ \t]*\r?\n/.test(text)) return undefined
  let start = text.indexOf("\n") + 1
  for (let lines = 0; lines < mostKeyLines; lines++) {
    const end = text.indexOf("\n", start)
    const line = text.slice(start, end < 0 ? text.length : end).trimEnd()
    if (line === "") return lines > 0 && end >= 0 ? start : undefined
    const isKey = /^["'\w]/.test(line) && (line.includes(": ") || line.endsWith(":"))
    if (end < 0 || !(isKey || /^(?:\s|- |#)/.test(line))) return undefined
    start = end + 1
  }
  return undefined
}

const mostKeyLines = 200
