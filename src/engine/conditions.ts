import type { Kind } from "../model/rule.ts"
import type { BooleanCondition, Condition, Operand, Term } from "./compiled.ts"
import { comparisonOperators } from "./facts.ts"
import { termText } from "./termText.ts"

/** Collects the facts that conditions name. */
export class FactTable {
  readonly definitions = new Map<string, Term>()

  /** @returns the name of the fact that the term defines. */
  name(term: Term): string {
    const name = termText(term)
    this.definitions.set(name, term)
    return name
  }
}

/** The condition that holds exactly when the term is true. Facts are added to the table. */
export function conditionOf(term: Term, facts: FactTable): Condition {
  switch (term.type) {
    case "literal":
      return term.value === true ? always : never
    case "not":
      return negate(conditionOf(term.arg, facts))
    case "and":
      return allOf(term.args.map((arg) => conditionOf(arg, facts)))
    case "or": {
      const any = term.args.map((arg) => conditionOf(arg, facts))
      // json-rules-engine takes an empty `any` for true.
      return any.length === 0 ? never : { any }
    }
    case "compare": {
      if (term.op === "!=") return negate(conditionOf({ ...term, op: "==" }, facts))
      const swap = term.op === "==" && term.left.type === "literal" && term.right.type !== "literal"
      const [left, right] = swap ? [term.right, term.left] : [term.left, term.right]
      return { fact: facts.name(left), operator: comparisonOperators[term.op], value: operand(right, facts) }
    }
    case "is":
      if (asksWorld(term.kind)) return { fact: facts.name(term), operator: "equals", value: true }
      return {
        fact: facts.name(term.arg),
        operator: "is",
        value: typeof term.kind === "string" ? term.kind : { array: term.kind.array },
      }
    case "quantifier": {
      const inner = new FactTable()
      const condition = wrap(conditionOf(term.body, inner))
      const frames: Term = {
        type: "frames",
        name: term.name,
        in: term.in,
        facts: Object.fromEntries(inner.definitions),
      }
      return { fact: facts.name(frames), operator: term.quantifier === "all" ? "every" : "some", value: condition }
    }
    default:
      return { fact: facts.name(term), operator: "equals", value: true }
  }
}

const always: BooleanCondition = { all: [] }
const never: BooleanCondition = { not: always }

/** All of them, without a nest of `all` in `all`. */
export function allOf(conditions: readonly Condition[]): Condition {
  const flat = conditions.flatMap((condition) => ("all" in condition ? condition.all : [condition]))
  return flat.length === 1 && flat[0] !== undefined ? flat[0] : { all: flat }
}

export function negate(condition: Condition): Condition {
  return "not" in condition ? condition.not : { not: condition }
}

/** A condition fit for the top, where json-rules-engine wants `all`, `any` or `not`. */
export function wrap(condition: Condition): BooleanCondition {
  return "fact" in condition ? { all: [condition] } : condition
}

function asksWorld(kind: Kind): boolean {
  return typeof kind === "string" ? kind === "executable" : asksWorld(kind.array)
}

/** Only what JSON says in one way stands in the condition itself; json-rules-engine would also take an object with `fact` for a reference. */
function operand(term: Term, facts: FactTable): Operand {
  return term.type === "literal" ? term.value : { fact: facts.name(term) }
}
