import { defaultLimits, type Mend, type Mender, type Problem, type Stretch } from "../../src/model/document.ts"
import { costOfText } from "../../src/model/effort.ts"
import type { Edit } from "../../src/model/operation.ts"
import type { Value } from "../../src/model/value.ts"
import { repeatedMends } from "./mendRepeated.ts"
import { parseToml } from "./parseToml.ts"

/** How a TOML text can be mended. */
export const mender: Mender = {
  signs,
  cost: (text) => costOfText(text, 3000),
  mends: ({ text }, problem) => mends(text, problem),
  stretch,
}

function signs(lines: string): string {
  return `,=[]{}${/["']/.test(lines) ? "\"'" : ""}`
}

function* mends(text: string, problem: Problem): Generator<Mend> {
  if (problem.code === "duplicate-key") {
    yield* repeatedMends(text, problem.span.start)
    return
  }
  const offset = Math.min(problem.span.start, text.length)
  const start = text.lastIndexOf("\n", offset - 1) + 1
  const found = text.indexOf("\n", offset)
  const line = text.slice(start, found < 0 ? text.length : found).replace(/\r$/, "")
  if (line.length > longestLine) return
  yield* unseenMends(text, line, start)
  yield* lineMends(line, start)
  yield* valueMends(line, start)
  yield* listMends(text, offset)
  yield* tableMends(text, offset)
}

const statement = /^[ \t]*(?:\[|[\w"'-][^=\n]*=)/

/** From the last line above which all can be read. */
function stretch(text: string, offset: number): Stretch | undefined {
  let start = text.lastIndexOf("\n", offset - 1) + 1
  for (let lines = 0; lines < mostLines; lines++) {
    if (start === 0) return { start, read }
    if (statement.test(text.slice(start, start + longestLine)) && read(text.slice(0, start)) !== undefined)
      return { start, read }
    start = text.lastIndexOf("\n", start - 2) + 1
  }
  return undefined
}

const mostLines = 60

function read(text: string): Value | undefined {
  return parseToml({ path: "", text, bom: false }, defaultLimits).documents[0]?.value
}

/** An inline table that nothing ends could end on its line. */
function* tableMends(text: string, offset: number): Generator<Mend> {
  const lines = text.slice(0, offset).split("\n")
  const index = lines.findLastIndex((line) => line.length < longestLine && /=[ \t]*\{[^}]*$/.test(line))
  if (index < 0 || index < lines.length - 20) return
  const line = (lines[index] ?? "").trimEnd()
  const at = lines.slice(0, index).join("\n").length + (index > 0 ? 1 : 0) + line.length
  yield {
    title: 'insert "}" at the end of the line',
    edits: [{ start: at, end: at, text: "}" }],
    distance: 1,
    sure: true,
  }
}

/** A list that nothing ends ends before the next key or table. */
function* listMends(text: string, offset: number): Generator<Mend> {
  const lineEnd = text.indexOf("\n", offset)
  const above = text.slice(0, lineEnd < 0 ? text.length : lineEnd)
  const opened = [...above.matchAll(/^[ \t]*[\w."'-]+[ \t]*=[ \t]*\[[^\]\n]*$/gm)].at(-1)
  if (opened === undefined) return
  const from = opened.index + opened[0].length
  const next = /\n[ \t]*(?:[\w.-]+[ \t]*=|"[^"\n]*"[ \t]*=|\[)/.exec(text.slice(from))
  const body = text.slice(from, next === null ? text.length : from + next.index)
  const lines = body.split("\n")
  const content = lines
    .slice(0, lines.findLastIndex((each) => !/^\s*(?:#|$)/.test(each)) + 1)
    .join("\n")
    .trimEnd()
  if (content.includes("]")) return
  const [at, eol] = [from + content.length, text.includes("\r\n") ? "\r\n" : "\n"]
  const words = content.trim() === "" ? "]" : `${eol}]`
  yield { title: 'end the list with "]"', edits: [{ start: at, end: at, text: words }], distance: 1, sure: true }
}

function* unseenMends(text: string, line: string, start: number): Generator<Mend> {
  const marks = [...line.matchAll(/[\uFEFF\u200B-\u200D\u2060]/g)]
  const edits = marks.map(({ index }) => ({ start: start + index, end: start + index + 1, text: "" }))
  if (edits.length > 0) yield { title: "remove marks that nobody sees", edits, distance: 1, sure: true }
  if (/^[ \t]*\/\//.test(line)) {
    const at = start + line.indexOf("//")
    yield { title: "begin a comment with #", edits: [{ start: at, end: at + 2, text: "#" }], distance: 1, sure: true }
  }
  const lone = [...text.matchAll(/\r(?!\n)/g)].map(({ index }) => ({ start: index, end: index + 1, text: "\n" }))
  if (lone.length > 0) yield { title: "end lines with a line feed", edits: lone, distance: 1, sure: true }
}

/** A longer line is no line that a person wrote. */
const longestLine = 8000

/** Words that may be meant as true or false, or as a number. */
const nearLiteral = /^(?:t[rue]{1,4}|f[alse]{2,5}|yes|no|on|off|none|null|nil)$/i

const bareKey = /^([ \t]*)([^\s=:#"'[\]{}][^=:#"'[\]{}]*?)([ \t]*)([:=])/

/** The key, or the sign between it and its value. */
function* lineMends(line: string, start: number): Generator<Mend> {
  const key = bareKey.exec(line)
  if (key === null) return
  const [, lead = "", name = "", gap = "", sign] = key
  const from = start + lead.length
  const at = from + name.length + gap.length
  if (sign === ":" && !line.slice(at - start + 1).startsWith(":"))
    yield {
      title: 'write "=" for ":"',
      edits: [{ start: at, end: at + 1, text: gap === "" ? " =" : "=" }],
      distance: 1,
      sure: true,
    }
  if (sign === "=" && !/^[\w.-]+$/.test(name))
    yield {
      title: "put the key in quotes",
      edits: quote(from, from + name.length),
      distance: 2,
      sure: !name.includes("."),
    }
}

function quote(start: number, end: number): readonly Edit[] {
  return [
    { start, end: start, text: '"' },
    { start: end, end, text: '"' },
  ]
}

/** The value of a line that has one: quotes of another kind or none, escapes that do not exist, a sign behind it. */
function* valueMends(line: string, start: number): Generator<Mend> {
  const head = /^[^=#]*=[ \t]*/.exec(line)?.[0]
  if (head === undefined) return
  const value = line.slice(head.length).trimEnd()
  const at = start + head.length
  const end = at + value.length
  const literal = /^(?:true|false)$/i.test(value) ? value.toLowerCase() : undefined
  if (literal !== undefined)
    yield {
      title: `write ${literal} in small letters`,
      edits: [{ start: at, end, text: literal }],
      distance: 1,
      sure: true,
    }
  else if (/^[^\s"'[\]{}#,][^"'[\]{}#,]*$/.test(value)) {
    const sure = /^[\p{L}_~/.@][^\s]*$/u.test(value) && !nearLiteral.test(value)
    yield { title: "put the value in double quotes", edits: escapedQuote(value, at), distance: 2, sure }
  }
  if (/^[“”„‘’`].*[“”‟‘’`]$/.test(value) && !/["\\]/.test(value))
    yield {
      title: "put the value in double quotes",
      edits: [
        { start: at, end: at + 1, text: '"' },
        { start: end - 1, end, text: '"' },
      ],
      distance: 1,
      sure: true,
    }
  if (/[,;]$/.test(value))
    yield {
      title: `remove "${value.at(-1)}" from the end of the line`,
      edits: [{ start: end - 1, end, text: "" }],
      distance: 1,
      sure: true,
    }
  yield* escapeMends(value, at)
}

function escapedQuote(value: string, at: number): readonly Edit[] {
  const mark = value.includes("\\") ? "'" : '"'
  return quote(at, at + value.length).map((edit) => ({ ...edit, text: mark }))
}

/** Backslashes in double quotes: those of a Windows path are meant as they stand, unless one of them begins an escape. */
function* escapeMends(value: string, at: number): Generator<Mend> {
  const string = /^"(?:\\.|[^"\\])*"/.exec(value)?.[0]
  if (string === undefined || !string.includes("\\")) return
  const bad = [...string.matchAll(/\\(?:\\|(?!["\\bfnrte]|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}))/g)].filter(
    (match) => match[0] === "\\",
  )
  const edits = bad.map(({ index }) => ({ start: at + index, end: at + index, text: "\\" }))
  // A sign behind a backslash may have been put there, in the middle of an escape.
  const sure = !/\\["bfnrte,'[\]{}=]|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}/.test(string.replaceAll("\\\\", ""))
  if (edits.length > 0)
    yield { title: "double the backslashes that no escape begins with", edits, distance: sure ? 0.9 : 1, sure }
}
