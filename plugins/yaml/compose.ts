import type { Edit } from "../../src/model/operation.ts"

/** Edits of a text, then edits of what they give, as edits of the first text. */
export function compose(text: string, first: readonly Edit[], then: readonly Edit[]): readonly Edit[] {
  const middle = splice(text, first)
  let shift = 0
  const made = first.map((edit) => {
    const start = edit.start + shift
    shift += edit.text.length - (edit.end - edit.start)
    return { start, end: start + edit.text.length }
  })
  const groups: { start: number; end: number }[] = []
  for (const { start, end } of [...made, ...then].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = groups.at(-1)
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end)
    else groups.push({ start, end })
  }
  const within = (edit: { readonly start: number; readonly end: number }, group: { start: number; end: number }) =>
    group.start <= edit.start && edit.end <= group.end
  let before = 0
  return groups.map((group) => {
    const own = first.filter((_, index) => within(made[index] as Edit, group))
    const grown = own.reduce((sum, edit) => sum + edit.text.length - (edit.end - edit.start), 0)
    const start = group.start - before
    before += grown
    const later = then
      .filter((edit) => within(edit, group))
      .map((edit) => ({ ...edit, start: edit.start - group.start, end: edit.end - group.start }))
    return { start, end: group.end - before, text: splice(middle.slice(group.start, group.end), later) }
  })
}

/** A text with edits that are in order and do not overlap. */
export function splice(text: string, edits: readonly Edit[]): string {
  let result = ""
  let offset = 0
  for (const edit of edits) {
    result += text.slice(offset, edit.start) + edit.text
    offset = edit.end
  }
  return result + text.slice(offset)
}
