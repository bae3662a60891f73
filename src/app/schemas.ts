import { type CompiledSchema, checkSchema, loadSchema, type SchemaViolation } from "../engine/schema.ts"
import { defaultLimits } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { Value } from "../model/value.ts"
import { readFileState } from "./fileState.ts"
import { formatOf } from "./formats.ts"
import type { Project } from "./project.ts"

/**
 * The schemas of these names, ready to judge values. A name is the path of a JSON Schema file (JSON or YAML) relative to the root.
 * @param names with who asks for each, for people.
 * @throws CfgsyncError `config-invalid` when there is no such file or it is no schema.
 */
export async function loadSchemas(
  project: Project,
  names: ReadonlyMap<string, string>,
): Promise<(name: string, value: Value) => readonly SchemaViolation[]> {
  const loaded = new Map<string, CompiledSchema>()
  for (const [name, asker] of names) loaded.set(name, await loadSchema(await readSchema(project, name, asker)))
  return (name, value) => {
    const schema = loaded.get(name)
    if (schema === undefined) throw new Error(`the schema ${name} was not loaded`)
    return checkSchema(schema, value)
  }
}

async function readSchema(project: Project, name: string, asker: string): Promise<Value> {
  const format = await formatOf(name)
  const state = readFileState(project.system, name, format, defaultLimits)
  if (state.kind === "missing")
    throw new CfgsyncError(
      "config-invalid",
      `the schema ${name}, which ${asker} names, does not exist`,
      "schemas are paths relative to the configuration",
    )
  if (state.kind === "unreadable")
    throw new CfgsyncError(
      "config-invalid",
      `the schema ${name}, which ${asker} names, cannot be read: ${state.reason}`,
    )
  const problem = state.parsed.problems.find(({ severity }) => severity === "error")
  if (problem !== undefined)
    throw new CfgsyncError(
      "config-invalid",
      `the schema ${name}, which ${asker} names, does not parse: ${problem.message}`,
    )
  return state.parsed.documents[0]?.value ?? {}
}
