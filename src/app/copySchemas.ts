import { readFileSync } from "node:fs"
import { basename, extname, join, relative, resolve } from "node:path"
import { loadSchema } from "../engine/schema.ts"
import { CfgsyncError } from "../model/errors.ts"
import { decode } from "../model/source.ts"
import { isObject, keysOf, type Value } from "../model/value.ts"
import { type DownloadLimits, download } from "../system/download.ts"
import type { System } from "../system/system.ts"
import { type AddedSchema, addedList, addedSchemas, parsedJson, schemaHome, schemaSize } from "./addedSchemas.ts"
import { bundledNamed, isBundledName } from "./catalogue.ts"
import { editFile } from "./edit.ts"
import { type Project, projectPath, slashed } from "./project.ts"
import { resolveBundled } from "./schemas.ts"
import { refuseOutside } from "./selectFiles.ts"

const limits: DownloadLimits = { size: schemaSize, milliseconds: 20_000, redirects: 3 }

export interface AddRequest {
  /** `cfgsync:NAME`, an https URL, or a file relative to the current folder. */
  readonly source: string
  /** The files that it is laid on: what the configuration is to say. */
  readonly glob?: string
  /** Where the copy stands, relative to the current folder. */
  readonly to?: string
}

export interface Added {
  /** As the configuration names it. */
  readonly name: string
  /** What was done to the configuration: `edited` and `said` need nothing more, `needed` is for a person. */
  readonly configuration: "edited" | "said" | "needed" | "unasked"
}

/**
 * Copy a schema into the project and lay it on files.
 * @throws CfgsyncError `download-failed`; `config-invalid` for what is no schema; `file-not-found`; `write-refused` for a copy that would replace another file.
 */
export async function addSchema(project: Project, { source, glob, to }: AddRequest): Promise<Added> {
  const name = isBundledName(source) ? shipped(source) : await copySchema(project, source, to)
  if (glob === undefined) return { name, configuration: "unasked" }
  return { name, configuration: await layOn(project, glob, name) }
}

function shipped(source: string): string {
  bundledNamed(source, "the command")
  return source
}

async function copySchema(project: Project, source: string, to: string | undefined): Promise<string> {
  const { system } = project
  const origin = isUrl(source) ? source : slashed(relative(project.root, resolve(project.cwd, source)))
  const bytes = await read(project, origin)
  await judged(origin, bytes)
  const path = to === undefined ? `${schemaHome}/${fileName(source)}` : projectPath(project, to)
  refuseOutside(project, to ?? path, path)
  const known = addedSchemas(system)
  const before = system.read(path, schemaSize)
  if (before !== null && Buffer.compare(before, bytes) !== 0 && !known.some((each) => each.path === path))
    throw new CfgsyncError("write-refused", `${path} is there already`, "name another place with --to")
  const list = [...known.filter((each) => each.path !== path), { path, source: origin }]
  const files = [{ path, before, after: bytes }, listWrite(system, list)]
  system.write(files.filter((file) => file.before === null || Buffer.compare(file.before, file.after) !== 0))
  return path
}

function listWrite(system: System, schemas: readonly AddedSchema[]) {
  const sorted = [...schemas].sort((a, b) => (a.path < b.path ? -1 : 1))
  const after = new TextEncoder().encode(`${JSON.stringify({ schemas: sorted }, null, 2)}\n`)
  return { path: addedList, before: system.read(addedList, schemaSize), after }
}

function isUrl(source: string): boolean {
  return /^https?:\/\//.test(source)
}

function fileName(source: string): string {
  const path = isUrl(source) ? new URL(source).pathname : source
  const name = basename(path).replace(/[^\w.-]+/g, "-")
  return extname(name) === ".json" ? name : `${name || "schema"}.json`
}

async function read({ root }: Project, origin: string): Promise<Uint8Array> {
  if (isUrl(origin)) return download(origin, limits)
  try {
    return readFileSync(join(root, origin))
  } catch {
    throw new CfgsyncError("file-not-found", `the schema ${origin} cannot be read`)
  }
}

/** @throws CfgsyncError when it is no schema that can be used offline. */
async function judged(origin: string, bytes: Uint8Array): Promise<Value> {
  const decoded = decode(origin, bytes)
  const value = decoded.ok ? parsedJson(decoded.source.text) : undefined
  if (value === undefined) throw new CfgsyncError("config-invalid", `${origin} is no JSON, so it is no JSON Schema`)
  await loadSchema(value, resolveBundled)
  return value
}

/** Only what can be edited without loss is edited. */
async function layOn({ configPath, settings }: Project, glob: string, name: string): Promise<Added["configuration"]> {
  if (settings.schemas[glob] === name) return "said"
  if (configPath === null || !/\.(?:json|ya?ml)$/.test(configPath)) return "needed"
  const path = `/schemas/${glob.replaceAll("~", "~0").replaceAll("/", "~1")}`
  await editFile({ cwd: join(configPath, ".."), file: basename(configPath), path, operation: "set", value: name })
  return "edited"
}

export interface Updated {
  readonly path: string
  readonly source: string
  /** `same`, or in words what is different, or why it was left as it is. */
  readonly outcome: "same" | "changed" | "failed"
  readonly detail: string
}

/** Fetch or read again what was added, and replace what has changed. One that fails keeps its copy. */
export async function updateSchemas(project: Project): Promise<readonly Updated[]> {
  const updates: Updated[] = []
  for (const { path, source } of addedSchemas(project.system)) {
    try {
      const detail = await update(project, path, source)
      updates.push({ path, source, outcome: detail === "" ? "same" : "changed", detail })
    } catch (error) {
      if (!(error instanceof CfgsyncError)) throw error
      updates.push({ path, source, outcome: "failed", detail: error.message })
    }
  }
  return updates
}

async function update(project: Project, path: string, source: string): Promise<string> {
  refuseOutside(project, path, path)
  const after = await read(project, source)
  const now = await judged(source, after)
  const before = project.system.read(path, schemaSize)
  if (before !== null && Buffer.compare(before, after) === 0) return ""
  project.system.write([{ path, before, after }])
  return difference(before === null ? {} : (parsedJson(Buffer.from(before).toString()) ?? {}), now)
}

function difference(before: Value, after: Value): string {
  const [old, now] = [propertiesOf(before), propertiesOf(after)]
  const added = now.filter((key) => !old.includes(key)).map((key) => `+${key}`)
  const gone = old.filter((key) => !now.includes(key)).map((key) => `-${key}`)
  return [...added, ...gone].join(" ") || "other words for the same keys"
}

function propertiesOf(schema: Value): readonly string[] {
  const properties = isObject(schema) ? schema.properties : undefined
  return isObject(properties) ? keysOf(properties) : []
}
