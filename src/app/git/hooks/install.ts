import { chmodSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs"
import { basename, dirname, relative, sep } from "node:path"
import { encode } from "../../../model/source.ts"
import type { Git } from "../../../system/git/git.ts"
import { openSystem } from "../../../system/real.ts"
import type { Project } from "../../project.ts"
import { mustOpenGit } from "../openState.ts"
import { detectManager } from "./detect.ts"
import type { HookFile, HookState, ManagerName } from "./manager.ts"
import { configureDriver, type MergeDriver, mergeDriver } from "./mergeDriver.ts"
import { removeFromScript } from "./script.ts"

export interface HooksReport {
  readonly manager: ManagerName
  readonly hooks: readonly { readonly hook: string; readonly file: string; readonly state: HookState }[]
  readonly mergeDriver: HookState
  /** Files that were written. */
  readonly written: readonly string[]
  readonly notes: readonly string[]
}

/** How cfgsync stands in the hooks of this repository. Nothing is written. */
export async function hooksStatus(project: Project): Promise<HooksReport> {
  const git = mustOpenGit(project.root)
  return report(project, git, [], [])
}

/** Put cfgsync into the hooks, keeping what is there. Done twice, it is as done once. */
export async function installHooks(project: Project, options: { readonly mergeDriver: boolean }): Promise<HooksReport> {
  const git = mustOpenGit(project.root)
  const manager = await detectManager(project, git)
  const written: string[] = []
  for (const file of manager.files) if (putFile(file, file.installed)) written.push(shown(git, file.path))
  if (options.mergeDriver) {
    const driver = mergeDriver(git)
    if (putDriver(git, driver, driver.installed)) written.push(".gitattributes")
    configureDriver(git, driver.command)
  }
  return report(project, git, written, written.length === 0 ? [] : manager.notes)
}

/** Take cfgsync out of the hooks, and leave everything else as it is. */
export async function uninstallHooks(project: Project): Promise<HooksReport> {
  const git = mustOpenGit(project.root)
  const manager = await detectManager(project, git)
  const written: string[] = []
  for (const file of manager.files) if (takeOut(file)) written.push(shown(git, file.path))
  const driver = mergeDriver(git)
  if (putDriver(git, driver, driver.removed)) written.push(".gitattributes")
  configureDriver(git, null)
  return report(project, git, written, written.length === 0 ? [] : manager.notes)
}

async function report(
  project: Project,
  git: Git,
  written: readonly string[],
  notes: readonly string[],
): Promise<HooksReport> {
  const manager = await detectManager(project, git)
  const hooks = manager.files.flatMap(({ path, hooks: each }) =>
    each.map(({ hook, state }) => ({ hook, file: shown(git, path), state })),
  )
  return { manager: manager.name, hooks, mergeDriver: mergeDriver(git).state, written, notes }
}

function shown({ top }: Git, path: string): string {
  const inside = relative(top, path)
  return (inside.startsWith("..") ? path : inside).split(sep).join("/")
}

function putFile(file: HookFile, text: string | null): boolean {
  if (text === null) return false
  const { path, aside, executable } = file
  mkdirSync(dirname(path), { recursive: true })
  const moves = aside !== undefined && !existsSync(aside)
  if (moves) renameSync(path, aside)
  const now = moves ? null : file.text
  if (now !== text) write(path, now, text)
  // What git may not execute it passes over.
  const mode = statSync(path).mode
  const odd = executable && (mode & 0o111) !== 0o111
  if (odd) chmodSync(path, mode | 0o111)
  return now !== text || odd
}

function takeOut({ path, text, removed, aside }: HookFile): boolean {
  if (text === null || removed === text) return false
  if (aside !== undefined && existsSync(aside)) {
    if (removeFromScript(text) === text) return false
    renameSync(aside, path)
    return true
  }
  write(path, text, removed)
  return true
}

function putDriver(_git: Git, { attributes, text }: MergeDriver, wanted: string | null): boolean {
  if (wanted === text) return false
  write(attributes, text, wanted)
  return true
}

function write(path: string, before: string | null, after: string | null): void {
  const bytes = (text: string | null) => (text === null ? null : encode(text, false))
  openSystem(dirname(path)).write([{ path: basename(path), before: bytes(before), after: bytes(after) }])
}
