import { fromPointer } from "../model/path.ts"
import { toJson, type Value } from "../model/value.ts"
import { compileSchema, invalidSchema, rootName } from "./compileSchema.ts"
import { type CompiledSchema, reduceErrors } from "./schemaErrors.ts"
import { anyReader, isRemark, type ResolveSchema, type SchemaReader } from "./schemaReader.ts"
import { type SchemaViolation, violationOf } from "./schemaViolation.ts"

export type { CompiledSchema } from "./schemaErrors.ts"
export { anyReader, type SchemaReader } from "./schemaReader.ts"
export type { SchemaViolation } from "./schemaViolation.ts"

/** What one value says at most; a file that breaks its schema more often is another kind of file. */
const mostViolations = 100

/**
 * Compile a JSON Schema, ready to say everything that is wrong with a value.
 * @param resolve says what other schemas are at hand.
 * @throws CfgsyncError `config-invalid` as `compileSchema`.
 */
export async function loadSchema(schema: Value, resolve: ResolveSchema = () => undefined): Promise<CompiledSchema> {
  const [{ schemaPattern }, { quicken }] = await Promise.all([
    import("./schemaPattern.ts"),
    import("./quickKeywords.ts"),
  ])
  const options = { allErrors: true, verbose: true, code: { regExp: schemaPattern, optimize: false } } as const
  const { ajv, documents } = await compileSchema(schema, resolve, options, quicken)
  const errors: CompiledSchema["errors"] = (data, reference = rootName) => {
    const validate = ajv.getSchema(reference)
    if (validate === undefined) throw invalidSchema(`it has no part ${reference}`)
    return holds(validate, data) ? [] : (validate.errors ?? [])
  }
  return { errors, documents }
}

/** A part that refers to itself without going deeper into the value is never done with it. */
function holds(validate: (data: unknown) => unknown, data: unknown): boolean {
  try {
    return validate(data) === true
  } catch (error) {
    if (error instanceof RangeError) throw invalidSchema("its references run in a circle")
    throw error
  }
}

/**
 * What is wrong with a value, one violation for one mistake, in the order of the schema.
 * @param reader what the program that reads the file does with keys that the schema does not know.
 */
export function checkSchema(
  compiled: CompiledSchema,
  value: Value,
  reader: SchemaReader = anyReader,
): readonly SchemaViolation[] {
  const data = toJson(value)
  const errors = reduceErrors(compiled, compiled.errors(data), reader.unknown).filter(
    (error) => !(reader.unknown === "ignores" && isRemark(error)),
  )
  const seen = new Map<string, SchemaViolation>()
  for (const error of errors) {
    if (seen.size >= mostViolations) break
    const path = fromPointer(error.instancePath, data) ?? []
    const violation = violationOf(error, path, reader)
    const key = JSON.stringify([violation.path, violation.atKey, violation.message])
    if (!seen.has(key)) seen.set(key, violation)
  }
  return [...seen.values()]
}
