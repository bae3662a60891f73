import { type CompiledSchema, checkSchema, loadSchema, type SchemaViolation } from "../engine/schema.ts"
import { defaultLimits } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import { toJson, type Value } from "../model/value.ts"
import { sha256 } from "../system/hash.ts"
import { cached } from "./cache.ts"
import { type BundledSchema, bundledById, bundledNamed, bundledValue, isBundledName } from "./catalogue.ts"
import { readFileState } from "./fileState.ts"
import { formatOf } from "./formats.ts"
import type { LaidSchema } from "./laidSchemas.ts"
import type { Project } from "./project.ts"
import { quickValidator } from "./quickSchemas.ts"

type Laid = Pick<LaidSchema, "name" | "asker" | "reader" | "passing">

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
   * That others are right too, in spite of keys that it does not name, is remembered.
   * @throws CfgsyncError `config-invalid` when there is no such schema or it is none, unless nobody asked for it.
   */
  async violations(laid: Laid, value: Value): Promise<readonly SchemaViolation[]> {
    const { name, asker, reader, passing } = laid
    if (isBundledName(name)) {
      const quick = await quickValidator(bundledNamed(name, asker))
      if (quick?.(toJson(value)) === true) return []
    }
    try {
      let found: readonly SchemaViolation[] | undefined
      const judge = async () => (found ??= checkSchema(await this.#load(name, asker), value, reader))
      const isRight = async () => (await judge()).length === 0
      return (await cached("right", this.#question(laid, value), isRight)) ? [] : await judge()
    } catch (error) {
      // A schema from anywhere may also go round in circles.
      if (passing === true && (error instanceof CfgsyncError || error instanceof RangeError)) return []
      throw error
    }
  }

  /** What a verdict depends on, as a hash: values may be secrets. */
  #question({ name, reader }: Laid, value: Value): string {
    const text = isBundledName(name) ? "" : (this.#project.system.read(name, defaultLimits.size) ?? "")
    const parts = [name, JSON.stringify(reader), sha256(Buffer.from(text)), JSON.stringify(toJson(value))]
    return sha256(Buffer.from(JSON.stringify(parts)))
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

  /** The schema itself. @throws CfgsyncError `config-invalid` when there is none. */
  value({ name, asker }: Pick<Laid, "name" | "asker">): Promise<Value> {
    return isBundledName(name)
      ? Promise.resolve(bundledValue(bundledNamed(name, asker)))
      : readSchema(this.#project, name, asker)
  }

  async #compile(name: string, asker: string): Promise<CompiledSchema> {
    return loadSchema(await this.value({ name, asker }), resolveBundled)
  }
}

/** What a `$ref` to another schema finds: those that the package brings along, and nothing else. */
export function resolveBundled(url: string): Value | undefined {
  const found: BundledSchema | undefined = bundledById(url)
  return found && bundledValue(found)
}

async function readSchema(project: Project, name: string, asker: string): Promise<Value> {
  const format = await formatOf(name)
  if (format === undefined)
    throw new CfgsyncError(
      "config-invalid",
      `the schema ${name}, which ${asker} names, is of no format that cfgsync knows`,
      "a schema is written in JSON or YAML; name the file *.json or *.yaml",
    )
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
