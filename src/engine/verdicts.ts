import type { Value } from "../model/value.ts"
import type { BooleanCondition, CompiledRule, Condition, FactCondition } from "./compiled.ts"
import type { Inference } from "./jsonRulesEngine.ts"
import { holds } from "./operators.ts"

/** By which of a rule's conditions hold, as a row of 0 and 1: whether it fires. */
export type KnownVerdicts = Readonly<Record<string, boolean>>

/** One thing of all that a rule asks for, with its conditions without the `all`, `any` and `not` around them. */
export interface Part {
  readonly condition: Condition
  readonly leaves: readonly FactCondition[]
}

interface Known {
  readonly parts: readonly Part[]
  readonly verdicts: Map<string, boolean>
}

const mostVerdicts = 4096

/**
 * Whether a rule fires, as json-rules-engine says. A verdict depends only on which of the rule's conditions hold, so each combination is put
 * to it once, with the facts at hand, and then remembered: nearly all files of a project ask one of a few questions. Conditions are looked at in
 * their order and up to the first that decides: where a `where` does not hold, no file is asked for what the rule requires.
 */
export class Verdicts {
  readonly #known = new WeakMap<CompiledRule, Known>()
  readonly #before: Readonly<Record<string, KnownVerdicts>>
  #inference: Promise<Inference> | undefined

  /** @param before what was asked when the rules were compiled, by rule */
  constructor(before: Readonly<Record<string, KnownVerdicts>> = {}) {
    this.#before = before
  }

  /** @param fact computed when it is asked for: a rule that does not apply costs no more than finding that out.  @returns at once when the same combination was asked about before. */
  of(rule: CompiledRule, fact: (name: string) => Value | undefined): boolean | Promise<boolean> {
    const known = this.#knownOf(rule)
    let key = ""
    for (const { condition, leaves } of known.parts) {
      const bits = leaves.map((leaf) => holds(leaf, fact))
      for (const bit of bits) key += bit ? "1" : "0"
      if (!isTrue(condition, bits)) break
    }
    return known.verdicts.get(key) ?? this.#learn(rule, fact, known, key)
  }

  #knownOf(rule: CompiledRule): Known {
    let known = this.#known.get(rule)
    if (known === undefined) {
      known = { parts: partsOf(rule.conditions), verdicts: new Map(Object.entries(this.#before[rule.id] ?? {})) }
      this.#known.set(rule, known)
    }
    return known
  }

  async #learn(
    rule: CompiledRule,
    fact: (name: string) => Value | undefined,
    { parts, verdicts }: Known,
    key: string,
  ): Promise<boolean> {
    const facts = new Map<string, Value | undefined>()
    const ask = (name: string) => {
      if (!facts.has(name)) facts.set(name, fact(name))
      return facts.get(name)
    }
    // What comes after the part that decides stays missing: it may cost a look at a thousand files.
    for (const leaf of parts.flatMap(({ leaves }) => leaves).slice(0, key.length)) holds(leaf, ask)
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

export function partsOf(conditions: BooleanCondition): readonly Part[] {
  const all = "all" in conditions ? conditions.all : [conditions]
  return all.map((condition) => ({ condition, leaves: leavesOf(condition) }))
}

function leavesOf(condition: Condition): readonly FactCondition[] {
  if ("all" in condition) return condition.all.flatMap(leavesOf)
  if ("any" in condition) return condition.any.flatMap(leavesOf)
  return "not" in condition ? leavesOf(condition.not) : [condition]
}

/** How far a question has to be read; the answer is json-rules-engine's. @param bits of its leaves, in their order */
export function isTrue(condition: Condition, bits: readonly boolean[]): boolean {
  let next = 0
  const read = (each: Condition): boolean => {
    // All of them are read, so that each takes its own bit.
    if ("all" in each) return each.all.map(read).every(Boolean)
    if ("any" in each) return each.any.map(read).some(Boolean)
    return "not" in each ? !read(each.not) : bits[next++] === true
  }
  return read(condition)
}
