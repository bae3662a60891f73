import type { Document, Limits } from "../../src/model/document.ts"
import type { Span } from "../../src/model/span.ts"
import type { Value } from "../../src/model/value.ts"

/** One document of a stream. What only findings and edits need is read again from the text, when it is first asked for. */
export function makeDocument(
  _text: string,
  _index: number,
  read: { readonly value: Value; readonly span: Span },
  _limits: Limits,
): Document {
  return {
    value: read.value,
    span: read.span,
    locate: () => undefined,
    comments: () => [],
    candidates: () => ({ refused: "YAML is not edited" }),
  }
}
