import {
  type CompiledSchema,
  checkSchema,
  loadSchema,
  type SchemaReader,
  type SchemaViolation,
} from "../engine/schema.ts"
import { defaultLimits } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import { toJson, type Value } from "../model/value.ts"
import { type BundledSchema, bundledById, bundledNamed, bundledValue, isBundledName } from "./catalogue.ts"
import { readFileState } from "./fileState.ts"
import { formatOf } from "./formats.ts"
import type { Project } from "./project.ts"
import { quickValidator } from "./quickSchemas.ts"

/** The shipped ones are the same for every run. */
const shipped = new Map<string, Promise<CompiledSchema>>()

/** The schemas of a run, each read and compiled when the first value is put to it. */
export class Schemas {
  readonly #project: Project
  readonly #compiled = new Map<string, Promise<CompiledSchema>>()

  constructor(project: Project) {
    this.#project = project
  }

  /**
   * What is wrong with a value. Most values are right, and a shipped schema says that without the library that finds the words.
   * @param name `cfgsync:NAME[@VERSION]`, or the path of a JSON Schema file (JSON or YAML) relative to the root.
   * @param asker who names it, for people.
   * @throws CfgsyncError `config-invalid` when there is no such schema or it is none.
   */
  async violations(
    name: string,
    asker: string,
    value: Value,
    reader?: SchemaReader,
  ): Promise<readonly SchemaViolation[]> {
    if (isBundledName(name)) {
      const quick = await quickValidator(bundledNamed(name, asker))
      if (quick?.(toJson(value)) === true) return []
    }
    return checkSchema(await this.#load(name, asker), value, reader)
  }

  /** Ready to judge at once, for rules: they name schemas too. */
  async prepare(
    names: ReadonlyMap<string, string>,
  ): Promise<(name: string, value: Value) => readonly SchemaViolation[]> {
    const loaded = new Map<string, CompiledSchema>()
    for (const [name, asker] of names) loaded.set(name, await this.#load(name, asker))
    return (name, value) => {
      const schema = loaded.get(name)
      if (schema === undefined) throw new Error(`the schema ${name} was not loaded`)
      return checkSchema(schema, value)
    }
  }

  #load(name: string, asker: string): Promise<CompiledSchema> {
    const kept = isBundledName(name) ? shipped : this.#compiled
    const known = kept.get(name) ?? this.#compile(name, asker)
    kept.set(name, known)
    return known
  }

  async #compile(name: string, asker: string): Promise<CompiledSchema> {
    const schema = isBundledName(name)
      ? bundledValue(bundledNamed(name, asker))
      : await readSchema(this.#project, name, asker)
    return loadSchema(schema, resolveBundled)
  }
}

/** What a `$ref` to another schema finds: those that the package brings along, and nothing else. */
export function resolveBundled(url: string): Value | undefined {
  const found: BundledSchema | undefined = bundledById(url)
  return found && bundledValue(found)
}

async function readSchema(project: Project, name: string, asker: string): Promise<Value> {
  const format = await formatOf(name)
  const state = readFileState(project.system, name, format, defaultLimits)
  if (state.kind === "missing")
    throw new CfgsyncError(
      "config-invalid",
      `the schema ${name}, which ${asker} names, does not exist`,
      "schemas are paths relative to the configuration, or cfgsync:NAME for one of those that `cfgsync schemas list` shows",
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
