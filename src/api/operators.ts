import type { CompiledRule } from "../engine/compiled.ts"
import { emptyWorld } from "../engine/emptyWorld.ts"
import { contextOf, factsIn, paramsOf, runsWithoutDocument } from "../engine/evaluate.ts"
import { bindings, type SchemaChecker } from "../engine/facts.ts"
import { type OperatorFunction, operators } from "../engine/operators.ts"
import { formatPath } from "../model/path.ts"
import type { Value } from "../model/value.ts"
import type { World } from "../model/world.ts"

export type { BooleanCondition, CompiledRule, Condition, FactCondition } from "../engine/compiled.ts"
export type { SchemaChecker, SchemaViolation } from "../engine/facts.ts"
export type { Value } from "../model/value.ts"
export type { World } from "../model/world.ts"
export { type OperatorFunction, operators }

/** The part of a json-rules-engine `Engine` that is needed here. */
export interface OperatorHost {
  addOperator(name: string, holds: OperatorFunction): unknown
}

/** Teach a json-rules-engine `Engine` every operator that compiled rules name. @returns the engine. */
export function addOperators<Host extends OperatorHost>(engine: Host): Host {
  for (const [name, holds] of Object.entries(operators)) engine.addOperator(name, holds)
  return engine
}

export interface FactsOptions {
  /** Absent: a world in which there is nothing. */
  readonly world?: World
  /** The rule's params; those that are not given have their defaults. */
  readonly params?: Readonly<Record<string, Value>>
  readonly schemas?: SchemaChecker
}

/** One question to the engine: run the rule with exactly these facts. */
export interface FactSet {
  /** What the names of `for` stand for, as JSONPaths; "" for what stands in no document. */
  readonly bindings: Readonly<Record<string, string>>
  /** Every fact that the rule's conditions name; one that is missing is `undefined`. */
  readonly facts: Readonly<Record<string, Value | undefined>>
}

/**
 * The facts to run a compiled rule with: one set for each combination of its bindings, none when nothing is bound. Two rules may mean
 * different things by one fact name, so run each rule in an engine of its own.
 *
 * @param rule as printed by `cfgsync rules compile`.
 * @param value of the document; `undefined` when the file has none.
 */
export function factsOf(rule: CompiledRule, value: Value | undefined, options: FactsOptions = {}): readonly FactSet[] {
  if (value === undefined && !runsWithoutDocument(rule, { world: options.world ?? emptyWorld })) return []
  const params = paramsOf(rule, { params: { [rule.id]: options.params ?? {} }, severity: {} })
  const context = contextOf(value, options.world ?? emptyWorld, params, options.schemas)
  return [...bindings(rule, context)].map((frame) => ({
    bindings: Object.fromEntries(
      [...frame].map(([name, node]) => [name, node.place === undefined ? "" : formatPath(node.place.path)]),
    ),
    facts: Object.fromEntries(factsIn(rule, frame, context)),
  }))
}
