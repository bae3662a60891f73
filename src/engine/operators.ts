import { type Kind, kindNames } from "../model/rule.ts"
import { DateTime, equal, isArray, isObject, type Value } from "../model/value.ts"
import type { BooleanCondition, Condition } from "./compiled.ts"
import { like } from "./glob.ts"
import { isKind, isNumber } from "./kinds.ts"
import { byCodePoint } from "./operations.ts"
import { found } from "./regex.ts"
import { inRange } from "./version.ts"

/** Compares the value of a fact (`undefined`: missing) with the right side of a condition. Never throws: what cannot be compared is false. */
export type OperatorFunction = (left: Value | undefined, right: unknown) => boolean

type ValueOperator = (left: Value | undefined, right: Value | undefined) => boolean

const order =
  (holds: (difference: number) => boolean): ValueOperator =>
  (left, right) => {
    if (typeof left === "string" && typeof right === "string") return holds(byCodePoint(left, right))
    // A bigint and a number compare by what they mean; NaN is neither less nor greater.
    if (!isNumber(left) || !isNumber(right)) return false
    return left < right ? holds(-1) : left > right ? holds(1) : left <= right && left >= right && holds(0)
  }

const strings =
  (holds: (left: string, right: string) => boolean): ValueOperator =>
  (left, right) =>
    typeof left === "string" && typeof right === "string" && holds(left, right)

/** A date is what its text says, so that a format without dates can agree with one that has them. */
function same(left: Value, right: Value): boolean {
  const plain = (value: Value, other: Value) =>
    value instanceof DateTime && typeof other === "string" ? value.text : value
  return equal(plain(left, right), plain(right, left))
}

/** The operators of comparisons, by the names that conditions use. */
export const valueOperators = {
  equals: (left, right) => left !== undefined && right !== undefined && same(left, right),
  lt: order((difference) => difference < 0),
  le: order((difference) => difference <= 0),
  gt: order((difference) => difference > 0),
  ge: order((difference) => difference >= 0),
  /** A member of the list; a list is in another when all its elements are (`keys(X) in [...]`). */
  oneOf: (left, right) => {
    if (left === undefined || !isArray(right)) return false
    const member = (value: Value) => right.some((item) => equal(item, value))
    return member(left) || (isArray(left) && left.every(member))
  },
  /** A list has an element, a string a part, an object a key. */
  has: (left, right) => {
    if (right === undefined) return false
    if (isArray(left)) return left.some((item) => equal(item, right))
    if (typeof right !== "string") return false
    return typeof left === "string" ? left.includes(right) : isObject(left) && Object.hasOwn(left, right)
  },
  matches: strings(found),
  like: strings(like),
  satisfies: strings(inRange),
} as const satisfies Record<string, ValueOperator>

/** What `every` and `some` range over: per element, the values of the facts that the nested condition names. */
type Frames = readonly Readonly<Record<string, Value | undefined>>[]

/** Every operator that a compiled rule may name. */
export const operators: Readonly<Record<string, OperatorFunction>> = {
  ...Object.fromEntries(
    Object.entries(valueOperators).map(([name, holds]): [string, OperatorFunction] => [
      name,
      (left, right) => holds(left, right as Value | undefined),
    ]),
  ),
  is: (left, right) => asKind(right) && isKind(left, right),
  every: (left, right) => quantified(left, (frames) => frames.every((frame) => holdsIn(frame, right))),
  some: (left, right) => quantified(left, (frames) => frames.some((frame) => holdsIn(frame, right))),
}

function quantified(left: Value | undefined, test: (frames: Frames) => boolean): boolean {
  try {
    return isArray(left) && test(left as Frames)
  } catch {
    // A condition that nobody compiled may have any shape, and an operator that throws makes json-rules-engine reject the whole run.
    return false
  }
}

function asKind(value: unknown): value is Kind {
  if (typeof value === "string") return (kindNames as readonly string[]).includes(value)
  return typeof value === "object" && value !== null && "array" in value && asKind(value.array)
}

function holdsIn(frame: Readonly<Record<string, Value | undefined>>, condition: unknown): boolean {
  return holds(condition as BooleanCondition, (fact) => (Object.hasOwn(frame, fact) ? frame[fact] : undefined))
}

/** The meaning of a condition, the same as json-rules-engine gives it, without its promises. */
export function holds(condition: Condition, fact: (name: string) => Value | undefined): boolean {
  if ("all" in condition) return condition.all.every((each) => holds(each, fact))
  if ("any" in condition) return condition.any.some((each) => holds(each, fact))
  if ("not" in condition) return !holds(condition.not, fact)
  const { value } = condition
  const right = typeof value === "object" && value !== null && "fact" in value ? fact(value.fact) : value
  return operators[condition.operator]?.(fact(condition.fact), right) ?? false
}
