import type { Candidates, Document, Limits, Location, Problem } from "../../src/model/document.ts"
import type { Path } from "../../src/model/path.ts"
import type { Span } from "../../src/model/span.ts"
import { candidatesApart, type Reread } from "./candidates.ts"
import { walk } from "./find.ts"
import { move } from "./move.ts"
import { habitsOf, type Page } from "./page.ts"
import { parseStream, parseTokens, type ReadDocument, type Tokens } from "./parseStream.ts"
import { buildTree, type Node } from "./tree.ts"

/** The documents of a stream. What only findings and edits need is read again from the text, when it is first asked for. */
export function makeDocuments(text: string, read: readonly ReadDocument[], limits: Limits): readonly Document[] {
  let syntax: Tokens | Problem | undefined
  const reread = () => {
    syntax ??= parseTokens(text, limits)
    return syntax
  }
  return read.map((each, index) => makeDocument(text, index, each, reread, limits))
}

function makeDocument(
  text: string,
  index: number,
  { value, span, comments }: ReadDocument,
  reread: () => Tokens | Problem,
  limits: Limits,
): Document {
  let page: Page | undefined
  const open = () => {
    const found = reread()
    page ??= makePage(text, index, span, "code" in found ? { tokens: [], comments: [] } : found)
    return page
  }
  return {
    value,
    span,
    locate: (path) => locate(open().root, path),
    comments: () => comments ?? open().comments,
    candidates(operation): Candidates {
      // Its value can be read in a cheaper way than its places.
      const found = reread()
      if ("code" in found) return { refused: found.message }
      const again: Reread = (changed) => {
        const stream = parseStream(changed, limits)
        const after = stream.documents[index]
        const changedSyntax = parseTokens(changed, limits)
        const wrong = stream.problems.some(({ severity }) => severity === "error")
        if (wrong || after === undefined || "code" in changedSyntax) return undefined
        // What is left may be too short to show how the file is written.
        const { habits } = open()
        return { value: after.value, page: { ...makePage(changed, index, after.span, changedSyntax), habits } }
      }
      if (operation.op === "move") return move(open(), value, operation, again)
      return candidatesApart(open(), value, operation, again)
    },
  }
}

function makePage(text: string, index: number, span: Span, syntax: Tokens): Page {
  const { tokens } = syntax
  const comments = syntax.comments.filter((comment) => span.start <= comment.span.start && comment.span.end <= span.end)
  const token = tokens.filter((each) => each.type === "document")[index]
  const root = token === undefined ? nothing(span.end) : buildTree(token, text)
  return { text, root, comments, habits: habitsOf(text, root), end: span.end }
}

/** The root of a document without any text. */
function nothing(at: number): Node {
  const place = { start: at, end: at, last: at, outer: at, after: at }
  return { kind: "scalar", style: "empty", text: "", anchor: undefined, tag: undefined, aliases: [], ...place }
}

function locate(root: Node, path: Path): Location | undefined {
  const { steps, node, rest } = walk(root, path)
  if (rest.length > 0) return undefined
  const value = { start: node.start, end: node.end }
  const key = steps.at(-1)?.entry.key
  return key === undefined ? { value } : { value, key: { start: key.start, end: key.end } }
}
