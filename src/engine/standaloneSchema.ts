import standalone from "ajv/dist/standalone/index.js"
import type { Value } from "../model/value.ts"
import { compileSchema, rootName } from "./compileSchema.ts"
import { quickPattern } from "./quickPattern.ts"
import type { ResolveSchema } from "./schemaReader.ts"

/**
 * A program (an ES module that still has `require`, for a bundler) whose default export says of JSON whether it satisfies the schema, and nothing
 * more.
 * @param patterns the module from which it takes `quickPattern`.
 */
export async function standaloneSchema(schema: Value, resolve: ResolveSchema, patterns: string): Promise<string> {
  const regExp = Object.assign(quickPattern, { code: "quickPattern" })
  const { ajv } = await compileSchema(schema, resolve, {
    messages: false,
    code: { source: true, esm: true, regExp },
  })
  const validate = ajv.getSchema(rootName)
  if (validate === undefined) throw new Error("a schema that was compiled is not there")
  return `import { quickPattern } from ${JSON.stringify(patterns)}\n${standalone.default(ajv, validate)}`
}
