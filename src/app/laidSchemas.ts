import { matcher } from "../engine/glob.ts"
import { anyReader, type SchemaReader } from "../engine/schema.ts"
import type { Document } from "../model/document.ts"
import type { Severity } from "../model/finding.ts"
import type { Source } from "../model/source.ts"
import { isObject } from "../model/value.ts"
import type { System } from "../system/system.ts"
import type { AddedSchema } from "./addedSchemas.ts"
import { type BundledSchema, bundledById, bundledFor, bundledName, bundledNamed, isBundledName } from "./catalogue.ts"
import type { Settings } from "./config.ts"
import { installedAt, installedFor, projectSchema } from "./installedSchemas.ts"

/** A schema that a file is held against, and why. */
export interface LaidSchema {
  /** As the configuration would write it: `cfgsync:NAME[@VERSION]`, or a path. */
  readonly name: string
  /** The id of its findings: `schema/NAME`. */
  readonly rule: string
  /** Rules of these packs may tell of the same mistake in better words. */
  readonly packs: readonly string[]
  /** Who laid it there, for people. */
  readonly asker: string
  readonly severity: Severity
  readonly reader: SchemaReader
  /** Nobody asked for it but the file itself or its name: where it cannot be used, nothing is said. */
  readonly passing?: true
}

type Configured = readonly {
  readonly glob: string
  readonly name: string | false
  readonly matches: (path: string) => boolean
}[]

/**
 * Which schemas a file is held against. What the configuration says of it counts alone; else its own `$schema` does, else its name. A schema of
 * the project, or of a program that it has installed, is nearer to the file than a shipped one.
 */
export class LaidSchemas {
  readonly #configured: Configured
  readonly #added: readonly AddedSchema[]
  readonly #system: System

  /**
   * @param added schemas of the project that files may name by where they came from.
   * @throws CfgsyncError `config-invalid` for a shipped schema that does not exist.
   */
  constructor({ schemas }: Settings, system: System, added: readonly AddedSchema[] = []) {
    this.#added = added
    this.#system = system
    this.#configured = Object.entries(schemas).map(([glob, name]) => ({
      glob,
      name: name === "off" ? false : name,
      matches: matcher([glob]),
    }))
    for (const { glob, name } of this.#configured)
      if (name !== false && isBundledName(name)) bundledNamed(name, askerOf(glob))
  }

  of(path: string, document: Document, source: Source): readonly LaidSchema[] {
    const said = this.#configured.filter(({ matches }) => matches(path))
    if (said.length > 0)
      return said.flatMap(({ glob, name }) => (name === false ? [] : [configuredSchema(name, askerOf(glob))]))
    const url = schemaUrl(document, source)
    const own = this.#added.find(({ source }) => source === url)
    if (own !== undefined) return [configuredSchema(own.path, `$schema in ${path}`)]
    const named = url === undefined ? undefined : bundledById(url)
    const near = named === undefined ? this.#ofProject(path, url) : undefined
    if (near !== undefined) return [near]
    const bundled = named ?? bundledFor(path)
    return bundled === undefined
      ? []
      : [bundledSchema(bundled, named === undefined ? "the name of the file" : "$schema")]
  }

  #ofProject(path: string, url: string | undefined): LaidSchema | undefined {
    const installed = installedFor(path, url)
    const place = installed && installedAt(this.#system, path, installed)
    if (installed !== undefined && place !== undefined) {
      const { name, severity, reader } = installed
      const asker = `the installed package ${installed.package}`
      return { name: place, rule: `schema/${name}`, packs: [name], asker, severity, reader, passing: true }
    }
    const own = projectSchema(this.#system, path, url)
    return own === undefined ? undefined : { ...configuredSchema(own, `$schema in ${path}`), passing: true }
  }
}

function askerOf(glob: string): string {
  return `\`schemas\` in the configuration for ${glob}`
}

function configuredSchema(name: string, asker: string): LaidSchema {
  return isBundledName(name)
    ? bundledSchema(bundledNamed(name, asker), asker)
    : { name, rule: `schema/${name}`, packs: [], asker, severity: "error", reader: anyReader }
}

/** The version is no part of the rule's id: what a project says of it outlives an upgrade of the client. */
function bundledSchema(schema: BundledSchema, asker: string): LaidSchema {
  const { name, packs = [], severity, reader } = schema
  return { name: bundledName(schema), rule: `schema/${name}`, packs: [name, ...packs], asker, severity, reader }
}

/** Comments at the top by which editors know the schema of a YAML or TOML file. */
const modeline = /^#\s*yaml-language-server:\s*\$schema=(\S+)|^#:schema\s+(\S+)/m
const topLength = 2000

/** The schema that a file names for itself. */
function schemaUrl({ value }: Document, { text }: Source): string | undefined {
  if (isObject(value) && typeof value.$schema === "string") return value.$schema
  const top = text.charCodeAt(0) === 123 ? "" : text.slice(0, topLength)
  const match = top.includes("schema") ? modeline.exec(top) : null
  return match?.[1] ?? match?.[2]
}
