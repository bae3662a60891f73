import { isObject, type Value } from "../model/value.ts"
import type { Condition, FactCondition, Facts } from "./compiled.ts"
import { isNumber } from "./kinds.ts"
import { holds } from "./operators.ts"

/** Conjunctions that a condition is split into; one that needs more is taken to be satisfiable. */
const mostCases = 256

/**
 * Whether a condition can hold for some values of its facts. Each fact is looked at by itself, with constant right sides only, so `true` may
 * be too hopeful; `false` is certain.
 */
export function satisfiable(condition: Condition, facts: Facts): boolean {
  const cases = casesOf(condition, true)
  return cases === undefined || cases.some((leaves) => possible(leaves, facts))
}

/** A condition that must hold, or must not. */
interface Leaf {
  readonly condition: FactCondition
  readonly wanted: boolean
}

/** The condition as alternatives of conjunctions; `undefined` when they are too many. */
function casesOf(condition: Condition, wanted: boolean): readonly (readonly Leaf[])[] | undefined {
  if ("not" in condition) return casesOf(condition.not, !wanted)
  if ("fact" in condition) return [[{ condition, wanted }]]
  const [parts, conjunction] = "all" in condition ? [condition.all, wanted] : [condition.any, !wanted]
  return conjunction ? product(parts, wanted) : alternatives(parts, wanted)
}

function alternatives(parts: readonly Condition[], wanted: boolean): readonly (readonly Leaf[])[] | undefined {
  const all: (readonly Leaf[])[] = []
  for (const part of parts) {
    const cases = casesOf(part, wanted)
    if (cases === undefined || all.length + cases.length > mostCases) return undefined
    all.push(...cases)
  }
  return all
}

function product(parts: readonly Condition[], wanted: boolean): readonly (readonly Leaf[])[] | undefined {
  let all: readonly (readonly Leaf[])[] = [[]]
  for (const part of parts) {
    const cases = casesOf(part, wanted)
    if (cases === undefined || all.length * cases.length > mostCases) return undefined
    all = all.flatMap((left) => cases.map((right) => [...left, ...right]))
  }
  return all
}

function possible(leaves: readonly Leaf[], facts: Facts): boolean {
  const byFact = Map.groupBy(leaves, ({ condition }) => condition.fact)
  return [...byFact].every(([name, group]) => {
    const decided = group.filter(({ condition }) => decidable(condition))
    return candidates(name, decided, facts).some((value) =>
      decided.every(({ condition, wanted }) => holds(condition, () => value) === wanted),
    )
  })
}

const decidableKinds = ["string", "number", "integer", "boolean", "null", "array", "object", "absent", "present"]

function decidable({ operator, value }: FactCondition): boolean {
  if (isReference(value)) return false
  if (operator === "is") return typeof value === "object" || decidableKinds.includes(String(value))
  return ["equals", "lt", "le", "gt", "ge", "oneOf"].includes(operator)
}

function isReference(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && "fact" in value
}

/** Values that between them meet every way in which the leaves tell values apart. */
function candidates(name: string, leaves: readonly Leaf[], facts: Facts): readonly (Value | undefined)[] {
  const definition = facts[name]
  if (definition?.type === "literal") return [definition.value]
  const constants = leaves.flatMap(({ condition }) => constantsOf(condition))
  const numbers = constants.filter(isNumber).map(Number)
  const around = numbers.flatMap((number) => [
    number - 1,
    number - 0.5,
    number + 0.5,
    number + 1,
    Math.floor(number),
    Math.ceil(number),
  ])
  const between = numbers.flatMap((left) => numbers.map((right) => (left + right) / 2))
  const texts = constants.filter((value) => typeof value === "string")
  const beside = texts.map((text) => `${text}\u0000`)
  const all = [undefined, null, true, false, "", "\u{10ffff}", 0, 0.5, [], [null], {}, ...constants]
  const values: readonly (Value | undefined)[] = [...all, ...around, ...between, ...between.map(Math.floor), ...beside]
  const isCount = definition?.type === "call" && definition.name === "count"
  if (!isCount) return values
  return values.filter(
    (value) => value === undefined || (typeof value === "number" && value >= 0 && Number.isInteger(value)),
  )
}

function constantsOf({ operator, value }: FactCondition): readonly Value[] {
  if (operator === "is" || (typeof value === "object" && value !== null && isObject(value as Value))) return []
  const constant = value as Value
  // A list is also in another list when all its elements are, so the members stand for themselves and in lists.
  return operator === "oneOf" && Array.isArray(constant)
    ? [...constant, ...constant.map((item: Value) => [item])]
    : [constant]
}
