import type { Value } from "../model/value.ts"
import type { CompiledRule, PathTerm, Place, Term } from "./compiled.ts"
import { bindersOf, placeOf, readsOf } from "./places.ts"
import { targetOf } from "./target.ts"

/** A safe repair that writes to one place what it reads at another. */
export interface Flow {
  readonly from: Place
  readonly to: Place
}

/** A constant that a safe repair writes. */
export interface WrittenConstant {
  readonly place: Place
  readonly value: Value
  /** Only where a `where` of the fix holds. */
  readonly conditional: boolean
}

interface Assignment {
  readonly target: PathTerm
  readonly value: Term
  readonly conditional: boolean
}

export function flowsOf(rule: CompiledRule): readonly Flow[] {
  const binders = bindersOf(rule)
  return assignmentsOf(rule).flatMap(({ target, value }) => {
    const to = placeOf(target, binders)
    return to === undefined ? [] : readsOf(value, binders).map((from) => ({ from, to }))
  })
}

export function writtenConstants(rule: CompiledRule): readonly WrittenConstant[] {
  const binders = bindersOf(rule)
  return assignmentsOf(rule).flatMap(({ target, value, conditional }) => {
    const place = placeOf(target, binders)
    if (place === undefined || value.type !== "literal") return []
    return [{ place, value: value.value, conditional }]
  })
}

/** What the rule's safe repairs set: those that `==` derives, then those of its fixes. */
function assignmentsOf(rule: CompiledRule): readonly Assignment[] {
  const derived = rule.require.flatMap((requirement) =>
    requirement.type === "holds" ? assigned(requirement.term) : [],
  )
  const written = rule.fixes.flatMap(({ safety, actions, where }) =>
    actions.flatMap((action) =>
      safety === "safe" && action.type === "set"
        ? [{ target: action.target, value: action.value, conditional: where.length > 0 }]
        : [],
    ),
  )
  return [...derived, ...written]
}

function assigned(term: Term): readonly Assignment[] {
  if (term.type === "and") return term.args.flatMap(assigned)
  if (term.type === "compare" && term.op === "==") {
    const target = targetOf(term.left)
    return target === undefined ? [] : [{ target, value: term.right, conditional: false }]
  }
  const target = term.type === "path" || term.type === "default" ? targetOf(term) : undefined
  return target === undefined ? [] : [{ target, value: { type: "literal", value: true }, conditional: false }]
}
