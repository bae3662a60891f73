import { join } from "node:path"
import type { Recovery } from "../engine/recover.ts"
import { CfgsyncError } from "../model/errors.ts"
import { decode, encode, type Source } from "../model/source.ts"
import type { Store } from "../store/store.ts"
import { sha256 } from "../system/hash.ts"
import { keptContent } from "./keptContent.ts"
import type { Project } from "./project.ts"
import { type Course, type Reapplied, reapply } from "./reapply.ts"
import { redactorFor } from "./redact.ts"
import type { RestoreOptions, Wanted } from "./restore.ts"
import { openRun } from "./run.ts"
import { placeOf } from "./storePlace.ts"

/** A file with its states from the wanted one on; `course: null`: there is nothing after it that could be carried over. */
export interface FileCourse {
  readonly path: string
  readonly course: Course | null
}

/** What of later changes a file keeps. */
export interface Carried extends Reapplied {
  /** Where lines are kept that are in no good state and could not be read; relative to the project where it is in it. */
  readonly quarantine?: string
}

/** More states than these are not gone through one by one: the last count. */
const mostStates = 30

/** @param later hashes of the states that followed.  @param doubtful nobody said which of them is bad. */
export async function courseOf(
  project: Project,
  store: Store,
  { path, hash }: Wanted,
  later: readonly (string | null)[],
  doubtful: boolean,
): Promise<FileCourse> {
  const good = hash === null ? undefined : await stateText(project, store, path, hash)
  const present = presentText(project, path)
  if (good === undefined || present === undefined) return { path, course: null }
  const states: Source[] = []
  for (const each of later.slice(-mostStates)) {
    const state = each === null ? undefined : await stateText(project, store, path, each)
    if (state !== undefined) states.push(state)
  }
  return { path, course: { good, later: [...states, present], doubtful } }
}

async function stateText(project: Project, store: Store, path: string, hash: string): Promise<Source | undefined> {
  try {
    const decoded = decode(path, await keptContent(project, store, hash, path))
    return decoded.ok ? decoded.source : undefined
  } catch (error) {
    if (error instanceof CfgsyncError) return undefined
    throw error
  }
}

function presentText({ system, settings }: Project, path: string): Source | undefined {
  try {
    const bytes = system.read(path, settings.limits.size)
    const decoded = bytes === null ? undefined : decode(path, bytes)
    return decoded?.ok === true ? decoded.source : undefined
  } catch (error) {
    if (error instanceof CfgsyncError) return undefined
    throw error
  }
}

/** Go back in every file, and make the good later edits again. @throws CfgsyncError when what would be lost cannot be laid aside */
export async function carryOver(
  project: Project,
  courses: readonly FileCourse[],
  options: RestoreOptions,
): Promise<ReadonlyMap<string, Carried>> {
  const carried = new Map<string, Carried>()
  const open = courses.filter(({ course }) => course !== null)
  if (open.length === 0) return carried
  const run = await openRun(
    project,
    open.map(({ path }) => path),
  )
  for (const { path, course } of open) {
    const result = course === null ? undefined : await reapply(run, course)
    if (result === undefined) continue
    const { recovery } = result
    const aside =
      recovery === undefined || recovery.lost === "" ? {} : { quarantine: await quarantine(project, recovery, options) }
    carried.set(path, { ...result, ...aside })
  }
  return carried
}

/** Lay lines aside that nobody can place, before the file they stand in is written. Only its owner may read them. */
async function quarantine(project: Project, { source, lost }: Recovery, { dryRun }: RestoreOptions): Promise<string> {
  const content = encode(lost, false)
  const name = `${source.path.replace(/^\.?\/+/, "").replaceAll(/[/\\]/g, "__")}.${sha256(content).slice(0, 8)}.txt`
  const path = join(placeOf(project).folder, "quarantine", name)
  const shown = path.startsWith(`${project.root}/`) ? path.slice(project.root.length + 1) : path
  if (!(await redactorFor([{ ...source, text: lost }])).idle)
    throw new CfgsyncError(
      "not-possible-here",
      `${source.path} has lines in no good state that cannot be placed, and a secret is in them, so they are not laid aside`,
      "take the secret out, or --whole puts the state back without them",
    )
  if (!dryRun && project.system.stat(path) === null)
    project.system.write([{ path, before: null, after: content, mode: 0o600 }])
  return shown
}
