import type { Ajv, Options } from "ajv"
import { CfgsyncError } from "../model/errors.ts"
import { isArray, isObject, keysOf, makeObject, type ObjectValue, toJson, type Value } from "../model/value.ts"
import type { ResolveSchema } from "./schemaReader.ts"

/** The name under which Ajv knows the schema itself. */
export const rootName = "cfgsync:root"

/** A schema that others refer to may refer on; more than this is no configuration. */
const mostOthers = 50

/** What a schema means does not depend on what is done with it. */
const common: Options = {
  strict: false,
  ownProperties: true,
  logger: false,
  addUsedSchema: false,
  // Compiling a schema of a megabyte takes about half the time; validating is no bottleneck.
  inlineRefs: false,
}

/**
 * An Ajv that has compiled a JSON Schema of draft 4, 6, 7, 2019-09 or 2020-12, by its `$schema`; without one, draft 7.
 * @param resolve says what else is at hand.
 * @param adapt told of it before it has seen a schema.
 * @returns it, and the schema as it took it, under {@link rootName}, with those that it refers to, by URL.
 * @throws CfgsyncError `config-invalid` when it is no schema, or refers to one that is not at hand: nothing is ever fetched.
 */
export async function compileSchema(
  schema: Value,
  resolve: ResolveSchema,
  options: Options,
  adapt: (ajv: Ajv) => void = () => undefined,
) {
  const root = prepared(schema)
  if (!isObject(root) && typeof root !== "boolean") throw invalidSchema("a JSON Schema is an object")
  const ajv = await makeAjv(draftOf(schema), { ...common, ...options })
  adapt(ajv)
  const documents = new Map<string, Value>()
  const add = (name: string, part: Value) => {
    documents.set(name, part)
    ajv.addSchema(part as Parameters<typeof ajv.addSchema>[0], name)
  }
  const compile = () => ajv.getSchema(rootName)
  try {
    add(rootName, root)
    for (let missing = missingReference(compile); missing !== undefined; missing = missingReference(compile)) {
      const other = documents.size > mostOthers || documents.has(missing.url) ? undefined : resolve(missing.url)
      if (other === undefined) throw missing.error
      add(missing.url, withoutId(prepared(other)))
    }
  } catch (error) {
    if (error instanceof CfgsyncError) throw error
    throw asInvalid(error)
  }
  return { ajv, documents }
}

/** The schema that is still lacking. */
function missingReference(compile: () => unknown): { readonly url: string; readonly error: unknown } | undefined {
  try {
    compile()
    return undefined
  } catch (error) {
    if (error instanceof Error && "missingSchema" in error && typeof error.missingSchema === "string")
      return { url: error.missingSchema, error }
    throw error
  }
}

/** It is known by the URL that was asked for. */
function withoutId(schema: Value): Value {
  if (!isObject(schema)) return schema
  return makeObject(keysOf(schema).flatMap((key) => (key === "$id" ? [] : [[key, schema[key] as Value] as const])))
}

/** Loaded when the first schema is: most runs need none, and the library costs more than reading a hundred files. */
async function makeAjv(draft: string, options: Options) {
  const formats = (await import("ajv-formats")).default
  const ajv = draft.includes("2020-12")
    ? new (await import("ajv/dist/2020.js")).Ajv2020(options)
    : draft.includes("2019-09")
      ? new (await import("ajv/dist/2019.js")).Ajv2019(options)
      : new (await import("ajv")).Ajv(options)
  const plugin = typeof formats === "function" ? formats : (formats as { readonly default: never }).default
  ;(plugin as (target: typeof ajv) => unknown)(ajv)
  return ajv
}

function draftOf(schema: Value): string {
  return isObject(schema) && typeof schema.$schema === "string" ? schema.$schema : ""
}

/** A schema as Ajv takes it. */
function prepared(schema: Value): Value {
  return translated(toJson(schema), /draft-0[34]/.test(draftOf(schema)))
}

/** The parts that tell which dialect it is are taken out: it is chosen already. Draft 4 is put into the words of draft 7. */
function translated(schema: Value, four: boolean): Value {
  if (isArray(schema)) return schema.map((item) => translated(item, four))
  if (!isObject(schema)) return schema
  return makeObject(
    keysOf(schema).flatMap((key): (readonly [string, Value])[] => {
      const value = schema[key] as Value
      if (key === "$schema" && typeof value === "string") return []
      if (!four) return [[key, translated(value, four)]]
      if (key === "id" && typeof value === "string") return [["$id", value]]
      return draftFour(schema, key, translated(value, four))
    }),
  )
}

function draftFour(schema: ObjectValue, key: string, value: Value): (readonly [string, Value])[] {
  const bound = { minimum: "exclusiveMinimum", maximum: "exclusiveMaximum" }[key]
  if (bound !== undefined && schema[bound] === true) return [[bound, value]]
  const isFlag = (key === "exclusiveMinimum" || key === "exclusiveMaximum") && typeof value === "boolean"
  return isFlag ? [] : [[key, value]]
}

export function invalidSchema(reason: string): CfgsyncError {
  return new CfgsyncError("config-invalid", `the schema cannot be used: ${reason}`)
}

function asInvalid(error: unknown): CfgsyncError {
  if (error instanceof Error && "missingRef" in error && typeof error.missingRef === "string") {
    const hint = "put the schemas together into one file; nothing is fetched"
    return new CfgsyncError("config-invalid", `the schema refers to ${error.missingRef}, which is not in it`, hint)
  }
  return invalidSchema(error instanceof Error ? error.message : String(error))
}
