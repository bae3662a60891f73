import type { Candidates, Document, Limits, Parsed, Problem } from "../../src/model/document.ts"
import type { Edit, Operation } from "../../src/model/operation.ts"
import type { Path } from "../../src/model/path.ts"
import type { Span } from "../../src/model/span.ts"
import { isObject, keysOf, makeObject, type Value } from "../../src/model/value.ts"
import { tooLarge } from "./limits.ts"
import { eolOf, nextLine } from "./lines.ts"
import { makeDocuments } from "./makeDocument.ts"
import { parseStream } from "./parseStream.ts"
import { problem } from "./problems.ts"
import { blockLines, type Habits, isFilled } from "./render.ts"

/** Where the YAML between the fences stands, and where its closing fence ends. */
interface Fenced {
  readonly inner: Span
  readonly end: number
}

/**
 * The YAML front matter of a text: one document, `{}` where there is none. It starts at the very first character with a line `---` and ends with
 * a line `---` or `...`. What follows is never read and never touched.
 */
export function parseFrontMatter(text: string, limits: Limits): Parsed {
  const large = tooLarge(text, limits)
  if (large !== undefined) return { documents: [], problems: [large] }
  const fenced = findFenced(text, 0)
  if (fenced !== undefined) return readFenced(text, fenced, limits)
  if (/^---[ \t]*\r?\n(?:[ \t]*(?:#.*)?\r?\n)*[\w"'][^\n]*:(?:\s|$)/.test(text.slice(0, 2000))) {
    const message = "the front matter is never closed; add a line `---` behind its last key"
    return { documents: [], problems: [problem("syntax", message, { start: 0, end: 3 })] }
  }
  if (/^\+\+\+[ \t]*(?:\r?\n|$)/.test(text))
    return without(text, [], "the front matter is TOML (+++), which is not edited inside Markdown")
  const late = lateFrontMatter(text, limits)
  if (late !== undefined)
    return without(text, [late], "its front matter does not stand at the top; move it there first")
  return without(text, [])
}

/** Where the YAML of a text that has front matter stands. */
export function findFrontMatter(text: string): Span | undefined {
  return findFenced(text, 0)?.inner
}

function findFenced(text: string, start: number): Fenced | undefined {
  const open = /---[ \t]*\r?\n/y
  open.lastIndex = start
  if (!open.test(text)) return undefined
  const inner = open.lastIndex
  const close = /^(?:---|\.\.\.)[ \t]*\r?$/gm
  close.lastIndex = inner
  const match = close.exec(text)
  return match === null ? undefined : { inner: { start: inner, end: match.index }, end: close.lastIndex }
}

function readFenced(text: string, { inner, end }: Fenced, limits: Limits): Parsed {
  const yaml = text.slice(inner.start, inner.end)
  const stream = parseStream(yaml, limits)
  const problems = stream.problems.map((each) => ({ ...each, span: shift(each.span, inner.start) }))
  const read = stream.documents[0]
  if (read === undefined) return { documents: [], problems }
  const span = { start: 0, end }
  const documents = makeDocuments(yaml, [read], limits).map((document) => {
    const within = shifted(document, inner.start, span)
    // Fences with nothing between them hold no key yet, which is an empty map rather than nothing at all.
    return read.value === null ? { ...empty(text, span, inner.end, false), comments: within.comments } : within
  })
  return { documents, problems }
}

function shift(span: Span, by: number): Span {
  return { start: span.start + by, end: span.end + by }
}

function shifted(document: Document, by: number, span: Span): Document {
  return {
    value: document.value,
    span,
    locate(path) {
      const found = document.locate(path)
      if (found === undefined) return undefined
      return { value: shift(found.value, by), ...(found.key === undefined ? {} : { key: shift(found.key, by) }) }
    },
    comments: () => document.comments().map((comment) => ({ ...comment, span: shift(comment.span, by) })),
    candidates(operation) {
      const found = document.candidates(operation)
      return "refused" in found ? found : { edits: shiftAll(found.edits, by) }
    },
  }
}

function* shiftAll(lists: Iterable<readonly Edit[]>, by: number): Generator<readonly Edit[]> {
  for (const edits of lists) yield edits.map((edit) => ({ ...edit, start: edit.start + by, end: edit.end + by }))
}

function without(text: string, problems: readonly Problem[], refused?: string): Parsed {
  return { documents: [empty(text, { start: 0, end: 0 }, 0, true, refused)], problems }
}

/** Front matter without a key, or none at all (`fences` are written then): the first key makes it. */
function empty(text: string, span: Span, at: number, fences: boolean, refused?: string): Document {
  return {
    value: makeObject([]),
    span,
    locate: (path) => (path.length === 0 ? { value: { start: at, end: at } } : undefined),
    comments: () => [],
    candidates(operation): Candidates {
      if (refused !== undefined) return { refused }
      const value = valueAfter(operation)
      if (value === undefined) return { refused: "there is no front matter that this could change" }
      return { edits: create(text, at, fences, value) }
    },
  }
}

function valueAfter(operation: Operation): Value | undefined {
  if (operation.op === "set") return wrap(operation.path, operation.value)
  return operation.op === "append" && operation.path.length > 0 ? wrap(operation.path, [operation.value]) : undefined
}

function wrap(path: Path, value: Value): Value | undefined {
  const whole = path.reduceRight<Value>((inner, step) => makeObject([[String(step), inner]]), value)
  return isObject(whole) && isFilled(whole) ? whole : undefined
}

function* create(text: string, at: number, fences: boolean, value: Value): Generator<readonly Edit[]> {
  const eol = eolOf(text)
  const habits: Habits = { eol, unit: 2, listUnit: 2, quote: "double", padded: false }
  for (const care of ["plain", "quoted"] as const) {
    const lines = blockLines(value, habits, care)
    // A blank line keeps the fence apart from the body, as people write it.
    const gap = text === "" || /^\r?\n/.test(text) ? [] : [""]
    const all = fences ? ["---", ...lines, "---", ...gap] : lines
    yield [{ start: at, end: at, text: all.map((line) => line + eol).join("") }]
  }
}

/** A block that was meant as front matter but stands behind blank lines, a second BOM, a comment or a line of text, where no program looks for it. */
function lateFrontMatter(text: string, limits: Limits): Problem | undefined {
  const lead = /^(?:[ \t\uFEFF]*(?:\r?\n|(?=---))|<!--[^\n]*-->[ \t]*\r?\n){1,20}/.exec(text)?.[0].length ?? 0
  const start = lead > 0 ? lead : nextLine(text, 0)
  const fenced = start === 0 ? undefined : findFenced(text, start)
  if (fenced === undefined) return undefined
  const inner = text.slice(fenced.inner.start, fenced.inner.end)
  if (/^\s*\n/.test(inner)) return undefined
  const { documents, problems } = parseStream(inner, limits)
  const value = documents[0]?.value
  if (problems.length > 0 || !isObject(value) || keysOf(value).length === 0) return undefined
  return {
    code: "front-matter-not-first",
    severity: "warning",
    message:
      "this looks like front matter, but programs read it only at the very start of the file; move it to the first line",
    span: { start, end: fenced.end },
  }
}
