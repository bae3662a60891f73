import type { Comment, Document } from "../model/document.ts"
import type { Operation } from "../model/operation.ts"
import { type Path, startsWith, valueAt } from "../model/path.ts"
import type { Span } from "../model/span.ts"
import { nodesOf } from "./nodesOf.ts"
import type { Loss, Reading } from "./reading.ts"
import { withoutNode } from "./staying.ts"

/** A comment that stands inside a value that is replaced or taken away goes with it; every other one stays, and none comes in. */
export function commentLoss(
  before: Reading,
  after: Reading,
  index: number,
  operations: readonly Operation[],
): Loss | undefined {
  const left = new Map<string, number>()
  for (const comment of commentsOf(after)) left.set(wording(comment), (left.get(wording(comment)) ?? 0) + 1)
  const take = (comment: Comment) => {
    const count = left.get(wording(comment)) ?? 0
    if (count > 0) left.set(wording(comment), count - 1)
    return count > 0
  }
  const document = before.documents[index]
  const gone = document === undefined ? [] : operations.flatMap((each) => goneExtents(before, document, each))
  const goes = ({ span }: Comment) => gone.some(({ start, end }) => start <= span.start && span.end <= end)
  // Those that must stay first: comments of one wording cannot be told apart afterwards.
  const mayGo: Comment[] = []
  for (const comment of commentsOf(before)) {
    if (goes(comment)) mayGo.push(comment)
    else if (!take(comment)) return { law: "comments stay", detail: `this one would be lost: ${comment.text}` }
  }
  for (const comment of mayGo) take(comment)
  const come = [...left].filter(([, count]) => count > 0).map(([text]) => text)
  return come.length === 0 ? undefined : { law: "no comment comes in", detail: come.join(" | ") }
}

function commentsOf({ documents }: Reading): readonly Comment[] {
  return documents.flatMap((document) => document.comments())
}

/** Lines of a comment may have got another indentation with the value they stand in. */
function wording({ text }: Comment): string {
  return text.replace(/\s+/g, " ")
}

function goneExtents({ source }: Reading, document: Document, operation: Operation): readonly Span[] {
  const extents = (...paths: readonly (Path | undefined)[]) =>
    paths.flatMap((path) => (path && extentOf(source.text, document, path)) ?? [])
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
export function extentOf(text: string, document: Document, path: Path): Span | undefined {
  const value = valueAt(document.value, path)
  if (value === undefined) return undefined
  const spans = [...nodesOf(value, path)].flatMap((node) => {
    const location = document.locate(node.path)
    return location === undefined
      ? []
      : [location.value, ...(location.key && node.path.length > path.length ? [location.key] : [])]
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
  const found = /[\r\n]/g
  found.lastIndex = offset
  return found.exec(text)?.index ?? text.length
}
