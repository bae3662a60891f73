import type { Comment } from "../../src/model/document.ts"
import type { Edit } from "../../src/model/operation.ts"
import type { Span } from "../../src/model/span.ts"
import { column, eolOf, startsLine } from "./lines.ts"
import type { Habits } from "./render.ts"
import type { Collection, Entry, Node } from "./tree.ts"

/** A text with the tree of the document that is edited. */
export interface Page {
  readonly text: string
  readonly root: Node
  readonly comments: readonly Comment[]
  readonly habits: Habits
  /** Where the document's own text ends: before the next document or the end of the front matter. */
  readonly end: number
}

/** Where a value stands or could stand. */
export interface Slot {
  readonly node: Node
  readonly parent: Collection | undefined
  readonly entry: Entry | undefined
}

export function isFlow({ parent }: Slot): boolean {
  return parent !== undefined && parent.layout !== "block"
}

export function insertion(at: number, text: string): Edit {
  return { start: at, end: at, text }
}

export function commentsIn({ comments }: Page, span: Span): readonly Comment[] {
  return comments.filter((comment) => span.start <= comment.span.start && comment.span.end <= span.end)
}

/** A comment behind `offset` on the same line with nothing but blanks before it. */
export function commentBehind({ text, comments }: Page, offset: number): Comment | undefined {
  const start = offset + (/^[ \t]*/.exec(text.slice(offset, offset + 1000))?.[0].length ?? 0)
  return text[start] === "#" ? comments.find((comment) => comment.span.start === start) : undefined
}

/** Whether brackets are filled as JSON fills them: then new text is quoted as JSON quotes it. */
export function isJson({ text }: Page, collection: Collection | undefined): boolean {
  if (collection === undefined || collection.layout !== "flow") return false
  return /^(?:[[{]\s*)+"/.test(text.slice(collection.start, collection.start + 1000))
}

export function habitsOf(text: string, root: Node): Habits {
  let unit: number | undefined
  let listUnit: number | undefined
  const visit = (node: Node, parent: number) => {
    if (node.kind === "scalar" || node.kind === "alias" || node.layout !== "block") return
    const at = column(text, node.start)
    const own = startsLine(text, node.start)
    if (own && parent >= 0 && node.kind === "map" && at > parent) unit ??= at - parent
    if (own && parent >= 0 && node.kind === "seq") listUnit ??= at - parent
    for (const { value } of node.entries) {
      if (unit !== undefined && listUnit !== undefined) return
      visit(value, node.kind === "map" ? at : -1)
    }
  }
  visit(root, -1)
  const single = text.split("'").length
  const double = text.split('"').length
  const size = Math.min(unit ?? (listUnit !== undefined && listUnit > 0 ? listUnit : 2), 9)
  return {
    eol: eolOf(text),
    unit: size,
    listUnit: listUnit ?? size,
    quote: single > double ? "single" : "double",
    padded: /\{ \S/.test(text),
  }
}
