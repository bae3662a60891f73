import { readFileSync } from "node:fs"
import { join } from "node:path"
import { like, matcher } from "../engine/glob.ts"
import type { SchemaReader } from "../engine/schema.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { Severity } from "../model/finding.ts"
import { nearest } from "../model/nearest.ts"
import type { Value } from "../model/value.ts"
import { packageFolder } from "./package.ts"

/** A JSON Schema that the package brings along: an entry of `rules.d/schemas/index.json`. */
export interface BundledSchema {
  readonly name: string
  /** Of the client whose files it is about, where its versions differ: `1.18`. */
  readonly version?: string
  /** What files it is about, for people. */
  readonly title: string
  /** Globs of the files that it is laid on without being asked for; none: only where a file or the configuration names it. */
  readonly files?: readonly string[]
  /** What files write as `$schema` to name it: URLs without scheme, `www.` and `.json` at the end; globs. */
  readonly ids?: readonly string[]
  /** Packs of rules that may tell of the same mistake in better words, besides the one that is called as it is. */
  readonly packs?: readonly string[]
  readonly reader: SchemaReader
  /** Of what breaks it, but for keys without effect, which are a warning. */
  readonly severity: Severity
  /** JSON Pointers of parts that were left out because they refuse what the reader takes. */
  readonly without?: readonly string[]
  /** Where it was taken from, at which commit or version, when, and under which licence; and what of it was left out. */
  readonly source: string
  readonly revision: string
  readonly date: string
  readonly licence: string
  readonly changes?: string
}

const folder = join(packageFolder, "rules.d", "schemas")

let read: readonly BundledSchema[] | undefined

/** All of them; of one name the newest version first. */
export function bundledSchemas(): readonly BundledSchema[] {
  read ??= readIndex()
  return read
}

function readIndex(): readonly BundledSchema[] {
  const entries: readonly BundledSchema[] = JSON.parse(readFileSync(join(folder, "index.json"), "utf8")).schemas
  return [...entries].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : newerFirst(a, b)))
}

function newerFirst({ version: a = "" }: BundledSchema, { version: b = "" }: BundledSchema): number {
  const [left, right] = [a, b].map((version) => version.split(".").map(Number))
  const at = left?.findIndex((part, index) => part !== right?.[index]) ?? -1
  return at === -1 ? 0 : (right?.[at] ?? -1) - (left?.[at] ?? -1)
}

/** `opencode@1.18`: the name of its files. */
export function bundledStem({ name, version }: BundledSchema): string {
  return `${name}${version === undefined ? "" : `@${version}`}`
}

/** The schema itself. */
export function bundledValue(schema: BundledSchema): Value {
  return JSON.parse(readFileSync(join(folder, `${bundledStem(schema)}.schema.json`), "utf8"))
}

const prefix = "cfgsync:"

export function isBundledName(name: string): boolean {
  return name.startsWith(prefix)
}

/** `cfgsync:NAME` as configurations write it, with the version where there are several. */
export function bundledName(schema: BundledSchema): string {
  return `${prefix}${bundledStem(schema)}`
}

/**
 * The schema of a name such as `cfgsync:opencode`, `cfgsync:opencode@1` or `cfgsync:opencode@1.18`: the newest of those meant.
 * @param asker who names it, for people.  @throws CfgsyncError `config-invalid` with the nearest name, or the versions there are.
 */
export function bundledNamed(wanted: string, asker: string): BundledSchema {
  const [name = "", version] = wanted.slice(prefix.length).split("@")
  const versions = bundledSchemas().filter((each) => each.name === name)
  const found = versions.find(
    (each) => version === undefined || each.version === version || each.version?.startsWith(`${version}.`),
  )
  if (found !== undefined) return found
  const message = `there is no shipped schema ${wanted}, which ${asker} names`
  if (versions.length > 0)
    throw new CfgsyncError("config-invalid", message, `there are: ${versions.map(bundledName).join(", ")}`)
  const near = nearest(
    name,
    bundledSchemas().map((each) => each.name),
  )
  const hint = near === undefined ? "`cfgsync schemas list` shows them" : `did you mean ${prefix}${near.word}?`
  throw new CfgsyncError("config-invalid", message, hint)
}

interface Laying {
  readonly schema: BundledSchema
  readonly matches: (path: string) => boolean
}

let laid: { readonly any: (path: string) => boolean; readonly each: readonly Laying[] } | undefined

/** The schema that is laid on a file of this path without being asked for. */
export function bundledFor(path: string): BundledSchema | undefined {
  laid ??= layings()
  return laid.any(path) ? laid.each.find(({ matches }) => matches(path))?.schema : undefined
}

function layings(): NonNullable<typeof laid> {
  const each = bundledSchemas().flatMap((schema) =>
    schema.files === undefined ? [] : [{ schema, globs: schema.files, matches: matcher(schema.files) }],
  )
  const all = each.flatMap(({ globs }) => globs.filter((glob) => !glob.startsWith("!")))
  return { any: all.length === 0 ? () => false : matcher(all), each }
}

/** The schema that a URL names, as files write it in `$schema`. */
export function bundledById(url: string): BundledSchema | undefined {
  const id = normalId(url)
  return bundledSchemas().find(({ ids }) => ids?.some((each) => id === each || like(id, each)))
}

function normalId(url: string): string {
  return url
    .replace(/^https?:\/\/(?:www\.)?/, "")
    .replace(/#$/, "")
    .replace(/\.json$/, "")
}
