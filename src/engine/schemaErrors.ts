import { fromPointer, valueAt } from "../model/path.ts"
import { isArray, isObject, keysOf, makeObject, type ObjectValue, type Value } from "../model/value.ts"
import { unknownAt } from "./schemaNotes.ts"
import { isUnknownKey, type SchemaReader } from "./schemaReader.ts"
import { isMisspelt, type SchemaError, suggestion } from "./schemaViolation.ts"

/** A JSON Schema that is ready to judge values: what `loadSchema` gives. */
export interface CompiledSchema {
  /** @param data JSON.  @returns every error; of the part of the schema at this place (`NAME#/anyOf/0`) when one is given. */
  readonly errors: (data: Value, reference?: string) => readonly SchemaError[]
  /** The schema first, then those that it refers to, by the name they are known by. */
  readonly documents: ReadonlyMap<string, Value>
}

/** Errors that only say that other errors are there, or that some alternative failed. */
const echoes = new Set(["if", "allOf", "propertyNames", "$ref", "dependentSchemas"])

/**
 * One error for one mistake: of an `anyOf` or `oneOf` the errors of the branch that fits best, and no echoes.
 * @param errors as Ajv lists them with `allErrors` and `verbose`.
 * @param unknown where unknown keys do no harm, a branch that breaks only by them fits best.
 */
export function reduceErrors(
  schema: CompiledSchema,
  errors: readonly SchemaError[],
  unknown: SchemaReader["unknown"] = "rejects",
): readonly SchemaError[] {
  const reduced = reduce({ schema, places: placesOf(schema.documents), unknown }, errors)
  return reduced.filter((error) => !isUnknownKey(error) || isTold(error, unknownAt(error, unknown)))
}

function isTold(error: SchemaError, unknown: SchemaReader["unknown"]): boolean {
  return unknown === "misspelt" ? isMisspelt(error) : unknown !== "keeps"
}

/** Where a part of a schema stands. */
interface Place {
  readonly root: Value
  readonly reference: string
}

interface Context {
  readonly schema: CompiledSchema
  readonly places: ReadonlyMap<unknown, Place>
  readonly unknown: SchemaReader["unknown"]
}

function reduce(context: Context, errors: readonly SchemaError[]): readonly SchemaError[] {
  const kept: SchemaError[] = []
  // Backwards, because a choice follows the errors of all its branches.
  for (let index = errors.length - 1; index >= 0; index--) {
    const error = errors[index] as SchemaError
    if (error.keyword === "anyOf" || error.keyword === "oneOf") {
      const branches = branchErrors(context, error)
      let own = branches.reduce((sum, branch) => sum + branch.length, 0)
      while (own-- > 0 && errors[index - 1]?.instancePath.startsWith(error.instancePath)) index--
      kept.unshift(...choose(context, error, branches))
    } else if (!echoes.has(error.keyword)) {
      kept.unshift(error)
    }
  }
  return withoutConsequences(kept, context.unknown)
}

/** What each branch alone says of the same value, with paths from the root. */
function branchErrors({ schema, places }: Context, error: SchemaError): readonly (readonly SchemaError[])[] {
  const place = places.get(error.parentSchema)
  const branches = Array.isArray(error.schema) ? error.schema : []
  const passing: unknown = error.params.passingSchemas
  // A second match ends the search of `oneOf`.
  const searched = Array.isArray(passing) ? branches.slice(0, Math.max(...passing.map(Number)) + 1) : branches
  if (place === undefined) return []
  return searched.map((branch, index) => {
    if (branch === true) return []
    if (branch === false) return [{ ...error, keyword: "false schema", params: {} }]
    return schema
      .errors(error.data as Value, `${place.reference}/${error.keyword}/${index}`)
      .map((found) => ({ ...found, instancePath: error.instancePath + found.instancePath }))
  })
}

function choose(
  context: Context,
  error: SchemaError,
  branches: readonly (readonly SchemaError[])[],
): readonly SchemaError[] {
  if (branches.length === 0 || branches.some((branch) => branch.length === 0)) return [error]
  const at = error.instancePath
  const reduced = branches.map((branch) => reduce(context, branch))
  const typed = reduced.filter((branch) => !branch.some((one) => one.keyword === "type" && one.instancePath === at))
  if (typed.length === 0) return [anyType(error, reduced)]
  const literals = typed.filter((branch) => branch.some((one) => isLiteral(one) && one.instancePath === at))
  if (literals.length === typed.length) return [anyLiteral(literals.flat().filter(isLiteral))]
  const marks = new Set(
    discriminators(context, error).map((key) => `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`),
  )
  const isMark = (one: SchemaError) => isLiteral(one) && marks.has(one.instancePath)
  const fitting = typed.filter((branch) => !branch.some(isMark))
  const said = fitting.filter((branch) => isSaid(context, error, reduced.indexOf(branch), marks))
  if (fitting.length > 0) return fewest(context, said.length > 0 ? said : fitting)
  const wrong = typed.flat().filter(isMark)
  return new Set(wrong.map((one) => one.instancePath)).size === 1 ? [anyLiteral(wrong)] : fewest(context, typed)
}

/** Whether a value names this branch by the fixed value of a key, and not merely says nothing against it. */
function isSaid(context: Context, error: SchemaError, index: number, marks: ReadonlySet<string>): boolean {
  const branch = propertiesOf(context, error, index)
  return keysOf(branch).some(
    (key) =>
      marks.has(`${error.instancePath}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`) &&
      isObject(error.data as Value) &&
      Object.hasOwn(error.data as object, key),
  )
}

function propertiesOf({ places }: Context, error: SchemaError, index: number): ObjectValue {
  const root = places.get(error.parentSchema)?.root ?? {}
  const branch = resolve(root, Array.isArray(error.schema) ? (error.schema[index] as Value) : undefined)
  return isObject(branch) && isObject(branch.properties) ? branch.properties : makeObject([])
}

function fewest({ unknown }: Context, branches: readonly (readonly SchemaError[])[]): readonly SchemaError[] {
  const isHarmless = (error: SchemaError) => isUnknownKey(error) && unknownAt(error, unknown) !== "rejects"
  // Where all refuse unknown keys, these count as much as anything else.
  const harm = (branch: readonly SchemaError[]) =>
    branches.flat().some(isHarmless) ? branch.filter((error) => !isHarmless(error)).length : 0
  return branches.reduce((best, branch) =>
    harm(branch) - harm(best) < 0 || (harm(branch) === harm(best) && branch.length < best.length) ? branch : best,
  )
}

function isLiteral(error: SchemaError): boolean {
  return error.keyword === "const" || error.keyword === "enum"
}

function anyType(error: SchemaError, branches: readonly (readonly SchemaError[])[]): SchemaError {
  const wrong = branches.flat().filter((one) => one.keyword === "type" && one.instancePath === error.instancePath)
  const type = [...new Set(wrong.flatMap((one): unknown => one.params.type))]
  const first = wrong.length === 1 ? wrong[0] : undefined
  return first ?? { ...error, keyword: "type", params: { type }, parentSchema: listSchema(wrong) }
}

/** Of several alternatives the one that is a list says what its elements are. */
function listSchema(errors: readonly SchemaError[]): object {
  return errors.find((error) => error.params.type === "array")?.parentSchema ?? {}
}

function anyLiteral(errors: readonly SchemaError[]): SchemaError {
  const allowed = errors.flatMap((error): unknown => error.params.allowedValues ?? [error.params.allowedValue])
  const first = errors[0] as SchemaError
  return { ...first, keyword: "enum", params: { allowedValues: [...new Set(allowed)] } }
}

/** The keys that say which branch is meant: two branches at least ask for a fixed value of them. */
function discriminators({ places }: Context, error: SchemaError): readonly string[] {
  const root = places.get(error.parentSchema)?.root ?? {}
  const branches = (Array.isArray(error.schema) ? error.schema : []).map((branch: Value) => resolve(root, branch))
  const counts = new Map<string, number>()
  for (const branch of branches) {
    const properties = isObject(branch) && isObject(branch.properties) ? branch.properties : {}
    for (const key of keysOf(properties)) {
      const property = resolve(root, properties[key])
      if (isObject(property) && (Object.hasOwn(property, "const") || isArray(property.enum)))
        counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return [...counts].filter(([, count]) => count > 1).map(([key]) => key)
}

function resolve(root: Value, schema: Value | undefined): Value | undefined {
  let at = schema
  for (let hops = 0; hops < 20 && isObject(at) && typeof at.$ref === "string"; hops++) {
    if (!at.$ref.startsWith("#")) return undefined
    const path = fromPointer(decodeURIComponent(at.$ref.slice(1)), root)
    at = path && valueAt(root, path)
  }
  return at
}

/**
 * A key that is misspelt is unknown and its right form is missing: the first says it all, unless unknown keys do no harm; then it is what is
 * missing that must be told.
 */
function withoutConsequences(errors: readonly SchemaError[], policy: SchemaReader["unknown"]): readonly SchemaError[] {
  const unknown = errors.filter(isUnknownKey)
  const isRefused = (error: SchemaError) => unknownAt(error, policy) === "rejects"
  const missing = errors.filter(({ keyword }) => keyword === "required")
  return errors.filter((error, index) => {
    const repeated = errors.findIndex((one) => one.instancePath === error.instancePath && sameFault(one, error)) < index
    if (repeated || isOfWrongType(error, errors)) return false
    if (error.keyword === "required") return !unknown.some((one) => isRefused(one) && isMeant(one, error))
    return !isUnknownKey(error) || isRefused(error) || !missing.some((one) => isMeant(error, one))
  })
}

/** What is of the wrong type is none of the allowed words either. */
function isOfWrongType(error: SchemaError, errors: readonly SchemaError[]): boolean {
  const isSame = (one: SchemaError) =>
    one.keyword === "type" && one.instancePath === error.instancePath && one.parentSchema === error.parentSchema
  return isLiteral(error) && errors.some(isSame)
}

function sameFault(left: SchemaError, right: SchemaError): boolean {
  return left.keyword === right.keyword && JSON.stringify(left.params) === JSON.stringify(right.params)
}

function isMeant(unknown: SchemaError, missing: SchemaError): boolean {
  return unknown.instancePath === missing.instancePath && suggestion(unknown)?.word === missing.params.missingProperty
}

/** Where each part of the schemas stands, so that an error's schema can be asked again. */
function placesOf(documents: CompiledSchema["documents"]): ReadonlyMap<unknown, Place> {
  const places = new Map<unknown, Place>()
  const walk = (root: Value, value: Value | undefined, reference: string): void => {
    if (isArray(value)) {
      for (const [index, item] of value.entries()) walk(root, item, `${reference}/${index}`)
    } else if (isObject(value) && !places.has(value)) {
      places.set(value, { root, reference })
      for (const key of keysOf(value)) walk(root, value[key], `${reference}/${step(key)}`)
    }
  }
  for (const [name, root] of documents) walk(root, root, `${name}#`)
  return places
}

function step(key: string): string {
  return encodeURIComponent(key.replaceAll("~", "~0").replaceAll("/", "~1"))
}
