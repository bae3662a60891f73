/**
 * `node rules.d/schemas/takeTypescript.ts FOLDER`: take the options of tsconfig.json from what the TypeScript compiler itself declares.
 * FOLDER is the npm package `typescript`, 6.0 or older: version 7 declares none to JavaScript.
 *
 * The compiler refuses an option that it does not know, a word that is none of the option's, and a value of another type. Of what stands beside
 * `compilerOptions` it takes no notice, but other programs do.
 */
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join, resolve } from "node:path"
import { type Json, keepSchema, type Schema, today } from "./keepSchema.ts"

interface Option {
  readonly name: string
  /** The type, or its words. */
  readonly type: string | ReadonlyMap<string, unknown>
  readonly element?: Option
  readonly isCommandLineOnly?: boolean
  readonly elementOptions?: ReadonlyMap<string, Option>
}

const folder = resolve(process.argv[2] ?? "")
const typescript: {
  readonly optionDeclarations: readonly Option[]
  readonly optionsForWatch: readonly Option[]
  readonly typeAcquisitionDeclarations: readonly Option[]
} = createRequire(import.meta.url)(folder)
const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))

const text = { type: "string" }
const texts = { type: "array", items: text }

keepSchema(
  {
    name: "tsconfig",
    title: "tsconfig.json and jsconfig.json of TypeScript",
    files: ["{ts,js}config.json", "{ts,js}config.*.json", "{ts,js}config-*.json"],
    ids: ["json.schemastore.org/tsconfig", "json.schemastore.org/jsconfig"],
    reader: { name: "TypeScript", unknown: "keeps" },
    severity: "error",
    source: `npm:typescript@${version}, the options that it declares`,
    revision: version,
    date: today(),
    licence: "Apache-2.0",
    changes: "the names and types of the options alone: see takeTypescript.ts",
  },
  {
    type: "object",
    "x-unknown": "misspelt",
    additionalProperties: false,
    properties: {
      $schema: text,
      extends: { anyOf: [text, texts] },
      files: texts,
      include: texts,
      exclude: texts,
      references: {
        type: "array",
        items: { type: "object", required: ["path"], properties: { path: text } },
      },
      compileOnSave: { type: "boolean" },
      compilerOptions: { ...options(typescript.optionDeclarations.filter(isOfFiles)), "x-unknown": "rejects" },
      watchOptions: { ...options(typescript.optionsForWatch), "x-unknown": "rejects" },
      typeAcquisition: options(typescript.typeAcquisitionDeclarations ?? []),
      buildOptions: {},
      "ts-node": {},
      display: {},
      docs: {},
      _version: {},
      angularCompilerOptions: {},
      vueCompilerOptions: {},
      mdx: {},
    },
  },
)

function isOfFiles({ name, isCommandLineOnly }: Option): boolean {
  return isCommandLineOnly !== true && !["help", "init", "version", "watch", "project", "build", "all"].includes(name)
}

function options(declared: readonly Option[]): Schema {
  const properties = Object.fromEntries(declared.map((option) => [option.name, schemaOf(option)]))
  const known = Object.keys(properties).length > 0
  return { type: "object", ...(known ? { properties, additionalProperties: false } : {}) }
}

/** `null` takes back what a configuration that is extended says. */
function schemaOf({ type, element }: Option): Json {
  if (type instanceof Map) {
    const words = [...type.keys()]
    const pattern = `^(?:${words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|")})$`
    return { anyOf: [{ enum: words }, { type: "string", pattern: anyCase(pattern) }, { type: "null" }] }
  }
  if (type === "list" || type === "listOrElement") {
    const list: Schema = { type: "array", items: element === undefined ? {} : withoutNull(schemaOf(element)) }
    return { anyOf: [list, { type: "null" }] }
  }
  return { type: [type === "object" ? "object" : String(type), "null"] }
}

function withoutNull(schema: Json): Json {
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return schema
  if (Array.isArray(schema.anyOf)) return { anyOf: schema.anyOf.slice(0, -1) }
  return { ...schema, type: (schema.type as string[])[0] ?? "string" }
}

/** Words of options may be written in any case. */
function anyCase(pattern: string): string {
  return pattern.replace(/\\?[a-z]/g, (letter) =>
    letter.startsWith("\\") ? letter : `[${letter}${letter.toUpperCase()}]`,
  )
}
