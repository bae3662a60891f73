import { editDocument } from "../engine/editDocument.ts"
import { applyEdits } from "../engine/edits.ts"
import { applyOperation } from "../engine/operations.ts"
import { type Comment, type Document, defaultLimits, type Format, hasErrors, type Limits } from "../model/document.ts"
import type { Edit, Operation } from "../model/operation.ts"
import { formatPath, type Path, startsWith, valueAt } from "../model/path.ts"
import type { Source } from "../model/source.ts"
import type { Span } from "../model/span.ts"
import { equal, isArray, isObject, keysOf, type Value } from "../model/value.ts"

/**
 * What became of one operation on one document. `meaningless`: the operation has no meaning for this value (append to a string), whatever
 * the format. `wrong`: a law of lossless editing is broken; `law` names it.
 */
export type Verdict =
  | { readonly outcome: "done"; readonly source: Source; readonly edits: readonly Edit[]; readonly expected: Value }
  | { readonly outcome: "meaningless"; readonly reason: string }
  | { readonly outcome: "refused"; readonly reason: string }
  | { readonly outcome: "wrong"; readonly law: string; readonly detail: string; readonly text: string }

class Broken extends Error {
  readonly law: string
  constructor(law: string, detail: string) {
    super(detail)
    this.law = law
  }
}

function must(held: boolean, law: string, detail: () => string): void {
  if (!held) throw new Broken(law, detail())
}

/**
 * Carry one operation out through the engine and hold the result to the laws of lossless editing.
 * @param source parses without errors.  @param index 0-based document of the source.
 */
export function judgeEdit(
  format: Format,
  source: Source,
  operation: Operation,
  index = 0,
  limits: Limits = defaultLimits,
): Verdict {
  const parsed = format.parse(source, limits)
  const before = parsed.documents[index]
  if (hasErrors(parsed) || before === undefined)
    throw new Error(`${source.path} does not parse, so nothing can be judged`)
  const wanted = applyOperation(before.value, operation)
  if (!wanted.ok) return { outcome: "meaningless", reason: wanted.reason }
  let text = source.text
  try {
    const edited = editDocument(format, source, [{ document: index, operation }], limits)
    if (!edited.ok) return { outcome: "refused", reason: edited.reason }
    text = edited.source.text
    if (text === source.text && equal(before.value, wanted.value) && operation.op !== "sort")
      return { outcome: "done", source, edits: [], expected: wanted.value }
    must(applyEdits(source.text, edited.edits) === text, "the edits give the text", () => JSON.stringify(edited.edits))
    const again = format.parse(edited.source, limits)
    must(!hasErrors(again), "the result parses", () => again.problems[0]?.message ?? "")
    const after = again.documents[index]
    if (after === undefined) throw new Broken("the result parses", "the document is gone")
    judgeValue(before, after, wanted.value, operation)
    judgeOthers(parsed.documents, again.documents, index)
    judgeText(source, before, edited.source, after, operation)
    judgeComments(source.text, parsed.documents, again.documents, before, operation)
    if (operation.op === "set") judgeRepeat(format, edited.source, operation, index, limits)
    return { outcome: "done", source: edited.source, edits: edited.edits, expected: wanted.value }
  } catch (error) {
    const law = error instanceof Broken ? error.law : "nothing is thrown"
    return { outcome: "wrong", law, detail: error instanceof Error ? error.message : String(error), text }
  }
}

function judgeValue(before: Document, after: Document, wanted: Value, operation: Operation): void {
  must(equal(after.value, wanted), "the value is what was asked for", () => "the result parses to another value")
  if (operation.op !== "rename") return
  const parent = operation.path.slice(0, -1)
  const order = (value: Value | undefined) => (isObject(value) ? keysOf(value).join("\n") : "")
  must(
    order(valueAt(after.value, parent)) === order(valueAt(wanted, parent)),
    "a renamed key keeps its place",
    () => order(valueAt(after.value, parent)) + order(valueAt(before.value, parent)),
  )
}

function judgeOthers(before: readonly Document[], after: readonly Document[], index: number): void {
  must(before.length === after.length, "the other documents stay", () => `${before.length} became ${after.length}`)
  before.forEach((document, place) => {
    if (place === index) return
    must(equal(document.value, after[place]?.value), "the other documents stay", () => `document ${place} changed`)
  })
}

/** Bytes: every scalar that the operation does not touch is worded as before, and so are the line ends, the BOM and the end of the file. */
function judgeText(source: Source, before: Document, result: Source, after: Document, operation: Operation): void {
  const stays = wordingStays(source.text, before)
  for (const { path, value } of nodesOf(before.value)) {
    if (isArray(value) || isObject(value)) continue
    const target = pathAfter(path, operation, before.value)
    if (target === undefined) continue
    const old = before.locate(path)
    const now = after.locate(target)
    const word = (text: string, span: Span | undefined) => span && text.slice(span.start, span.end)
    const where = () => `${formatPath(path)} was ${word(source.text, old?.value)}, is ${word(result.text, now?.value)}`
    const same = stays(path, word(source.text, old?.value), word(result.text, now?.value))
    must(same, "other values keep their wording", where)
    if (operation.op === "rename" && path.length === operation.path.length && startsWith(path, operation.path)) continue
    const sameKey = stays(path, word(source.text, old?.key), word(result.text, now?.key))
    must(sameKey, "other keys keep their wording", where)
  }
  must(result.bom === source.bom && result.path === source.path, "the BOM stays", () => "")
  const bare = /(?<!\r)\n/
  if (source.text.includes("\r\n") && !bare.test(source.text))
    must(!bare.test(result.text), "CRLF stays CRLF", () => "a bare LF came in")
  if (!source.text.includes("\r")) must(!result.text.includes("\r"), "LF stays LF", () => "a CR came in")
  if (source.text.trim() !== "" && result.text !== "") {
    const ends = (text: string) => /[\r\n]$/.test(text)
    must(ends(source.text) === ends(result.text), "the end of the file stays", () =>
      JSON.stringify(result.text.slice(-20)),
    )
  }
}

/** Whether a word is still the same. An alias (`*name`, in YAML) may have become what it stood for, in another indentation. */
function wordingStays(text: string, before: Document) {
  const wordAt = (path: Path, part: "value" | "key" = "value") => {
    const span = before.locate(path)?.[part]
    return span && text.slice(span.start, span.end)
  }
  const isAlias = (word: string | undefined) => word !== undefined && /^\*\S+$/.test(word)
  const loose = (word: string | undefined) => word?.replace(/\s+/g, " ")
  let words: ReadonlySet<string | undefined> | undefined
  const known = () => {
    words ??= new Set([...nodesOf(before.value)].flatMap(({ path }) => [wordAt(path), wordAt(path, "key")].map(loose)))
    return words
  }
  return (path: Path, old: string | undefined, now: string | undefined) => {
    if (old === now) return true
    if (isAlias(old)) return known().has(loose(now))
    return loose(old) === loose(now) && path.some((_, depth) => isAlias(wordAt(path.slice(0, depth))))
  }
}

/** A comment that stands inside a value that is replaced or taken away goes with it; every other one stays, and none comes in. */
function judgeComments(
  text: string,
  before: readonly Document[],
  after: readonly Document[],
  document: Document,
  operation: Operation,
): void {
  const gone = goneExtents(text, document, operation)
  const left = after.flatMap((each) => each.comments().map(wording))
  const isGone = ({ span }: Comment) => gone.some(({ start, end }) => start <= span.start && span.end <= end)
  const all = before.flatMap((each) => each.comments())
  // Those that must stay first: comments of one wording cannot be told apart afterwards.
  for (const comment of [...all.filter((each) => !isGone(each)), ...all.filter(isGone)]) {
    const place = left.indexOf(wording(comment))
    if (place >= 0) left.splice(place, 1)
    else must(isGone(comment), "comments stay", () => `lost: ${comment.text}`)
  }
  must(left.length === 0, "no comment comes in", () => left.join(" | "))
}

/** Lines of a comment may have got another indentation with the value they stand in. */
function wording(comment: Comment): string {
  return comment.text.replace(/\s+/g, " ")
}

function goneExtents(text: string, document: Document, operation: Operation): readonly Span[] {
  const extents = (...paths: readonly (Path | undefined)[]) =>
    paths.flatMap((path) => (path && extentOf(text, document, path)) ?? [])
  if (operation.op === "set" || operation.op === "remove") return extents(operation.path)
  if (operation.op !== "move") return []
  const { from, path: to } = operation
  // The target is read after the taking; an index is inserted at, a key replaced.
  const replaced = [...nodesOf(document.value)].find(({ path }) => samePath(withoutNode(path, from), to))
  return extents(from, typeof to.at(-1) === "string" ? replaced?.path : undefined)
}

function samePath(left: Path | undefined, right: Path): boolean {
  return left?.length === right.length && startsWith(left, right)
}

/**
 * From the first to the last character of a node and all that is below it: a TOML table lies in pieces. Where nothing but the last value
 * below ends a list or an object, what follows on that line belongs to the value.
 */
function extentOf(text: string, document: Document, path: Path): Span | undefined {
  const value = valueAt(document.value, path)
  if (value === undefined) return undefined
  const spans = [...nodesOf(value)].flatMap((node) => {
    const location = document.locate([...path, ...node.path])
    return location === undefined
      ? []
      : [location.value, ...(location.key && node.path.length > 0 ? [location.key] : [])]
  })
  let start = Number.POSITIVE_INFINITY
  let end = 0
  for (const span of spans) {
    start = Math.min(start, span.start)
    end = Math.max(end, span.end)
  }
  const open = spans.some((span, index) => index > 0 && span.end === end)
  return { start, end: open ? lineEnd(text, end) : end }
}

function lineEnd(text: string, offset: number): number {
  const end = text.slice(offset).search(/[\r\n]/)
  return end < 0 ? text.length : offset + end
}

function judgeRepeat(format: Format, result: Source, operation: Operation, index: number, limits: Limits): void {
  const repeated = editDocument(format, result, [{ document: index, operation }], limits)
  must(repeated.ok && repeated.edits.length === 0, "the same edit again changes nothing", () =>
    JSON.stringify(repeated),
  )
}

/** Every node with its path, the root first. */
export function* nodesOf(value: Value, path: Path = []): Generator<{ readonly path: Path; readonly value: Value }> {
  yield { path, value }
  if (isArray(value)) for (const [index, item] of value.entries()) yield* nodesOf(item, [...path, index])
  else if (isObject(value)) for (const key of keysOf(value)) yield* nodesOf(value[key] as Value, [...path, key])
}

/** Where a node is after an operation; `undefined` when the operation replaces, takes, moves or may reorder it. */
function pathAfter(path: Path, operation: Operation, root: Value): Path | undefined {
  switch (operation.op) {
    case "set":
      return startsWith(path, operation.path) ? undefined : path
    case "append":
      return isArray(valueAt(root, operation.path)) || !startsWith(path, operation.path) ? path : undefined
    case "rename":
      return startsWith(path, operation.path) ? path.with(operation.path.length - 1, operation.to) : path
    case "remove":
      return withoutNode(path, operation.path)
    case "insert":
      return besideNode(path, operation.path)
    case "move": {
      const rest = withoutNode(path, operation.from)
      if (rest === undefined) return undefined
      if (typeof operation.path.at(-1) === "number") return besideNode(rest, operation.path)
      return startsWith(rest, operation.path) ? undefined : rest
    }
    case "sort":
      return isArray(valueAt(root, operation.path)) && startsWith(path, operation.path) ? undefined : path
  }
}

function withoutNode(path: Path, removed: Path): Path | undefined {
  return startsWith(path, removed) ? undefined : shifted(path, removed, -1, (step, index) => step > index)
}

function besideNode(path: Path, inserted: Path): Path {
  return shifted(path, inserted, 1, (step, index) => step >= index)
}

function shifted(path: Path, at: Path, by: number, hit: (step: number, index: number) => boolean): Path {
  const index = at.at(-1)
  const step = path[at.length - 1]
  if (typeof index !== "number" || typeof step !== "number" || !startsWith(path, at.slice(0, -1))) return path
  return hit(step, index) ? path.with(at.length - 1, step + by) : path
}
