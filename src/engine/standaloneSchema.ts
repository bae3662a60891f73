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
  return `import { quickPattern } from ${JSON.stringify(patterns)}\n${withoutErrors(standalone.default(ajv, validate))}`
}

/** Nobody reads the errors of a program that only says yes or no, and they are most of its text. */
function withoutErrors(code: string): string {
  const begin = /\{instancePath[,:]/g
  const kept: string[] = []
  let from = 0
  for (let match = begin.exec(code); match !== null; match = begin.exec(code)) {
    kept.push(code.slice(from, match.index), "{}")
    from = endOfObject(code, match.index)
    begin.lastIndex = from
  }
  return kept.join("") + code.slice(from)
}

/** Behind the brace that closes the one at `at`; braces in texts do not count. */
function endOfObject(code: string, at: number): number {
  const part = /"(?:[^"\\]|\\.)*"|[{}]/gs
  part.lastIndex = at
  let depth = 0
  for (let match = part.exec(code); match !== null; match = part.exec(code)) {
    if (match[0] === "{") depth++
    if (match[0] === "}" && --depth === 0) return part.lastIndex
  }
  throw new Error("an object in a program of Ajv has no end")
}
