import type { Value } from "../model/value.ts"
import type { CompiledRule, Condition, FactCondition } from "./compiled.ts"
import type { Inference } from "./jsonRulesEngine.ts"
import { holds } from "./operators.ts"

/** A rule's conditions without the `all`, `any` and `not` around them, and the verdicts known for their results. */
interface Known {
  /** Those that stand among what must hold, whatever the others say. */
  readonly needed: readonly FactCondition[]
  readonly leaves: readonly FactCondition[]
  readonly verdicts: Map<string, boolean>
}

const mostVerdicts = 4096

/**
 * Whether a rule fires, as json-rules-engine says. A verdict depends only on which of the rule's conditions hold, so each combination is put
 * to it once, with the facts at hand, and then remembered: nearly all files of a project ask one of a few questions.
 */
export class Verdicts {
  readonly #known = new WeakMap<CompiledRule, Known>()
  #inference: Promise<Inference> | undefined

  /** @param fact computed when it is asked for: a rule that does not apply costs no more than finding that out.  @returns at once when the same combination was asked about before. */
  of(rule: CompiledRule, fact: (name: string) => Value | undefined): boolean | Promise<boolean> {
    const known = this.#knownOf(rule)
    if (known.needed.some((leaf) => !holds(leaf, fact))) return false
    let key = ""
    for (const leaf of known.leaves) key += holds(leaf, fact) ? "1" : "0"
    return known.verdicts.get(key) ?? this.#learn(rule, fact, known.verdicts, key)
  }

  #knownOf(rule: CompiledRule): Known {
    let known = this.#known.get(rule)
    if (known === undefined) {
      known = { needed: neededOf(rule.conditions), leaves: leavesOf(rule.conditions), verdicts: new Map() }
      this.#known.set(rule, known)
    }
    return known
  }

  async #learn(
    rule: CompiledRule,
    fact: (name: string) => Value | undefined,
    verdicts: Map<string, boolean>,
    key: string,
  ): Promise<boolean> {
    const facts = new Map(Object.keys(rule.facts).map((name) => [name, fact(name)]))
    const inference = await this.inference()
    const fires = (await inference.ask(rule, facts)).result === true
    if (verdicts.size >= mostVerdicts) verdicts.clear()
    verdicts.set(key, fires)
    return fires
  }

  /** The engine is loaded when the first rule has something to decide. */
  inference(): Promise<Inference> {
    this.#inference ??= import("./jsonRulesEngine.ts").then((module) => new module.Inference())
    return this.#inference
  }
}

function neededOf(condition: Condition): readonly FactCondition[] {
  if ("all" in condition) return condition.all.flatMap(neededOf)
  return "fact" in condition ? [condition] : []
}

function leavesOf(condition: Condition): readonly FactCondition[] {
  if ("all" in condition) return condition.all.flatMap(leavesOf)
  if ("any" in condition) return condition.any.flatMap(leavesOf)
  return "not" in condition ? leavesOf(condition.not) : [condition]
}
