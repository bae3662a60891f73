import type { CompiledRule } from "./compiled.ts"
import { matcher } from "./glob.ts"

/** What became of a path; `comesOrGoes`: it was not there before, or is not there now. */
export interface PathChange {
  readonly path: string
  /** By its name; none is known: it may be read as any. */
  readonly format: string | undefined
  /** Whether what it says may change which files of its format are loaded. */
  readonly mayLoad: boolean
  readonly comesOrGoes: boolean
}

/** Whether what a rule says of its own files may change with other ones. What is worked out from data may be any file. */
export function mayAskFor(rule: CompiledRule, changed: readonly PathChange[]): boolean {
  const named = rule.reads.flatMap(({ file }) => file ?? [])
  if (changed.some(({ path }) => named.includes(path))) return true
  if (named.length > 0 && changed.some(matching(named))) return true
  const comesOrGoes = changed.some((each) => each.comesOrGoes)
  const loads = changed.some(
    ({ format, mayLoad }) =>
      mayLoad && (format === undefined || rule.formats.length === 0 || rule.formats.includes(format)),
  )
  return changed.length > 0 && asks(rule.facts, { comesOrGoes, loads: loads || comesOrGoes })
}

function matching(globs: readonly string[]): (change: PathChange) => boolean {
  const matches = matcher(globs.map((glob) => `./${glob}`))
  return ({ path }) => matches(path)
}

interface Change {
  readonly comesOrGoes: boolean
  /** Whether it may change what files of the rule's formats load. */
  readonly loads: boolean
}

/** Looks for a call that asks for a file by a name that is worked out, or whether there is one. */
function asks(term: unknown, change: Change): boolean {
  if (typeof term !== "object" || term === null) return false
  if ("type" in term && term.type === "call" && "name" in term && "args" in term && Array.isArray(term.args)) {
    if (term.name === "exists" && change.comesOrGoes) return true
    if (term.name === "loading" && change.loads) return true
    const [first]: unknown[] = term.args
    const literal = typeof first === "object" && first !== null && "type" in first && first.type === "literal"
    if ((term.name === "doc" || term.name === "docs") && !literal) return true
  }
  return Object.values(term).some((part) => asks(part, change))
}
