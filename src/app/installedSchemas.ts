import { posix } from "node:path"
import { like, matcher } from "../engine/glob.ts"
import { anyReader, type SchemaReader } from "../engine/schema.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { Severity } from "../model/finding.ts"
import type { System } from "../system/system.ts"

/** A JSON Schema that comes with a program which a project installs: of the very version that reads the project's files. */
export interface InstalledSchema {
  readonly name: string
  /** Of npm, and the schema's place in it. */
  readonly package: string
  readonly file: string
  /** Globs of the files that it is laid on without being asked for. */
  readonly files: readonly string[]
  /** What files write as `$schema` to name it: URLs without scheme; globs. */
  readonly ids?: readonly string[]
  readonly reader: SchemaReader
  readonly severity: Severity
}

const refuses = (name: string) => ({ reader: { name, unknown: "rejects" }, severity: "error" }) as const
/** Nobody tried what the program does with a file that breaks its schema. */
const untried = { reader: anyReader, severity: "warning" } as const

export const installedSchemas: readonly InstalledSchema[] = [
  {
    name: "biome",
    package: "@biomejs/biome",
    file: "configuration_schema.json",
    files: ["biome.json{,c}", ".biome.json{,c}"],
    ids: ["biomejs.dev/schemas/*/schema.json"],
    ...refuses("Biome"),
  },
  {
    name: "knip",
    package: "knip",
    file: "schema.json",
    files: ["knip.json", ".knip.json"],
    ids: ["unpkg.com/knip@*/schema.json"],
    ...refuses("Knip"),
  },
  {
    name: "turbo",
    package: "turbo",
    file: "schema.json",
    files: ["turbo.json{,c}"],
    ids: ["turbo.build/schema*.json", "turborepo.{com,org,dev}/schema*.json"],
    ...untried,
  },
  {
    name: "nx",
    package: "nx",
    file: "schemas/nx-schema.json",
    files: ["nx.json"],
    ...untried,
  },
  {
    name: "lerna",
    package: "lerna",
    file: "schemas/lerna-schema.json",
    files: ["lerna.json"],
    ...untried,
  },
  {
    name: "changesets",
    package: "@changesets/config",
    file: "schema.json",
    files: ["**/.changeset/config.json"],
    ids: ["unpkg.com/@changesets/config@*/schema.json"],
    ...untried,
  },
  {
    name: "renovate",
    package: "renovate",
    file: "renovate-schema.json",
    files: ["renovate.json{,c}", "**/.github/renovate.json{,c}", ".renovaterc{,.json}"],
    ids: ["docs.renovatebot.com/renovate-schema.json"],
    ...untried,
  },
  {
    name: "oxlint",
    package: "oxlint",
    file: "configuration_schema.json",
    files: [".oxlintrc.json{,c}"],
    ...untried,
  },
  {
    name: "oxfmt",
    package: "oxfmt",
    file: "configuration_schema.json",
    files: [".oxfmtrc.json{,c}"],
    ...untried,
  },
  {
    name: "lefthook",
    package: "lefthook",
    file: "schema.json",
    files: ["{,.}lefthook{,-local}.{yml,yaml,json,toml}"],
    ...untried,
  },
  {
    name: "markdownlint-cli2",
    package: "markdownlint-cli2",
    file: "schema/markdownlint-cli2-config-schema.json",
    files: [".markdownlint-cli2.{jsonc,yaml}"],
    ...untried,
  },
  {
    name: "markdownlint",
    package: "markdownlint-cli2",
    file: "schema/markdownlint-config-schema.json",
    files: [".markdownlint.{json,jsonc,yaml,yml}"],
    ...untried,
  },
  {
    name: "cspell",
    package: "@cspell/cspell-types",
    file: "cspell.schema.json",
    files: ["{,.}c{s,S}pell.json{,c}", "cspell.config.{json,jsonc,yaml,yml}"],
    ...untried,
  },
  {
    name: "commitlint",
    package: "@commitlint/config-validator",
    file: "lib/commitlint.schema.json",
    files: [".commitlintrc.{json,yaml,yml}"],
    ...untried,
  },
  {
    name: "stryker",
    package: "@stryker-mutator/core",
    file: "schema/stryker-schema.json",
    files: ["stryker.{conf,config}.json"],
    ...untried,
  },
  {
    name: "typedoc",
    package: "typedoc",
    file: "typedoc-config.schema.json",
    files: ["typedoc.json{,c}"],
    ids: ["typedoc.org/schema.json"],
    ...untried,
  },
  {
    name: "wrangler",
    package: "wrangler",
    file: "config-schema.json",
    files: ["wrangler.{json,jsonc,toml}"],
    ...untried,
  },
  {
    name: "angular",
    package: "@angular/cli",
    file: "lib/config/schema.json",
    files: ["angular.json"],
    ...untried,
  },
]

/** @returns where the schema of an installed package stands: the nearest `node_modules` at or above the file. */
export function installedAt(
  system: System,
  path: string,
  { package: name, file }: InstalledSchema,
): string | undefined {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    const place = posix.join(folder, "node_modules", name, file)
    if (isFile(system, place)) return place
    if (folder === posix.dirname(folder)) return undefined
  }
}

let laid: readonly (readonly [InstalledSchema, (path: string) => boolean])[] | undefined

/** The schema that the name of a file, or else its `$schema`, means, if the package were installed. */
export function installedFor(path: string, url: string | undefined): InstalledSchema | undefined {
  laid ??= installedSchemas.map((schema) => [schema, matcher(schema.files)])
  const id = url?.replace(/^https?:\/\//, "")
  return laid.find(
    ([{ ids }, matches]) => matches(path) || (id !== undefined && ids?.some((each) => like(id, each)) === true),
  )?.[0]
}

/** A schema of the project itself that a file names by its place, such as `./node_modules/x/schema.json`. */
export function projectSchema(system: System, path: string, url: string | undefined): string | undefined {
  if (url === undefined || /^[a-z][a-z0-9+.-]*:/i.test(url) || url.startsWith("/") || url.includes("\0"))
    return undefined
  const place = posix.join(posix.dirname(path), url.replace(/#$/, ""))
  if (place.startsWith("../") || !place.endsWith(".json") || place === path) return undefined
  return isFile(system, place) ? place : undefined
}

/** A name that no file can have, or that may not be looked at, is a file that is not there. */
function isFile(system: System, path: string): boolean {
  try {
    return system.stat(path)?.kind === "file"
  } catch (error) {
    if (error instanceof CfgsyncError) return false
    throw error
  }
}
