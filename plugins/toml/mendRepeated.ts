import type { Mend } from "../../src/model/document.ts"
import type { Span } from "../../src/model/span.ts"

/** A table or key that is defined twice: one of the two goes, which loses nothing where they say the same. */
export function* repeatedMends(text: string, offset: number): Generator<Mend> {
  const start = text.lastIndexOf("\n", offset - 1) + 1
  const line = lineAt(text, start)
  const header = /^[ \t]*\[(?!\[)[^\]\n]+\]/.exec(line)?.[0]
  if (header !== undefined) yield* tables(text, start, header.trim())
  else yield* keys(text, start, line)
}

function lineAt(text: string, start: number): string {
  const end = text.indexOf("\n", start)
  return text.slice(start, end < 0 ? text.length : end)
}

function* tables(text: string, start: number, header: string): Generator<Mend> {
  const first = text.slice(0, start).search(new RegExp(`^[ \\t]*${escaped(header)}`, "m"))
  if (first < 0) return
  const [one, other] = [sectionAt(text, first), sectionAt(text, start)]
  const says = (span: Span) => text.slice(span.start, span.end).trim()
  yield* either(header, one, other, says(one) === says(other))
}

/** From a header to the next one, with the blank lines between them; comments directly above that one are its own. */
function sectionAt(text: string, start: number): Span {
  const rest = text.slice(start + 1)
  const next = /^(?:[ \t]*#[^\n]*\n)*[ \t]*\[/m.exec(rest)
  return { start, end: next === null ? text.length : start + 1 + next.index }
}

function* keys(text: string, start: number, line: string): Generator<Mend> {
  const key = /^[ \t]*((?:[\w-]+|"[^"\n]*"|'[^'\n]*')(?:[ \t]*\.[ \t]*(?:[\w-]+|"[^"\n]*"|'[^'\n]*'))*)[ \t]*=/.exec(
    line,
  )?.[1]
  if (key === undefined) return
  const tableStart = [...text.slice(0, start).matchAll(/^[ \t]*\[/gm)].at(-1)?.index ?? 0
  const found = text.slice(tableStart, start).search(new RegExp(`^[ \\t]*${escaped(key)}[ \\t]*=`, "m"))
  if (found < 0) return
  const first = tableStart + found
  const span = (from: number) => ({ start: from, end: Math.min(text.length, from + lineAt(text, from).length + 1) })
  if (/\[\s*(?:#.*)?$|"""|'''/.test(line) || /\[\s*(?:#.*)?$|"""|'''/.test(lineAt(text, first))) return
  yield* either(key, span(first), span(start), lineAt(text, first).trim() === line.trim())
}

function* either(name: string, first: Span, second: Span, same: boolean): Generator<Mend> {
  yield { title: `remove the second ${name}`, edits: [{ ...second, text: "" }], distance: 1, sure: same }
  if (!same) yield { title: `remove the first ${name}`, edits: [{ ...first, text: "" }], distance: 1, sure: false }
}

function escaped(words: string): string {
  return words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
}
