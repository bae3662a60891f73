import { existsSync, lstatSync, realpathSync } from "node:fs"
import { basename, dirname, join, relative, resolve, sep } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { findGit, stagingJournal } from "../system/git/place.ts"
import { openSystem } from "../system/real.ts"
import type { System } from "../system/system.ts"
import { type Config, findConfig, loadConfig, resolveSettings, type Settings } from "./config.ts"
import { type LastGood, lastGoodOf } from "./lastGood.ts"
import { markSensitive } from "./sensitive.ts"

/** A folder with what cfgsync knows of it; everything an app function needs to start. */
export interface Project {
  /** Absolute, links resolved: the folder of the configuration, else of the repository, else the current one. */
  readonly root: string
  /** Absolute; `null` when the defaults apply. */
  readonly configPath: string | null
  readonly config: Config
  readonly settings: Settings
  readonly environment: string | undefined
  readonly system: System
  readonly lastGood: LastGood
  /** The folder that relative arguments count from. */
  readonly cwd: string
}

export interface ProjectOptions {
  readonly cwd: string
  /** A configuration file, relative to `cwd`; absent: the nearest one at or above it. */
  readonly config?: string
  readonly environment?: string
  /** Another state of the project's files than that of the disk. */
  readonly view?: (disk: System, configPath: string | null) => System
  /** See `loadConfig`. */
  readonly fresh?: string
}

/** @throws CfgsyncError `config-unreadable`, `config-invalid`. */
export async function openProject(options: ProjectOptions): Promise<Project> {
  const cwd = realpathSync(options.cwd)
  const configPath = options.config === undefined ? findConfig(cwd) : resolve(cwd, options.config)
  if (configPath !== null && !existsSync(configPath)) {
    throw new CfgsyncError(
      "config-unreadable",
      `${options.config ?? basename(configPath)} does not exist`,
      "run `cfgsync init` to write a configuration",
    )
  }
  const root = projectRootOf(cwd, configPath)
  const disk = openSystem(root)
  await recoverProject(disk, process.env, process.cwd())
  const system = options.view?.(disk, configPath) ?? disk
  const config = configPath === null ? {} : await loadConfig(configPath, system, options.fresh)
  const settings = resolveSettings(config, options.environment)
  markSensitive(settings.sensitive)
  return {
    root,
    configPath,
    config,
    settings,
    environment: options.environment,
    system,
    lastGood: lastGoodOf({ system, configPath }),
    cwd,
  }
}

/** What a killed run left half-way is finished or undone first. Where nothing may be written, reading is still possible. */
export async function recoverProject(
  system: System,
  environment: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<void> {
  try {
    system.recover()
    const place = findGit(system.root, environment, cwd)
    if (place === null || !existsSync(stagingJournal(place))) return
    const { recoverStaging } = await import("../system/git/staging.ts")
    recoverStaging(system.root, environment, cwd)
  } catch (error) {
    if (!(error instanceof CfgsyncError)) throw error
  }
}

/** Absolute, links resolved: the root of the project that a folder lies in. */
export function projectRootOf(folder: string, configPath: string | null): string {
  return realpathSync(configPath === null ? rootOf(folder) : dirname(configPath))
}

/** The nearest folder at or above that holds a configuration or `.git` (a folder, or a file in a linked worktree); else the folder itself. */
function rootOf(folder: string): string {
  const config = findConfig(folder)
  if (config !== null) return dirname(config)
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at
    if (dirname(at) === at) return folder
  }
}

/**
 * A single file and the system to edit it on. Its root is the file's project, so that a link may lead to any place in the project and to none
 * outside it.
 * @param file absolute.
 */
export function openFileSystem(file: string): {
  readonly system: System
  readonly configPath: string | null
  readonly name: string
} {
  const given = dirname(file)
  const folder = existsSync(given) ? realpathSync(given) : given
  const system = openSystem(existsSync(folder) ? rootOf(folder) : folder)
  const name = slashed(relative(system.root, join(folder, basename(file))))
  return { system, configPath: findConfig(system.root), name }
}

/** A path as given on the command line, as the project writes it: relative to the root with forward slashes. */
export function projectPath(project: Project, path: string): string {
  return slashed(relative(project.root, resolve(project.cwd, path)))
}

/** Whether a symbolic link stands at an absolute path, wherever it leads. */
export function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink()
  } catch {
    return false
  }
}

/** A path with the separators of this machine, as globs and reports write it. */
export function slashed(path: string): string {
  return path.split(sep).join("/")
}
