import type { Path } from "../../model/path.ts"
import type { CompiledRule, Place, Term } from "../compiled.ts"
import { isMany } from "../facts.ts"
import { bindersOf, placeOf, within } from "../places.ts"
import { targetOf } from "../target.ts"
import { keyedBy, type ListKind, type ListKindsOf } from "./listIdentity.ts"

/** A list that a rule is about: `null` stands for any one step. */
interface Declared {
  readonly steps: Place["steps"]
  readonly kind: ListKind
}

/**
 * What rules say of the elements of lists: `require $.servers[*].name is unique` names each server, `require $.plugins is unique` says that each plugin is
 * there once.
 * @param rules those of the file
 */
export function listsOfRules(rules: readonly CompiledRule[]): ListKindsOf {
  const declared = rules.flatMap(listsOf)
  return (path) => declared.flatMap(({ steps, kind }) => (leadsTo(steps, path) ? [kind] : []))
}

/** Whether a path is one of those that the steps of a place stand for. */
export function leadsTo(steps: Place["steps"], path: Path): boolean {
  return steps.length === path.length && steps.every((step, index) => step === null || step === path[index])
}

function listsOf(rule: CompiledRule): readonly Declared[] {
  const found = rule.require.flatMap((requirement) =>
    requirement.type === "holds" ? uniqueIn(requirement.term, bindersOf(rule)) : [],
  )
  // What is there once only under a condition is a set only under it; a key that tells elements apart does so anyway.
  return rule.where.length === 0 ? found : found.filter(({ kind }) => kind.kind === "keyed")
}

function uniqueIn(term: Term, binders: ReadonlyMap<string, Place>): readonly Declared[] {
  if (term.type === "and") return term.args.flatMap((arg) => uniqueIn(arg, binders))
  if (term.type === "quantifier" && term.quantifier === "all") return uniqueIn(term.body, within(term, binders))
  if (term.type !== "is" || term.kind !== "unique") return []
  const target = targetOf(term.arg)
  const place = target && placeOf(target, binders)
  if (target === undefined || place === undefined || place.file !== null || place.deep) return []
  if (!isMany(target)) return [{ steps: place.steps, kind: { kind: "set" } }]
  const { segments } = target
  const element = segments.findLastIndex(({ type }) => type === "wildcard")
  const key = segments.slice(element + 1).flatMap((segment) => (segment.type === "member" ? [segment.name] : []))
  if (element < 0 || key.length < segments.length - element - 1) return []
  const steps = place.steps.slice(0, place.steps.length - key.length - 1)
  return [{ steps, kind: key.length === 0 ? { kind: "set" } : keyedBy(key) }]
}
