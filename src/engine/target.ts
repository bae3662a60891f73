import type { PathTerm, Term } from "./compiled.ts"

/** The one place that a term reads and a repair could write: a path, the left side of its `??`, or a whole other document. */
export function targetOf(term: Term): PathTerm | undefined {
  if (term.type === "path") return term
  if (term.type === "default") return targetOf(term.left)
  if (term.type === "call" && term.name === "doc") return { type: "path", root: { type: "term", term }, segments: [] }
  return undefined
}
