import type { CompiledRule } from "./compiled.ts"
import { matcher } from "./glob.ts"

/**
 * Whether what a rule says of its own files may change with another one. What is worked out from data may be any file.
 * @param path what changed.  @param comesOrGoes whether it was not there before, or is not there now
 */
export function mayAskFor(rule: CompiledRule, path: string, comesOrGoes: boolean): boolean {
  if (rule.reads.some(({ file }) => file !== null && (file === path || matcher([`./${file}`])(path)))) return true
  return asks(rule.facts, comesOrGoes)
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
