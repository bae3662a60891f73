import { Engine, Fact, Rule, type TopLevelCondition } from "json-rules-engine"
import type { Value } from "../model/value.ts"
import type { BooleanCondition, CompiledRule, Condition } from "./compiled.ts"
import { operators } from "./operators.ts"

/** Values of a rule's facts by name; what is missing is `undefined`. */
export type FactValues = ReadonlyMap<string, Value | undefined>

/** What is read of the engine's account of a condition: written out here, so that the types of this package need no other. */
export interface InferredCondition {
  readonly name?: string
  readonly result?: boolean
  readonly all?: Iterable<InferredCondition>
  readonly any?: Iterable<InferredCondition>
  readonly not?: InferredCondition
  readonly fact?: string
  readonly operator?: string
  readonly factResult?: unknown
  readonly valueResult?: unknown
}

/** What is read of the engine's result. */
export interface Inferred {
  readonly result: boolean | null
  readonly conditions: InferredCondition
}

/** A plain engine with cfgsync's operators, closed to what its defaults would do with a path. */
function plainEngine(): Engine {
  const engine = new Engine([], {
    allowUndefinedFacts: true,
    // No compiled condition has a path; the default resolver (jsonpath-plus) must never be reached.
    pathResolver: () => undefined,
  })
  for (const [name, holds] of Object.entries(operators)) engine.addOperator(name, holds)
  return engine
}

/** What is asked of a rule: the same object each time it is asked, where that can be. */
export type Question = Pick<CompiledRule, "id" | "event" | "conditions">

function ruleOf(rule: Question): Rule {
  const { type, params } = rule.event
  return new Rule({ name: rule.id, conditions: topLevel(rule.conditions), event: { type, params: { ...params } } })
}

function topLevel(condition: BooleanCondition): TopLevelCondition {
  if ("all" in condition) return { all: condition.all.map(nested) }
  if ("any" in condition) return { any: condition.any.map(nested) }
  return { not: nested(condition.not) }
}

function nested(condition: Condition) {
  return "fact" in condition ? { ...condition } : topLevel(condition)
}

/**
 * Asks json-rules-engine, one question after the other: an `Engine` whose runs overlap drops rules. Each question is one rule with the facts
 * of one frame, because two rules may mean different things by one fact name.
 */
export class Inference {
  readonly #engine = plainEngine()
  readonly #rules = new WeakMap<Question, Rule>()
  #last: Promise<unknown> = Promise.resolve()

  /** @returns what the engine found, with the value of each fact and the result of each condition. */
  ask(rule: Question, facts: FactValues): Promise<Inferred> {
    const answer = this.#last.then(() => this.#run(rule, facts))
    this.#last = answer.catch(() => undefined)
    return answer
  }

  async #run(compiled: Question, facts: FactValues): Promise<Inferred> {
    const rule = this.#rules.get(compiled) ?? ruleOf(compiled)
    this.#rules.set(compiled, rule)
    this.#engine.addRule(rule)
    try {
      const { results, failureResults } = await this.#engine.run(runtimeFacts(facts))
      const result = results[0] ?? failureResults[0]
      if (result === undefined) throw new Error(`json-rules-engine gave no result for ${compiled.id}`)
      return result
    } finally {
      this.#engine.removeRule(rule)
    }
  }
}

/** Uncached: the engine would hash every constant to find again what it holds already. */
function runtimeFacts(facts: FactValues): Record<string, Fact> {
  return Object.fromEntries([...facts].map(([name, value]) => [name, new Fact(name, value, { cache: false })]))
}
