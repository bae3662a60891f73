/**
 * `node rules.d/schemas/takeGemini.ts FOLDER`: take the settings of the Gemini CLI from what its own program declares and holds files against.
 * FOLDER is the npm package `@google/gemini-cli`.
 *
 * The program takes a file that breaks it, says "Invalid configuration", and goes on without what it could not read. Of keys that it does not
 * know it says nothing, but for those of an MCP server. A switch and a number may stand in quotes.
 */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { type Json, keepSchema, type Schema, today } from "./keepSchema.ts"

interface Declared {
  readonly type: string
  readonly ref?: string
  readonly options?: readonly { readonly value: string | number | boolean }[]
  readonly items?: Declared
  readonly properties?: Readonly<Record<string, Declared>>
  readonly additionalProperties?: Declared
}

interface Program {
  readonly getSettingsSchema: () => Readonly<Record<string, Declared>>
  readonly definitions: { readonly [name: string]: Schema }
}

const declaration = "var SETTINGS_SCHEMA_DEFINITIONS ="
const switches: Schema = {
  anyOf: [{ type: "boolean" }, { type: "string", pattern: "^([tT][rR][uU][eE]|[fF][aA][lL][sS][eE])$" }],
}

const [folder = ""] = process.argv.slice(2)
const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
const { getSettingsSchema, definitions } = await program()

keepSchema(
  {
    name: "gemini",
    title: "settings.json of the Gemini CLI",
    files: ["**/{,.,dot_}gemini/settings.json"],
    packs: ["mcp"],
    reader: { name: "Gemini", unknown: "misspelt" },
    severity: "warning",
    source: `npm:@google/gemini-cli@${version}`,
    revision: version,
    date: today(),
    licence: "Apache-2.0",
    changes: "put into the words of JSON Schema: see takeGemini.ts",
  },
  {
    ...objectOf({ $schema: { type: "string" }, ...getSettingsSchema() }),
    definitions: Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [name, trimmed(schema)])),
  },
)

/** What the bundle does not export is asked of a copy that does. */
async function program(): Promise<Program> {
  const bundle = join(folder, "bundle")
  const scripts = readdirSync(bundle).filter((each) => each.endsWith(".js"))
  const name = scripts.find((each) => readFileSync(join(bundle, each), "utf8").includes(declaration)) ?? ""
  const copy = join(bundle, "cfgsync-copy.js")
  const text = readFileSync(join(bundle, name), "utf8")
  writeFileSync(copy, `${text}\nexport { SETTINGS_SCHEMA_DEFINITIONS as definitions }\n`)
  try {
    return await import(pathToFileURL(copy).href)
  } finally {
    rmSync(copy)
  }
}

function schemaOf(declared: Declared): Json {
  const { type, ref, options, items } = declared
  if (ref === "TelemetrySettings") return { anyOf: [switches, { $ref: `#/definitions/${ref}` }] }
  if (ref !== undefined && ref in definitions) return { $ref: `#/definitions/${ref}` }
  if (type === "enum") return { enum: (options ?? []).map(({ value }) => value) }
  if (type === "array") return { type, ...(items === undefined ? {} : { items: schemaOf(items) }) }
  if (type !== "object") return primitive(type)
  if (declared.properties !== undefined) return objectOf(declared.properties, declared.additionalProperties)
  const { additionalProperties } = declared
  return {
    type,
    ...(additionalProperties === undefined ? {} : { additionalProperties: schemaOf(additionalProperties) }),
  }
}

function objectOf(properties: Readonly<Record<string, Declared>>, others?: Declared): Schema {
  const known = Object.entries(properties).map(([key, declared]) => [key, schemaOf(declared)])
  const turned = Object.keys(properties).filter((key) => key.startsWith("enable"))
  const words = turned.map((key) => [
    key.replace("enable", "disable"),
    { why: `Gemini calls it ${key}, and means the opposite` },
  ])
  return {
    type: "object",
    ...(words.length > 0 && { "x-words": Object.fromEntries(words) }),
    properties: Object.fromEntries(known),
    additionalProperties: others === undefined ? false : schemaOf(others),
  }
}

function primitive(type: string): Json {
  if (type === "boolean") return switches
  if (type === "number") return { anyOf: [{ type }, { type: "string", pattern: "^\\s*-?[0-9.]+\\s*$" }] }
  return type === "string" ? { type } : {}
}

/** Words for people aside. */
function trimmed(schema: Schema): Schema {
  const made: Schema = {}
  for (const [key, part] of Object.entries(schema)) {
    if (key === "description" || key === "default") continue
    made[key] = key === "properties" ? eachTrimmed(part as Schema) : isSchema(part) ? trimmed(part) : part
  }
  if (made.additionalProperties === false) made["x-unknown"] = "ignores"
  return made
}

function eachTrimmed(parts: Schema): Schema {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, isSchema(part) ? trimmed(part) : part]))
}

function isSchema(value: Json | undefined): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
