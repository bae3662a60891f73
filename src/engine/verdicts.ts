import type { Value } from "../model/value.ts"
import type { CompiledRule, Condition, FactCondition } from "./compiled.ts"
import type { Inference } from "./jsonRulesEngine.ts"
import { holds } from "./operators.ts"

/** By which of a rule's conditions hold, a row of 0 and 1 for those that were asked, in their order: whether it fires. */
export type KnownVerdicts = Readonly<Record<string, boolean>>

const mostVerdicts = 4096

/**
 * Whether a rule fires, as json-rules-engine says. A verdict depends only on which of the rule's conditions hold, so each combination is put
 * to it once, with the facts at hand, and then remembered: nearly all files of a project ask one of a few questions. Conditions are looked at in
 * their order, and none that can change nothing any more: where a `where` does not hold, no file is asked for what the rule requires.
 */
export class Verdicts {
  readonly #known = new WeakMap<CompiledRule, Map<string, boolean>>()
  readonly #before: Readonly<Record<string, KnownVerdicts>>
  #inference: Promise<Inference> | undefined

  /** @param before what was asked when the rules were compiled, by rule */
  constructor(before: Readonly<Record<string, KnownVerdicts>> = {}) {
    this.#before = before
  }

  /** @param fact computed when it is asked for: a rule that does not apply costs no more than finding that out.  @returns at once when the same combination was asked about before. */
  of(rule: CompiledRule, fact: (name: string) => Value | undefined): boolean | Promise<boolean> {
    const verdicts = this.#knownOf(rule)
    let key = ""
    readConditions(rule.conditions, (leaf) => {
      const held = holds(leaf, fact)
      key += held ? "1" : "0"
      return held
    })
    return verdicts.get(key) ?? this.#learn(rule, fact, verdicts, key)
  }

  #knownOf(rule: CompiledRule): Map<string, boolean> {
    let known = this.#known.get(rule)
    if (known === undefined) {
      known = new Map(Object.entries(this.#before[rule.id] ?? {}))
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
    const facts = new Map<string, Value | undefined>()
    const ask = (name: string) => {
      if (!facts.has(name)) facts.set(name, fact(name))
      return facts.get(name)
    }
    // What changes nothing any more stays missing: it may cost a look at a thousand files.
    readConditions(rule.conditions, (leaf) => holds(leaf, ask))
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

/** Ask for conditions in their order, for none that can change nothing any more: how far a question has to be read; the answer is json-rules-engine's. */
export function readConditions(condition: Condition, holds: (leaf: FactCondition) => boolean): boolean {
  if ("all" in condition) return condition.all.every((each) => readConditions(each, holds))
  if ("any" in condition) return condition.any.some((each) => readConditions(each, holds))
  return "not" in condition ? !readConditions(condition.not, holds) : holds(condition)
}
