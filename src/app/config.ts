import { lstatSync } from "node:fs"
import { dirname, extname, join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { checkSchema, loadSchema } from "../engine/schema.ts"
import { defaultLimits, type Limits } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { Severity } from "../model/finding.ts"
import { formatPath } from "../model/path.ts"
import type { Acceptance, ExpectedChange, Priority } from "../model/policy.ts"
import { decode } from "../model/source.ts"
import { LineIndex } from "../model/span.ts"
import { isObject, makeObject, type ObjectValue, type Value } from "../model/value.ts"
import type { ChannelSettings } from "../notify/channelSettings.ts"
import type { System } from "../system/system.ts"
import { cached } from "./cache.ts"
import { configSchema } from "./configSchema.ts"
import { formatOf } from "./formats.ts"

/** Files that belong together, with their settings. */
export interface FileGroup {
  readonly include: string | readonly string[]
  /** A file named without a glob that is missing is a finding. */
  readonly required?: boolean
  /** What becomes of a change that cfgsync did not make. Where several groups name a file, the last that says something counts. */
  readonly acceptance?: Acceptance
  /** How much depends on the file; absent: medium. */
  readonly priority?: Priority
  /** Changes that are accepted by themselves, also where `acceptance` is `ask`. */
  readonly expect?: readonly ExpectedChange[]
  /** The file that one of these is made of again when it is gone and nothing is known to be good of it. */
  readonly template?: string
  /** When `cfgsync watch` looks at a change: `realtime` (the default), `30s`, `5m`, `2h`, `hourly`, `daily`, or a line of cron. */
  readonly interval?: string
  /** The real client that must take a file before it is known-good: `opencode`, `claude`, `codex`, `gemini`. Where several groups say one, the last counts. */
  readonly client?: string
}

export interface RuleSettings {
  /** Rule files (globs) and shipped packs: `cfgsync:recommended`, `cfgsync:strict`, `cfgsync:PACK`. */
  readonly rules?: readonly string[]
  /** By rule id, or `PACK/*` for all of a pack. */
  readonly severity?: Readonly<Record<string, Severity | "off">>
  /** By rule id, then by the name of the param. */
  readonly params?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** How contents with secrets are kept in the store. */
export interface SecretSettings {
  /** `false`: not at all. Else they are sealed to the key. */
  readonly keep?: boolean
  /** An age identity file, relative to the configuration or beginning with `~/`; absent: the user's own, made when it is first needed. */
  readonly key?: string
}

/** What `cfgsync.config.{ts,js,json,yaml}` says. Everything may be left out. Globs are relative to the folder of the file. */
export interface Config extends RuleSettings {
  readonly $schema?: string
  readonly files?: readonly (string | FileGroup)[]
  readonly ignore?: readonly string[]
  /** Glob: path of a JSON Schema file, `cfgsync:NAME[@VERSION]` for a shipped one, or `false`, `"off"` for none. */
  readonly schemas?: Readonly<Record<string, string | false>>
  /** Glob: the paths (JSONPath or JSON Pointer) at which values are sensitive: never shown, and kept in the store only sealed. */
  readonly sensitive?: Readonly<Record<string, string | readonly string[]>>
  readonly secrets?: SecretSettings
  /** Settings that apply on top with `--env NAME`. */
  readonly environments?: Readonly<Record<string, RuleSettings>>
  readonly limits?: Partial<Limits>
  /** By name: a channel that people are told by. */
  readonly notify?: Readonly<Record<string, ChannelSettings>>
  readonly hooks?: Partial<HookSettings>
}

/** What the git hooks do. */
interface HookSettings {
  /** Of what a commit would bring in: block the commit, repair it first, only warn, or do not look. */
  readonly preCommit: "block" | "fix" | "warn" | "off"
  /** The least severe finding that blocks. */
  readonly severity: Severity
  /** What was wrong in the same files before. */
  readonly standing: "warn" | "block" | "off"
  /** Of what a merge, a rebase or a checkout brought: report it, repair it, or do not look. */
  readonly after: "report" | "fix" | "off"
  /** Copy managed files that git ignores into a new worktree. */
  readonly worktree: boolean
}

/** A configuration with every default filled in and the environment applied. */
export interface Settings {
  readonly files: readonly FileGroup[]
  readonly ignore: readonly string[]
  readonly rules: readonly string[]
  readonly severity: Readonly<Record<string, Severity | "off">>
  readonly params: Readonly<Record<string, Readonly<Record<string, Value>>>>
  readonly schemas: Readonly<Record<string, string | false>>
  readonly sensitive: NonNullable<Config["sensitive"]>
  readonly secrets: SecretSettings
  readonly limits: Limits
  readonly notify: Readonly<Record<string, ChannelSettings>>
  readonly hooks: HookSettings
}

const defaultHooks: HookSettings = {
  preCommit: "block",
  severity: "error",
  standing: "warn",
  after: "report",
  worktree: true,
}

const extensions = ["ts", "mts", "js", "mjs", "json", "yaml", "yml"] as const
export const configNames = extensions.map((extension) => `cfgsync.config.${extension}`)

/** What is managed where no configuration says otherwise. */
export const defaultFiles: readonly string[] = [
  "**/*.{json,jsonc,yaml,yml,toml}",
  ".opencode/**/*.md",
  ".claude/{agents,commands}/**/*.md",
  "config-guardian/{,logs/}change_log.jsonl",
]
const defaultIgnore = [
  "**/node_modules/**",
  "**/.git/**",
  "**/.cfgsync/**",
  // Copies that config-guardian keeps of files are no configuration; all but what it says of a snapshot. Read from the root, so that other paths are told
  // apart by their first letter.
  "{,.config/}config-guardian/backups/**",
  "{,.config/}config-guardian/snapshots/*/*/**",
  "{,.config/}config-guardian/snapshots/*/{[!m]*,m[!e]*,me[!t]*,met[!a]*,meta[!d]*}",
]

/** Help editors with the configuration's keys; returns what it is given. */
export function defineConfig(config: Config): Config {
  return config
}

/** The nearest configuration file at or above a folder; `null` when there is none up to the root of the disk. */
export function findConfig(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const name = configNames.find((each) => stands(join(at, each)))
    if (name !== undefined) return join(at, name)
    if (dirname(at) === at) return null
  }
}

/** Also of a link to nothing: it is a configuration that somebody meant to be there. */
function stands(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined
  } catch {
    return false
  }
}

/**
 * Read and validate a configuration file.
 * @param fresh what tells this state of a program from others: Node loads each only once.
 * @throws CfgsyncError `config-unreadable`, `config-invalid`: the message names the file, the key and the nearest right one.
 */
export async function loadConfig(path: string, system: System, fresh?: string): Promise<Config> {
  const raw = /^\.m?[jt]s$/.test(extname(path)) ? await importConfig(path, fresh) : await parseConfig(path, system)
  const text = JSON.stringify(raw ?? {})
  const value = JSON.parse(text) as Value
  if (text !== lastValid) {
    const violations = await violationsOf(text, value)
    if (violations.length > 0)
      throw new CfgsyncError(
        "config-invalid",
        `${path}: ${violations.join("; ")}`,
        "docs/configuration.md lists every key",
      )
    lastValid = text
  }
  const config = value as unknown as Config
  for (const [index, each] of (config.files ?? []).entries())
    if (typeof each !== "string" && each.expect !== undefined)
      (await import("./expectations.ts")).refuseWrongPatterns(each.expect, `${path}: $.files[${index}].expect`)
  return config
}

/** The last configuration that was found valid in this process: some commands ask for it more than once. */
let lastValid: string | undefined

/** In words. */
async function violationsOf(text: string, value: Value): Promise<readonly string[]> {
  const violations = await cached(
    "config",
    text,
    async () =>
      checkSchema(await loadSchema(configSchema as unknown as Value), value).map(({ path: at, message }) => ({
        path: at,
        message,
      })),
    text,
  )
  return violations.map(({ path: at, message }) => `${at.length === 0 ? "" : `${formatPath(at)}: `}${message}`)
}

async function importConfig(path: string, fresh: string | undefined): Promise<unknown> {
  const restore = muteModuleTypeWarning()
  try {
    const module: { readonly default?: unknown } = await import(
      pathToFileURL(path).href + (fresh === undefined ? "" : `?${fresh}`)
    )
    if (module.default === undefined) {
      throw new CfgsyncError("config-invalid", `${path} has no default export`, "write: export default { files: […] }")
    }
    return module.default
  } catch (error) {
    if (error instanceof CfgsyncError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    const [sentence = ""] = reason.split("\n")
    throw new CfgsyncError(
      "config-unreadable",
      `${placeOf(error, path)} could not be loaded: ${sentence}`,
      hintFor(error),
      { cause: error },
    )
  } finally {
    restore()
  }
}

/** Node begins the stack of a syntax error with the place, then some lines with a caret below the one it means. */
function placeOf(error: unknown, path: string): string {
  const [place = "", ...rest] = error instanceof Error ? (error.stack ?? "").split("\n") : []
  const [, file, line] = /^((?:file:|\/|[A-Z]:\\).*):(\d+)$/.exec(place) ?? []
  if (file === undefined) return path
  const caret = rest.find((each) => /^ *\^+$/.test(each))
  const column = caret === undefined ? "" : `:${caret.indexOf("^") + 1}`
  return `${file.startsWith("file:") ? fileURLToPath(file) : file}:${line}${column}`
}

/** Node warns where the package of a `.ts` configuration does not say its module type; it is read as a module, which is what is meant. */
function muteModuleTypeWarning(): () => void {
  const { emitWarning } = process
  const quieter = (warning: string | Error, ...rest: unknown[]) => {
    const code = typeof rest[0] === "object" && rest[0] !== null && "code" in rest[0] ? rest[0].code : rest[1]
    if (code !== "MODULE_TYPELESS_PACKAGE_JSON") Reflect.apply(emitWarning, process, [warning, ...rest])
  }
  process.emitWarning = quieter
  return () => {
    process.emitWarning = emitWarning
  }
}

function hintFor(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? error.code : undefined
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX")
    return "enums, namespaces and parameter properties are not erasable; use plain TypeScript"
  if (code === "ERR_MODULE_NOT_FOUND")
    return 'imports need their extension; `import { defineConfig } from "cfgsync"` is optional'
  return undefined
}

async function parseConfig(path: string, system: System): Promise<unknown> {
  const bytes = system.read(path, defaultLimits.size)
  if (bytes === null) throw new CfgsyncError("config-unreadable", `${path} does not exist`)
  const decoded = decode(path, bytes)
  if (!decoded.ok) throw new CfgsyncError("config-unreadable", `${path}: ${decoded.reason}`)
  const format = await formatOf(path)
  const parsed = format?.parse(decoded.source, defaultLimits)
  const problem = parsed?.problems[0]
  if (problem !== undefined) {
    const { line, column } = new LineIndex(decoded.source.text).position(problem.span.start)
    throw new CfgsyncError("config-invalid", `${path}:${line}:${column}: ${problem.message}`)
  }
  return parsed?.documents[0]?.value ?? {}
}

/** Fill in the defaults and lay an environment's settings over the rest. @throws CfgsyncError `config-invalid` when the environment is not configured. */
export function resolveSettings(config: Config, environment: string | undefined): Settings {
  const own = environment === undefined ? undefined : config.environments?.[environment]
  if (environment !== undefined && own === undefined) {
    const known = Object.keys(config.environments ?? {})
    const hint = known.length === 0 ? "the configuration has no environments" : `there are: ${known.join(", ")}`
    throw new CfgsyncError("config-invalid", `there is no environment ${JSON.stringify(environment)}`, hint)
  }
  return {
    files: (config.files ?? defaultFiles).map((each) => (typeof each === "string" ? { include: each } : each)),
    ignore: [...defaultIgnore, ...(config.ignore ?? [])],
    rules: [...(config.rules ?? ["cfgsync:recommended"]), ...(own?.rules ?? [])],
    severity: { ...config.severity, ...own?.severity },
    params: mergeParams(config.params, own?.params),
    schemas: config.schemas ?? {},
    sensitive: config.sensitive ?? {},
    secrets: config.secrets ?? {},
    limits: { ...defaultLimits, ...config.limits },
    notify: config.notify ?? {},
    hooks: { ...defaultHooks, ...config.hooks },
  }
}

type Params = RuleSettings["params"]

function mergeParams(base: Params, over: Params): Settings["params"] {
  const merged = new Map<string, ObjectValue>()
  for (const params of [base, over]) {
    for (const [rule, values] of Object.entries(params ?? {})) {
      if (isObject(values as Value))
        merged.set(rule, makeObject(Object.entries({ ...merged.get(rule), ...(values as ObjectValue) })))
    }
  }
  return Object.fromEntries(merged)
}
