import type { Options, ValidateFunction } from "ajv"
import { CfgsyncError } from "../model/errors.ts"
import { fromPointer } from "../model/path.ts"
import { isArray, isObject, keysOf, makeObject, type ObjectValue, toJson, type Value } from "../model/value.ts"
import { type CompiledSchema, reduceErrors } from "./schemaErrors.ts"
import { type SchemaViolation, violationOf } from "./schemaViolation.ts"

export type { CompiledSchema } from "./schemaErrors.ts"
export type { SchemaViolation } from "./schemaViolation.ts"

/** What one value says at most; a file that breaks its schema more often is another kind of file. */
const mostViolations = 100

const rootName = "cfgsync:root"

const common: Options = {
  strict: false,
  allErrors: true,
  ownProperties: true,
  verbose: true,
  logger: false,
  addUsedSchema: false,
  // Compiling a schema of a megabyte takes about half the time; validating is no bottleneck.
  inlineRefs: false,
}

/**
 * Compile a JSON Schema of draft 4, 6, 7, 2019-09 or 2020-12, by its `$schema`; without one, draft 7.
 * @throws CfgsyncError `config-invalid` when it is no schema, or refers to another one: nothing is ever fetched.
 */
export async function loadSchema(schema: Value): Promise<CompiledSchema> {
  const json = toJson(schema)
  const draft = isObject(json) && typeof json.$schema === "string" ? json.$schema : ""
  const root = prepared(json, /draft-0[34]/.test(draft))
  if (!isObject(root) && typeof root !== "boolean") throw invalid("a JSON Schema is an object")
  const ajv = await makeAjv(draft)
  const read = (pointer: string): ValidateFunction => {
    const validate = ajv.getSchema(pointer === "" ? rootName : `${rootName}#${pointer}`)
    if (validate === undefined) throw invalid(`it has no part ${pointer}`)
    return validate as ValidateFunction
  }
  try {
    ajv.addSchema(root as Parameters<typeof ajv.addSchema>[0], rootName)
    read("")
  } catch (error) {
    if (error instanceof CfgsyncError) throw error
    throw asInvalid(error)
  }
  const errors = (data: Value, pointer = "") => {
    const validate = read(pointer)
    return validate(data) ? [] : (validate.errors ?? [])
  }
  return { errors, root }
}

/** What is wrong with a value, one violation for one mistake, in the order of the schema. */
export function checkSchema(compiled: CompiledSchema, value: Value): readonly SchemaViolation[] {
  const data = toJson(value)
  const errors = reduceErrors(compiled, compiled.errors(data))
  const seen = new Map<string, SchemaViolation>()
  for (const error of errors) {
    if (seen.size >= mostViolations) break
    const path = fromPointer(error.instancePath, data) ?? []
    const violation = violationOf(error, path)
    const key = JSON.stringify([violation.path, violation.atKey, violation.message])
    if (!seen.has(key)) seen.set(key, violation)
  }
  return [...seen.values()]
}

/** Loaded when the first schema is: most runs need none, and the library costs more than reading a hundred files. */
async function makeAjv(draft: string) {
  const formats = (await import("ajv-formats")).default
  const { schemaPattern } = await import("./schemaPattern.ts")
  const options: Options = { ...common, code: { regExp: schemaPattern, optimize: false } }
  const ajv = draft.includes("2020-12")
    ? new (await import("ajv/dist/2020.js")).Ajv2020(options)
    : draft.includes("2019-09")
      ? new (await import("ajv/dist/2019.js")).Ajv2019(options)
      : new (await import("ajv")).Ajv(options)
  const plugin = typeof formats === "function" ? formats : (formats as { readonly default: never }).default
  ;(plugin as (target: typeof ajv) => unknown)(ajv)
  return ajv
}

/** The parts that tell which dialect it is are taken out: it is chosen already. Draft 4 is put into the words of draft 7. */
function prepared(schema: Value, four: boolean): Value {
  if (isArray(schema)) return schema.map((item) => prepared(item, four))
  if (!isObject(schema)) return schema
  return makeObject(
    keysOf(schema).flatMap((key): (readonly [string, Value])[] => {
      const value = schema[key] as Value
      if (key === "$schema" && typeof value === "string") return []
      if (!four) return [[key, prepared(value, four)]]
      if (key === "id" && typeof value === "string") return [["$id", value]]
      return draftFour(schema, key, prepared(value, four))
    }),
  )
}

function draftFour(schema: ObjectValue, key: string, value: Value): (readonly [string, Value])[] {
  const bound = { minimum: "exclusiveMinimum", maximum: "exclusiveMaximum" }[key]
  if (bound !== undefined && schema[bound] === true) return [[bound, value]]
  const isFlag = (key === "exclusiveMinimum" || key === "exclusiveMaximum") && typeof value === "boolean"
  return isFlag ? [] : [[key, value]]
}

function invalid(reason: string): CfgsyncError {
  return new CfgsyncError("config-invalid", `the schema cannot be used: ${reason}`)
}

function asInvalid(error: unknown): CfgsyncError {
  if (error instanceof Error && "missingRef" in error && typeof error.missingRef === "string") {
    const hint = "put the schemas together into one file; nothing is fetched"
    return new CfgsyncError("config-invalid", `the schema refers to ${error.missingRef}, which is not in it`, hint)
  }
  return invalid(error instanceof Error ? error.message : String(error))
}
