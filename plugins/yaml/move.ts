import type { Candidates } from "../../src/model/document.ts"
import type { Edit, Operation } from "../../src/model/operation.ts"
import { valueAt } from "../../src/model/path.ts"
import type { Value } from "../../src/model/value.ts"
import { candidates } from "./candidates.ts"
import type { Page } from "./page.ts"

type Reread = (text: string) => { readonly value: Value; readonly page: Page } | undefined

/** A removal, then an addition to what it leaves. */
export function move(
  page: Page,
  root: Value,
  operation: Extract<Operation, { op: "move" }>,
  reread: Reread,
): Candidates {
  const value = valueAt(root, operation.from)
  if (value === undefined) return { edits: [] }
  const removal = candidates(page, root, { op: "remove", path: operation.from })
  if ("refused" in removal) return removal
  for (const edits of removal.edits) {
    const text = splice(page.text, edits)
    const rest = reread(text)
    if (rest === undefined) continue
    const { path } = operation
    const op = typeof path.at(-1) === "number" ? "insert" : "set"
    const addition = candidates(rest.page, rest.value, { op, path, value })
    if ("refused" in addition) return addition
    return { edits: both(page.text, text, addition.edits) }
  }
  return { edits: [] }
}

function* both(before: string, between: string, additions: Iterable<readonly Edit[]>): Generator<readonly Edit[]> {
  for (const edits of additions) yield [difference(before, splice(between, edits))]
}

function splice(text: string, edits: readonly Edit[]): string {
  let result = ""
  let offset = 0
  for (const edit of edits) {
    result += text.slice(offset, edit.start) + edit.text
    offset = edit.end
  }
  return result + text.slice(offset)
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
