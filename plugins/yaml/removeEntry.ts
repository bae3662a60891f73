import type { Edit } from "../../src/model/operation.ts"
import { commaBehind } from "./addEntry.ts"
import { removeLines, replaceBlock } from "./inline.ts"
import { column, lineEnd, lineStart, nextLine, startsLine } from "./lines.ts"
import { commentBehind, commentsIn, type Page, type Slot } from "./page.ts"
import type { Collection, Entry } from "./tree.ts"

/** Wordings of a map or list without one entry; every comment stays. */
export function* removeEntry(
  page: Page,
  slot: Slot,
  collection: Collection,
  index: number,
): Generator<readonly Edit[]> {
  const entry = collection.entries[index]
  if (entry === undefined) return
  const empty = collection.kind === "map" ? "{}" : "[]"
  if (collection.layout === "pair") {
    yield [{ start: collection.start, end: collection.end, text: empty }]
    return
  }
  if (collection.layout === "flow") {
    yield* removeFlow(page, collection, index, entry, empty)
    return
  }
  if (collection.entries.length === 1) {
    yield replaceBlock(page, slot, collection, empty, true)
    yield [{ start: collection.start, end: collection.end, text: empty }]
    return
  }
  yield removeBlock(page, collection, index, entry, false)
  yield removeBlock(page, collection, index, entry, true)
}

/** `all`: blank lines behind a block scalar go too, although they may be its content or stand between entries. */
function removeBlock(page: Page, collection: Collection, index: number, entry: Entry, all: boolean): readonly Edit[] {
  const { text, habits } = page
  const blanks = " ".repeat(column(text, collection.start))
  const source = (comment: { readonly span: { readonly start: number; readonly end: number } }) =>
    text.slice(comment.span.start, comment.span.end)
  const next = collection.entries[index + 1]
  if (!startsLine(text, entry.start) && next !== undefined) {
    const comments = commentsIn(page, { start: entry.start, end: next.start })
    return [
      {
        start: entry.start,
        end: next.start,
        text: comments.map((comment) => source(comment) + habits.eol + blanks).join(""),
      },
    ]
  }
  const behind = entry.last > entry.end ? undefined : commentBehind(page, entry.end)
  const comments = [
    ...commentsIn(page, { start: entry.start, end: entry.end }),
    ...(behind === undefined ? [] : [behind]),
  ]
  const end = behind?.span.end ?? (all ? entry.last : nextLine(text, entry.end))
  if (!startsLine(text, entry.start))
    return [{ start: entry.start, end, text: comments.map(source).join(habits.eol + blanks) }]
  return [
    removeLines(
      page,
      lineStart(text, entry.start),
      end,
      comments.map((comment) => blanks + source(comment) + habits.eol).join(""),
    ),
  ]
}

function* removeFlow(
  page: Page,
  collection: Collection,
  index: number,
  entry: Entry,
  empty: string,
): Generator<readonly Edit[]> {
  const { text } = page
  const inner = commentsIn(page, { start: entry.start, end: entry.end })
  if (inner.length > 0) {
    yield* removeAround(
      page,
      collection,
      index,
      entry,
      inner.map(({ span }) => text.slice(span.start, span.end)),
    )
    return
  }
  if (collection.entries.length === 1 && commentsIn(page, collection).length === 0) {
    yield [{ start: collection.start, end: collection.end, text: empty }]
    return
  }
  const next = collection.entries[index + 1]
  const before = collection.entries[index - 1]
  const free = (start: number, end: number) => commentsIn(page, { start, end }).length === 0
  if (next !== undefined && free(entry.start, next.start)) {
    yield [{ start: entry.start, end: next.start, text: "" }]
  }
  if (
    next === undefined &&
    before !== undefined &&
    free(before.end, entry.end) &&
    commaBehind(text, entry.end) === undefined
  ) {
    yield [{ start: before.end, end: entry.end, text: "" }]
  }
  yield* removeAround(page, collection, index, entry, [])
}

/** Take an entry and one comma away and leave the comments around them where they are. */
function* removeAround(
  page: Page,
  collection: Collection,
  index: number,
  entry: Entry,
  comments: readonly string[],
): Generator<readonly Edit[]> {
  const { text, habits } = page
  const own = comments.map((comment) => comment + habits.eol + " ".repeat(column(text, entry.start))).join("")
  const behind = commaBehind(text, entry.end)
  const taken: Edit = { start: entry.start, end: entry.end, text: own }
  if (behind !== undefined) {
    if (own === "" && /^[ \t]*$/.test(text.slice(entry.end, behind))) {
      const blanks = startsLine(text, entry.start)
        ? (/^[ \t]*/.exec(text.slice(behind + 1, behind + 1000))?.[0].length ?? 0)
        : 0
      yield [wholeLine(page, { start: entry.start, end: behind + 1 + blanks, text: "" })]
    }
    yield [taken, { start: behind, end: behind + 1, text: "" }]
    return
  }
  const before = collection.entries[index - 1]
  const comma = before === undefined ? undefined : commaBehind(text, before.end)
  if (comma !== undefined) {
    yield [{ start: comma, end: comma + 1, text: "" }, own === "" ? wholeLine(page, taken) : taken]
  }
  yield [own === "" ? wholeLine(page, taken) : taken]
}

/** Widen an edit that leaves a blank line to that line. */
function wholeLine({ text }: Page, edit: Edit): Edit {
  const end = lineEnd(text, edit.end)
  if (!startsLine(text, edit.start) || !/^[ \t]*$/.test(text.slice(edit.end, end)) || end === text.length) return edit
  return { start: lineStart(text, edit.start), end: nextLine(text, edit.end), text: "" }
}
