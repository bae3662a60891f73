import type { Safety } from "../model/finding.ts"
import { type Nearest, nearest } from "../model/nearest.ts"
import type { Operation } from "../model/operation.ts"
import type { Path } from "../model/path.ts"
import type { Kind } from "../model/rule.ts"
import { isObject, keysOf, type Value } from "../model/value.ts"
import { convert } from "./convert.ts"
import { type KeyWords, lastRepairs, saysOf, unknownAt, unknownKeyOf, wordsOn } from "./schemaNotes.ts"
import { anyReader, isUnknownKey, type SchemaReader } from "./schemaReader.ts"

/** One mistake against a schema. */
export interface SchemaViolation {
  readonly path: Path
  /** The key that is missing at `path`. */
  readonly missing?: string
  /** The finding is about the key at `path`, not about its value: an unknown key. */
  readonly atKey: boolean
  /** What is wrong and what is allowed; lower-case, no full stop. */
  readonly message: string
  /** Each alone mends it; the best first. */
  readonly operations: readonly { readonly title: string; readonly safety: Safety; readonly operation: Operation }[]
  /** Of the schema: `type`, `enum`, `additionalProperties` … */
  readonly keyword: string
  /** The value is accepted, but this part of it means nothing to its reader. */
  readonly idle: boolean
  /** The value is accepted, but this key looks like a slip: never more than a warning. */
  readonly guess?: true
}

/** What is used of an error as Ajv gives it, so that the types of this package need no other. */
export interface SchemaError {
  readonly keyword: string
  /** JSON Pointer into the data. */
  readonly instancePath: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string
  /** The key that is wrong, where the error is about a key. */
  readonly propertyName?: string
  /** Of the keyword. */
  readonly schema?: unknown
  readonly parentSchema?: object
  readonly data?: unknown
}

type Repairs = SchemaViolation["operations"]

export function violationOf(error: SchemaError, path: Path, reader: SchemaReader = anyReader): SchemaViolation {
  const violation = plainViolation(error, path, reader)
  const message = saysOf(error) ?? violation.message
  // What a known reader refuses the file for may have to go, so that the rest is read.
  const last = reader.name === "" || isUnknownKey(error) ? [] : lastRepairs(error, violation.path)
  return { ...violation, message, operations: [...violation.operations, ...last] }
}

function plainViolation(error: SchemaError, path: Path, reader: SchemaReader): SchemaViolation {
  const { keyword } = error
  const at = (message: string, operations: Repairs = []): SchemaViolation => ({
    path,
    atKey: false,
    message,
    operations,
    keyword,
    idle: false,
  })
  switch (keyword) {
    case "additionalProperties":
    case "unevaluatedProperties":
      return unknownKey(error, path, reader)
    case "required":
      return missingKey(error, path)
    case "type":
      return at(`must be ${kindsText(error.params.type)}, not ${kindOfData(error.data)}`, conversions(error, path))
    case "const":
      return at(...literal(error, path, [error.params.allowedValue as Value]))
    case "enum":
      return at(...literal(error, path, error.params.allowedValues as readonly Value[]))
    case "uniqueItems":
      return at(`the elements ${pairOf(error).join(" and ")} are the same`, withoutRepeat(error, path))
    default:
      return error.propertyName === undefined
        ? at(text(error))
        : {
            ...at(`${text(error)}, but the key is ${quote(error.propertyName)}`),
            path: [...path, error.propertyName],
            atKey: true,
          }
  }
}

/** As many as help a reader who only has a key without effect. */
const fewKeys = 12

function unknownKey(error: SchemaError, path: Path, reader: SchemaReader): SchemaViolation {
  const key = unknownKeyOf(error)
  const place = [...path, key]
  const way = unknownAt(error, reader.unknown)
  const idle = way === "ignores"
  const words = wordsOn(error)
  const near = words === undefined ? suggestion(error) : undefined
  const remove = { title: `remove ${quote(key)}`, safety: "unsafe", operation: { op: "remove", path: place } } as const
  const to = near?.word ?? words?.to
  // A key that is there twice, once misspelt, needs a person.
  const taken = to !== undefined && isObject(error.data as Value) && Object.hasOwn(error.data as object, to)
  const rename = to !== undefined && {
    title: `rename it to ${quote(to)}`,
    safety: near === undefined ? ("unsafe" as const) : safetyOf(key, near),
    operation: { op: "rename", path: place, to } as const,
  }
  return {
    path: place,
    atKey: true,
    message: words?.says ?? unknownText(key, { idle, words, near, allowed: knownKeys(error), reader: reader.name }),
    // What is only called otherwise would be lost for nothing where its reader goes on without it.
    operations: [
      ...(rename && !taken ? [rename] : []),
      ...(way === "misspelt" || (idle && words?.to !== undefined && !taken) ? [] : [remove]),
    ],
    keyword: error.keyword,
    idle,
    ...(way === "misspelt" ? { guess: true } : {}),
  }
}

interface UnknownKey {
  readonly idle: boolean
  readonly words: KeyWords | undefined
  readonly near: Nearest | undefined
  readonly allowed: readonly string[]
  readonly reader: string
}

function unknownText(key: string, { idle, words, near, allowed, reader }: UnknownKey): string {
  const begin = idle ? `the key ${quote(key)} has no effect` : `unknown key ${quote(key)}`
  if (words?.why !== undefined) return `${begin}: ${words.why}`
  const known = idle ? `${begin}: ${reader} does not know it` : begin
  if (near) return `${known}${idle ? ";" : ":"} did you mean ${quote(near.word)}?`
  return allowed.length > 0 && (!idle || allowed.length <= fewKeys)
    ? `${known}; allowed: ${list(allowed.map(quote))}`
    : known
}

/** The key of the schema that an unknown key was meant to be. */
export function suggestion(error: SchemaError): Nearest | undefined {
  return nearest(unknownKeyOf(error), knownKeys(error))
}

/** Whether a key of one's own would be a strange thing to see here: a known one is nearly called so, and is not there. */
export function isMisspelt(error: SchemaError): boolean {
  const data = error.data as Value
  const near = suggestion(error)
  const isThere = near !== undefined && isObject(data) && Object.hasOwn(data, near.word)
  return (
    wordsOn(error) !== undefined || (near?.unique === true && !isThere && !isAnother(unknownKeyOf(error), near.word))
  )
}

/** `timeoutMs` is no slip of `timeout`: it says more. */
function isAnother(left: string, right: string): boolean {
  const [short = "", long = ""] = [left, right].sort((a, b) => a.length - b.length)
  return long.startsWith(short) && long.length - short.length > 1
}

function knownKeys(error: SchemaError): readonly string[] {
  const properties = (error.parentSchema as { readonly properties?: Value } | undefined)?.properties
  return isObject(properties) ? keysOf(properties) : []
}

/** Of words with fewer letters than this, another one is as near as a slip: `cmd` is not `cwd`; but `aks` is `ask`. */
const tellingLength = 4

function safetyOf(written: string, near: Nearest): Safety {
  const sorted = (word: string) => [...word].sort().join("")
  const telling = near.word.length >= tellingLength || sorted(written) === sorted(near.word)
  return near.distance === 1 && near.unique && telling ? "safe" : "unsafe"
}

function missingKey(error: SchemaError, path: Path): SchemaViolation {
  const key = String(error.params.missingProperty)
  const operations = defaults(error, path, key)
  const renamed = operations.find(({ operation }) => operation.op === "rename")?.operation.path.at(-1)
  const hint = renamed === undefined ? "" : `: is ${quote(renamed)} meant to be it?`
  return {
    path,
    atKey: false,
    missing: key,
    message: `the key ${quote(key)} is missing${hint}`,
    operations,
    keyword: error.keyword,
    idle: false,
  }
}

function defaults(error: SchemaError, path: Path, key: string): Repairs {
  const properties = (error.parentSchema as { readonly properties?: Value } | undefined)?.properties
  const property = isObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined
  const value = isObject(property) ? property.default : undefined
  if (value === undefined) return renameMissing(error, path, key)
  return [
    {
      title: `set ${quote(key)} to its default, ${show(value)}`,
      safety: "safe",
      operation: { op: "set", path: [...path, key], value },
    },
  ]
}

/** A key that the schema does not name may be the missing one, misspelt. */
function renameMissing(error: SchemaError, path: Path, key: string): Repairs {
  const data = error.data as Value
  if (!isObject(data)) return []
  const known = knownKeys(error)
  const near = nearest(
    key,
    keysOf(data).filter((name) => !known.includes(name)),
  )
  if (near === undefined) return []
  const operation = { op: "rename", path: [...path, near.word], to: key } as const
  return [{ title: `rename ${quote(near.word)} to ${quote(key)}`, safety: safetyOf(key, near), operation }]
}

function conversions(error: SchemaError, path: Path): Repairs {
  const types = [error.params.type].flat().map(String)
  for (const type of types) {
    const kind = kindOf(type, error.parentSchema)
    const value = kind && convert(error.data as Value, kind)
    if (value !== undefined)
      return [{ title: `make it ${kindsText(type)}`, safety: "safe", operation: { op: "set", path, value } }]
  }
  return []
}

function kindOf(type: string, schema: unknown): Kind | undefined {
  if (type === "number" || type === "integer" || type === "boolean" || type === "string") return type
  if (type !== "array") return undefined
  const items = (schema as { readonly items?: Value } | undefined)?.items
  const item = isObject(items) && typeof items.type === "string" ? kindOf(items.type, items) : undefined
  return item === undefined ? undefined : { array: item }
}

function literal(error: SchemaError, path: Path, allowed: readonly Value[]): [string, Repairs] {
  const words = allowed.filter((value) => typeof value === "string")
  const data = error.data as Value
  const near = typeof data === "string" ? nearest(data, words) : undefined
  const wanted = allowed.length === 1 ? `must be ${show(allowed[0])}` : `must be one of ${list(allowed.map(show))}`
  const message = `${wanted}, not ${show(data)}`
  if (near === undefined || near.distance === 0) return [message, []]
  return [
    `${message}: did you mean ${quote(near.word)}?`,
    [
      {
        title: `set it to ${quote(near.word)}`,
        safety: safetyOf(String(data), near),
        operation: { op: "set", path, value: near.word },
      },
    ],
  ]
}

function withoutRepeat(error: SchemaError, path: Path): Repairs {
  const index = pairOf(error)[1] as number
  return [{ title: "drop the repeated element", safety: "safe", operation: { op: "remove", path: [...path, index] } }]
}

function pairOf({ params }: SchemaError): readonly number[] {
  return [Number(params.i), Number(params.j)].sort((a, b) => a - b)
}

/** A longer one is no help to a reader. */
const longestPattern = 80

const bounds: Readonly<Record<string, string>> = {
  ">=": "at least",
  "<=": "at most",
  ">": "more than",
  "<": "less than",
}

function text({ keyword, params, message }: SchemaError): string {
  const limit = String(params.limit)
  switch (keyword) {
    case "minimum":
    case "maximum":
    case "exclusiveMinimum":
    case "exclusiveMaximum":
      return `must be ${bounds[String(params.comparison)] ?? params.comparison} ${limit}`
    case "minLength":
      return `must be at least ${count(limit, "character")} long`
    case "maxLength":
      return `must be at most ${count(limit, "character")} long`
    case "minItems":
      return `must have at least ${count(limit, "element")}`
    case "maxItems":
      return `must have at most ${count(limit, "element")}`
    case "minProperties":
      return `must have at least ${count(limit, "key")}`
    case "maxProperties":
      return `must have at most ${count(limit, "key")}`
    case "multipleOf":
      return `must be a multiple of ${params.multipleOf}`
    case "pattern":
      return String(params.pattern).length > longestPattern
        ? "does not have one of the forms that are allowed here"
        : `must match ${params.pattern}`
    case "format":
      return `must be a valid ${params.format}`
    case "dependentRequired":
    case "dependencies":
      return `with the key ${quote(params.property)} the key ${quote(params.missingProperty)} is needed`
    case "not":
      return "this is not allowed here"
    case "false schema":
      return "nothing is allowed here"
    case "contains":
      return "no element is of the kind that must be there"
    case "additionalItems":
    case "unevaluatedItems":
      return `must have at most ${count(String(params.limit ?? params.len), "element")}`
    case "oneOf":
      return "fits several of the allowed forms; it must fit exactly one"
    case "anyOf":
      return "fits none of the allowed forms"
    default:
      return message ?? `breaks ${keyword}`
  }
}

function count(limit: string, noun: string): string {
  return `${limit} ${noun}${limit === "1" ? "" : "s"}`
}

const kindNames: Readonly<Record<string, string>> = {
  string: "a string",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "null",
}

function kindsText(types: unknown): string {
  const names = [types].flat().map((type) => kindNames[String(type)] ?? String(type))
  return names.length > 1 ? `${names.slice(0, -1).join(", ")} or ${names.at(-1)}` : (names[0] ?? "")
}

/** The kind only: a value of the wrong kind may be a secret in the wrong place. */
function kindOfData(data: unknown): string {
  if (data === null) return "null"
  return kindNames[Array.isArray(data) ? "array" : typeof data] ?? "this"
}

/** Values may be secrets or long: only short ones are shown, containers by their kind. */
function show(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list"
  if (typeof value === "object" && value !== null) return "an object"
  const written = JSON.stringify(value) ?? String(value)
  return written.length > 60 ? (kindNames[typeof value] ?? "this") : written
}

function quote(word: unknown): string {
  return JSON.stringify(word)
}

function list(words: readonly string[]): string {
  return words.length > 12 ? `${words.slice(0, 12).join(", ")} …` : words.join(", ")
}
