import type { CST } from "yaml"
import type { Comment } from "../../src/model/document.ts"

/** Every comment of the tokens of one document, in order. */
export function commentsOf(tokens: readonly CST.Token[]): readonly Comment[] {
  const comments: Comment[] = []
  for (const token of tokens) collect(token, comments)
  return comments.sort((a, b) => a.span.start - b.span.start)
}

function collect(token: CST.Token | null | undefined, comments: Comment[]): void {
  if (!token) return
  if (token.type === "comment") {
    const text = token.source.trimEnd()
    comments.push({ span: { start: token.offset, end: token.offset + text.length }, text: text.slice(1).trim() })
    return
  }
  const lists: (readonly CST.Token[] | undefined)[] = []
  if ("start" in token && Array.isArray(token.start)) lists.push(token.start)
  if ("props" in token) lists.push(token.props)
  if ("end" in token) lists.push(token.end)
  for (const list of lists) for (const each of list ?? []) collect(each, comments)
  if ("value" in token) collect(token.value, comments)
  if ("items" in token) {
    for (const item of token.items) {
      for (const each of item.start) collect(each, comments)
      collect(item.key, comments)
      for (const each of item.sep ?? []) collect(each, comments)
      collect(item.value, comments)
    }
  }
}
