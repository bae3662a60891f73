import { nearest } from "../model/nearest.ts"
import type { Let, Predicate, RuleFile, RuleProblem } from "../model/rule.ts"
import type { Span } from "../model/span.ts"
import type { Term } from "./compiled.ts"

/** What a name stands for: a binder of the rule, a param, or a term that is put in its place. */
export type Meaning =
  | { readonly type: "binding"; readonly name: string }
  | { readonly type: "param" }
  | { readonly type: "term"; readonly term: Term }

/** The lets and predicates that a rule file can name, its imports included, each with the file it was written in. */
export interface FileScope {
  readonly path: string
  readonly lets: ReadonlyMap<string, { readonly definition: Let; readonly home: FileScope }>
  readonly predicates: ReadonlyMap<string, { readonly definition: Predicate; readonly home: FileScope }>
}

export type Report = (problem: RuleProblem) => void

/**
 * Gather the names of a file. An import brings the lets and predicates that the other file itself defines, not what it imports.
 * @param resolve finds an imported file; `undefined` when there is none.
 * @param packs names that an import may have meant where it leads nowhere.
 */
export function fileScope(
  file: RuleFile,
  resolve: (from: string, importer: string) => RuleFile | undefined,
  report: Report,
  packs: readonly string[],
  known = new Map<string, FileScope>(),
): FileScope {
  const lets: Map<string, { definition: Let; home: FileScope }> = new Map()
  const predicates: Map<string, { definition: Predicate; home: FileScope }> = new Map()
  const scope: FileScope = { path: file.path, lets, predicates }
  known.set(file.path, scope)
  const problem = (code: string, message: string, span: Span, hint: string) =>
    report({ code, severity: "error", message, path: file.path, span, hint })
  const names = new Set<string>()
  for (const definition of file.lets) {
    if (names.has(definition.name))
      problem("duplicate-name", `"${definition.name}" is defined twice`, definition.span, "rename one of them")
    names.add(definition.name)
    lets.set(definition.name, { definition, home: scope })
  }
  for (const definition of file.predicates) {
    if (names.has(definition.name))
      problem("duplicate-name", `"${definition.name}" is defined twice`, definition.span, "rename one of them")
    names.add(definition.name)
    predicates.set(definition.name, { definition, home: scope })
  }
  for (const { from, span } of file.imports) {
    const other = resolve(from, file.path)
    if (other === undefined) {
      const near = nearest(from, packs)
      problem(
        "unknown-import",
        `no rule file "${from}" to import`,
        span,
        near === undefined
          ? 'write "./name.rule" for a file beside this one, or "cfgsync:pack" for a shipped pack'
          : `did you mean "${near.word}"?`,
      )
      continue
    }
    // A file that is being read already (a circle of imports) has its own names in place, which is all that is taken from it.
    const home = known.get(other.path) ?? fileScope(other, resolve, () => {}, packs, known)
    for (const definition of other.lets) {
      if (!names.has(definition.name)) lets.set(definition.name, { definition, home })
    }
    for (const definition of other.predicates) {
      if (!names.has(definition.name)) predicates.set(definition.name, { definition, home })
    }
  }
  return scope
}
