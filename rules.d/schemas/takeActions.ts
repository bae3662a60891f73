/**
 * `node rules.d/schemas/takeActions.ts FOLDER`: take what GitHub's own reader knows of workflows and of actions. FOLDER is the npm package
 * `@actions/workflow-parser`, which GitHub's editor extension and runner tools are made with.
 *
 * Its definitions are no JSON Schema. What is said here of them beyond their words was read in their reader and is on the side of the file:
 * - a text may be written as a number or a switch, and nothing where it may be empty;
 * - an expression (`${{ … }}`) may stand wherever something is computed, and stands for anything;
 * - a switch and a number may stand in quotes.
 */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { type Json, keepSchema, type Schema, today } from "./keepSchema.ts"

interface Property {
  readonly type: string
  readonly required?: boolean
}

interface Definition {
  readonly context?: readonly string[]
  readonly string?: { readonly constant?: string; readonly "require-non-empty"?: boolean }
  readonly number?: object
  readonly boolean?: object
  readonly null?: object
  readonly sequence?: { readonly "item-type": string }
  readonly mapping?: {
    readonly properties?: Readonly<Record<string, string | Property>>
    readonly "loose-key-type"?: string
    readonly "loose-value-type"?: string
  }
  readonly "one-of"?: readonly string[]
  readonly "allowed-values"?: readonly string[]
}

type Definitions = Readonly<Record<string, Definition>>

const [folder = ""] = process.argv.slice(2)
const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))

const expression: Schema = { type: "string", pattern: "\\$\\{\\{" }
const text: Schema = { type: ["string", "number", "boolean", "null"] }
const switches: Schema = { anyOf: [{ type: "boolean" }, { enum: ["true", "false"] }, expression] }
const numbers: Schema = { anyOf: [{ type: "number" }, { type: "string", pattern: "^[0-9.]+$" }, expression] }

keep("github-workflow", "workflow-v1.0", "workflow-root-strict", {
  title: "workflows of GitHub Actions",
  files: ["**/.github/workflows/*.y{,a}ml"],
  ids: ["json.schemastore.org/github-workflow"],
  reader: { name: "GitHub", unknown: "rejects" },
  severity: "error",
})
// An action that says too little or too much is run all the same.
keep("github-action", "action-v1.0", "action-root-strict", {
  title: "actions of GitHub Actions",
  files: ["./action.y{,a}ml", "**/.github/actions/**/action.y{,a}ml"],
  ids: ["json.schemastore.org/github-action"],
  reader: { name: "GitHub", unknown: "misspelt" },
  severity: "warning",
})

function keep(name: string, file: string, root: string, about: Schema): void {
  const read: { readonly definitions: Definitions } = JSON.parse(
    readFileSync(join(folder, "dist", `${file}.min.json`), "utf8"),
  )
  // Its definition names another event.
  const repaired = { "repository-dispatch-string": { string: { constant: "repository_dispatch" } } }
  const definitions = { ...read.definitions, ...repaired }
  const source = `npm:@actions/workflow-parser@${version}`
  const changes = "put into the words of JSON Schema, in doubt on the side of the file: see takeActions.ts"
  keepSchema(
    { name, ...about, source, revision: version, date: today(), licence: "MIT", changes },
    schemaFrom(definitions, root),
  )
}

function schemaFrom(definitions: Definitions, root: string): Schema {
  const made: { [name: string]: Json } = {}
  const refer = (name: string, computed: boolean): Json => {
    const definition = definitions[name]
    if (definition === undefined) return plain(name)
    const id = computed && definition.context === undefined ? `${name}-computed` : name
    if (!(id in made)) {
      made[id] = true
      made[id] = schemaOf(definition, definitions, computed || definition.context !== undefined, refer)
    }
    return { $ref: `#/definitions/${id}` }
  }
  const whole = refer(root, false)
  return { ...(whole as Schema), definitions: made }
}

/** The types that need no definition. */
function plain(name: string): Json {
  if (name === "string") return text
  if (name === "boolean") return switches
  if (name === "number") return numbers
  return true
}

function schemaOf(
  definition: Definition,
  definitions: Definitions,
  computed: boolean,
  refer: (name: string, computed: boolean) => Json,
): Json {
  const { string, mapping, sequence } = definition
  if (string !== undefined) return stringOf(string)
  if (definition.boolean !== undefined) return switches
  if (definition.number !== undefined) return numbers
  if (definition.null !== undefined) return { type: "null" }
  if (definition["allowed-values"] !== undefined) return { enum: [...definition["allowed-values"]] }
  const words = definition["one-of"]?.map((name) => definitions[name]?.string?.constant)
  if (words?.every((word) => word !== undefined)) return { enum: words }
  const choices = definition["one-of"]?.map((name) => refer(name, computed))
  if (choices !== undefined) return { anyOf: computed ? [...choices, expression] : choices }
  const whole = mapping === undefined ? listOf(sequence, computed, refer) : mappingOf(mapping, computed, refer)
  return computed ? { anyOf: [whole, expression] } : whole
}

function stringOf(string: NonNullable<Definition["string"]>): Json {
  if (string.constant !== undefined) return { const: string.constant }
  return string["require-non-empty"] === true ? { type: ["string", "number", "boolean"] } : text
}

function listOf(
  sequence: Definition["sequence"],
  computed: boolean,
  refer: (name: string, computed: boolean) => Json,
): Json {
  return { type: "array", items: refer(sequence?.["item-type"] ?? "any", computed) }
}

function mappingOf(
  mapping: NonNullable<Definition["mapping"]>,
  computed: boolean,
  refer: (name: string, computed: boolean) => Json,
): Json {
  const known = Object.entries(mapping.properties ?? {}).map(([key, said]) => {
    const { type, required }: Property = typeof said === "string" ? { type: said } : said
    return { key, required: required === true, schema: refer(type, computed) }
  })
  const required = known.filter((each) => each.required).map(({ key }) => key)
  const loose = mapping["loose-value-type"]
  return {
    type: "object",
    ...(known.length > 0 ? { properties: Object.fromEntries(known.map(({ key, schema }) => [key, schema])) } : {}),
    ...(required.length > 0 ? { required } : {}),
    ...(computed ? { patternProperties: { "^\\$\\{\\{": true } } : {}),
    additionalProperties: loose === undefined ? false : refer(loose, computed),
  }
}
