/**
 * A date or time as written (TOML has four kinds). Kept as text so that nothing is lost to a clock or a zone; two are equal when their
 * text is, after the separator is read as `T`.
 */
export class DateTime {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }

  toJSON(): string {
    return this.text
  }
}

/** `bigint` only for an integer that a double cannot hold exactly. */
export type Scalar = null | boolean | number | bigint | string | DateTime
export type ArrayValue = readonly Value[]
export interface ObjectValue {
  readonly [key: string]: Value
}
/** What a document says, whatever its format. Objects are plain, own keys only; read their keys with {@link keysOf}. */
export type Value = Scalar | ArrayValue | ObjectValue

const keyOrder = Symbol("cfgsync.keyOrder")

/** JavaScript moves integer-like keys ("10") to the front, so an object that has one remembers the order of its text. */
const integerLike = /^(?:0|[1-9][0-9]{0,9})$/

/**
 * Build an object from entries in the order of the text. A repeated key keeps its first place and its last value. `__proto__` is an
 * ordinary key.
 */
export function makeObject(entries: Iterable<readonly [string, Value]>): ObjectValue {
  const object: Record<string, Value> = {}
  let order: string[] | undefined
  for (const [key, value] of entries) {
    if (order === undefined && startsWithDigit(key) && integerLike.test(key)) order = Object.keys(object)
    if (order !== undefined && !Object.hasOwn(object, key)) order.push(key)
    if (key === "__proto__")
      Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
    else object[key] = value
  }
  if (order !== undefined) Object.defineProperty(object, keyOrder, { value: order, enumerable: false })
  return object
}

/** Asked of every key that is read, and cheaper than a pattern. */
function startsWithDigit(key: string): boolean {
  const unit = key.charCodeAt(0)
  return unit >= 48 && unit <= 57
}

/** The keys of an object in the order of its text. */
export function keysOf(object: ObjectValue): readonly string[] {
  return (object as { readonly [keyOrder]?: readonly string[] })[keyOrder] ?? Object.keys(object)
}

export function isArray(value: Value | undefined): value is ArrayValue {
  return Array.isArray(value)
}

export function isObject(value: Value | undefined): value is ObjectValue {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof DateTime)
}

/** The member or element one step down; `undefined` is "missing", which is neither `null` nor any value. */
export function child(value: Value | undefined, step: string | number): Value | undefined {
  if (isArray(value)) return typeof step === "number" ? value[step] : undefined
  if (isObject(value)) return Object.hasOwn(value, String(step)) ? value[String(step)] : undefined
  return undefined
}

/** Deep equality of what values mean: key order does not count, `1` is `1n` and `1.0`, NaN is NaN, `-0` is `0`. */
export function equal(left: Value | undefined, right: Value | undefined): boolean {
  if (left === right) return true
  if (typeof left === "string" || typeof right === "string") return false
  if (typeof left === "number" && typeof right === "number") return Number.isNaN(left) && Number.isNaN(right)
  if (typeof left === "bigint" && typeof right === "number") return Number.isInteger(right) && BigInt(right) === left
  if (typeof left === "number" && typeof right === "bigint") return equal(right, left)
  if (left instanceof DateTime || right instanceof DateTime) {
    return left instanceof DateTime && right instanceof DateTime && sameTime(left.text, right.text)
  }
  if (isArray(left)) {
    if (!isArray(right) || left.length !== right.length) return false
    for (let index = 0; index < left.length; index++) if (!equal(left[index], right[index])) return false
    return true
  }
  if (!isObject(left) || !isObject(right)) return false
  const keys = Object.keys(left)
  if (keys.length !== Object.keys(right).length) return false
  for (const key of keys) if (!Object.hasOwn(right, key) || !equal(left[key], right[key])) return false
  return true
}

function sameTime(left: string, right: string): boolean {
  const normal = (text: string) => text.replace(/^(\d{4}-\d{2}-\d{2})[ tT]/, "$1T").replace(/z$/, "Z")
  return normal(left) === normal(right)
}

/** A copy that JSON can say, for schemas and output: a bigint becomes the nearest number, a date its text, NaN and infinities their names. */
export function toJson(value: Value): Value {
  if (typeof value === "bigint") return Number(value)
  if (typeof value === "number" && !Number.isFinite(value)) return String(value)
  if (value instanceof DateTime) return value.text
  if (isArray(value)) return value.map(toJson)
  if (isObject(value)) return makeObject(keysOf(value).map((key) => [key, toJson(value[key] as Value)] as const))
  return value
}
