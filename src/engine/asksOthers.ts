import type { CompiledRule } from "./compiled.ts"
import { matcher } from "./glob.ts"

/** What became of a path; `comesOrGoes`: it was not there before, or is not there now. */
export interface PathChange {
  readonly path: string
  readonly comesOrGoes: boolean
}

/** Whether what a rule says of its own files may change with other ones. What is worked out from data may be any file. */
export function mayAskFor(rule: CompiledRule, changed: readonly PathChange[]): boolean {
  const named = rule.reads.flatMap(({ file }) => file ?? [])
  if (changed.some(({ path }) => named.includes(path))) return true
  if (named.length > 0 && changed.some(matching(named))) return true
  const comesOrGoes = changed.some((each) => each.comesOrGoes)
  return changed.length > 0 && asks(rule.facts, comesOrGoes)
}

function matching(globs: readonly string[]): (change: PathChange) => boolean {
  const matches = matcher(globs.map((glob) => `./${glob}`))
  return ({ path }) => matches(path)
}

/** Looks for a call that asks for a file by a name that is worked out, or whether there is one. */
function asks(term: unknown, comesOrGoes: boolean): boolean {
  if (typeof term !== "object" || term === null) return false
  if ("type" in term && term.type === "call" && "name" in term && "args" in term && Array.isArray(term.args)) {
    if (term.name === "exists" && comesOrGoes) return true
    if (term.name === "loading") return true
    const [first]: unknown[] = term.args
    const literal = typeof first === "object" && first !== null && "type" in first && first.type === "literal"
    if ((term.name === "doc" || term.name === "docs") && !literal) return true
  }
  return Object.values(term).some((part) => asks(part, comesOrGoes))
}
