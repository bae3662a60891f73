import type { Candidates } from "../../src/model/document.ts"
import type { Edit, Operation } from "../../src/model/operation.ts"
import { valueAt } from "../../src/model/path.ts"
import type { Value } from "../../src/model/value.ts"
import { candidates, type Reread } from "./candidates.ts"
import { splice } from "./compose.ts"
import { walk } from "./find.ts"
import { column, lineStart } from "./lines.ts"
import type { Page } from "./page.ts"
import { dedented, indent } from "./render.ts"
import type { Node } from "./tree.ts"

type Move = Extract<Operation, { op: "move" }>

/** Stands where the moved text will stand while its place is looked for. */
const placeholder = "cfgsyncMovedText"

/** A removal, then an addition to what it leaves: of the text itself with its comments where that can be, else of its value. */
export function move(page: Page, root: Value, operation: Move, reread: Reread): Candidates {
  const value = valueAt(root, operation.from)
  if (value === undefined) return { edits: [] }
  const removal = candidates(page, root, { op: "remove", path: operation.from })
  if ("refused" in removal) return removal
  const left = leave(page, removal.edits, reread)
  if (left === undefined) return { edits: [] }
  const addition = add(left, operation, value)
  if ("refused" in addition) return addition
  return { edits: both(page, root, operation, reread, left, addition.edits) }
}

interface Left {
  readonly value: Value
  readonly page: Page
}

/** What the first good removal leaves. */
function leave(page: Page, removals: Iterable<readonly Edit[]>, reread: Reread): Left | undefined {
  for (const edits of removals) {
    const left = reread(splice(page.text, edits))
    if (left !== undefined) return left
  }
  return undefined
}

function add({ page, value: root }: Left, { path }: Move, value: Value): Candidates {
  return candidates(page, root, { op: typeof path.at(-1) === "number" ? "insert" : "set", path, value })
}

function* both(
  page: Page,
  root: Value,
  operation: Move,
  reread: Reread,
  left: Left,
  additions: Iterable<readonly Edit[]>,
): Generator<readonly Edit[]> {
  yield* carried(page, root, operation, reread)
  for (const edits of additions) yield [difference(page.text, splice(left.page.text, edits))]
}

/** The moved text itself: comments in it come along, so that the removal need not keep them. */
function* carried(page: Page, root: Value, operation: Move, reread: Reread): Generator<readonly Edit[]> {
  const { node } = walk(page.root, operation.from)
  const comments = page.comments.filter(({ span }) => span.start < node.start || span.end > node.end)
  const removal = candidates({ ...page, comments }, root, { op: "remove", path: operation.from })
  const left = "edits" in removal ? leave(page, removal.edits, reread) : undefined
  const addition = left === undefined ? undefined : add(left, operation, placeholder)
  if (left === undefined || addition === undefined || "refused" in addition) return
  for (const edits of addition.edits) {
    const text = splice(left.page.text, edits)
    const at = text.indexOf(placeholder)
    const filled = at === -1 ? undefined : fill(page, node, text, at)
    if (filled !== undefined) yield [difference(page.text, filled)]
  }
}

/** Put a node's text in the place of the placeholder, indented as that place asks for. */
function fill(page: Page, node: Node, text: string, at: number): string | undefined {
  const { eol, unit, listUnit } = page.habits
  const before = text.slice(0, at)
  const behind = text.slice(at + placeholder.length)
  const block = (node.kind === "map" || node.kind === "seq") && node.layout === "block"
  if (!block) {
    const source = page.text.slice(node.outer, node.end)
    return source.includes("\n") ? undefined : before + source + behind
  }
  if (node.outer !== node.start) return undefined
  const lines = dedented(page.text.slice(node.start, node.end), column(page.text, node.start))
  const prefix = before.slice(lineStart(before, at))
  if (lines === undefined) return undefined
  if (/^[ -]*- $/.test(prefix)) return before + lines.join(eol + " ".repeat(prefix.length)) + behind
  const key = /^[ -]*/.exec(prefix)?.[0].length ?? 0
  if (!prefix.endsWith(": ")) return undefined
  const blanks = " ".repeat(key + (node.kind === "seq" ? listUnit : unit))
  return before.slice(0, -1) + lines.map((line) => eol + indent(line, blanks)).join("") + behind
}

/** The one edit that leads from a text to another, as short as it can be. */
function difference(before: string, after: string): Edit {
  let start = 0
  const most = Math.min(before.length, after.length)
  while (start < most && before[start] === after[start]) start++
  let tail = 0
  while (tail < most - start && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  return { start, end: before.length - tail, text: after.slice(start, after.length - tail) }
}
