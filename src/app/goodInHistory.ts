import { CfgsyncError } from "../model/errors.ts"
import type { FileVersion } from "../model/plan.ts"
import { decode } from "../model/source.ts"
import { commitLog, resolveCommit } from "../system/git/commits.ts"
import { type Git, openGit } from "../system/git/git.ts"
import { openObjects } from "../system/git/objects.ts"
import type { Present } from "./drift.ts"
import { presentOf } from "./driftCheck.ts"
import { shortcomingsOf } from "./goodness.ts"
import type { Project } from "./project.ts"
import { openRun, type Run } from "./run.ts"

/** A state of a file that passes today's rules. */
export interface GoodState extends Present {
  readonly path: string
  readonly format: string
  /** The commit that brought it; absent: no commit has it, it lies on the disk. */
  readonly commit?: string
}

export interface GoodStates {
  readonly good: readonly GoodState[]
  /** Files of which no state passes, among those that were looked at. */
  readonly none: readonly string[]
}

/** How far back is looked: commits in all, and states of one file. */
const mostCommits = 5_000
const mostStates = 50

/**
 * For each file the newest state that passes under today's rules: back through the commits that lead to the present one, and where no commit has the file
 * as it lies on the disk.
 * @param paths managed files.  @param tell hears why git could not be asked.
 */
export async function goodInHistory(
  project: Project,
  paths: readonly string[],
  tell: (notice: string) => void,
): Promise<GoodStates> {
  const states = statesOf(project, paths, tell)
  const run = await openRun(project, paths)
  const good = new Map<string, GoodState>()
  // All files at once, each with its newest state that was not looked at yet.
  for (let round = 0; round < mostStates; round++) {
    const now = [...states].flatMap(([path, each]) => (good.has(path) ? [] : (each[round]?.(run) ?? [])))
    if (now.length === 0 && [...states.values()].every(({ length }) => length <= round)) break
    for (const state of await passing(run, now)) good.set(state.path, state)
  }
  return {
    good: paths.flatMap((path) => good.get(path) ?? []),
    none: [...states.keys()].filter((path) => !good.has(path)),
  }
}

/** Reads a state, when it is its turn. */
type Reading = (run: Run) => GoodState | undefined

function statesOf(
  project: Project,
  paths: readonly string[],
  tell: (notice: string) => void,
): ReadonlyMap<string, readonly Reading[]> {
  const past = inWordsOf(tell, () => pastStates(project, paths)) ?? new Map<string, Reading[]>()
  return new Map(
    paths.flatMap((path) => {
      const known = past.get(path)
      if (known !== undefined) return [[path, known] as const]
      const now = presentOf(path, project)
      const present: Reading = (run) => stateOf(run, path, now?.content, now?.mode)
      return now === null || now === undefined ? [] : [[path, [present]] as const]
    }),
  )
}

/** Without git, or with one that does not answer, there is only what lies on the disk. */
function inWordsOf<T>(tell: (notice: string) => void, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof CfgsyncError)) throw error
    tell(`the history of git could not be read: ${error.message}`)
    return undefined
  }
}

function pastStates(project: Project, paths: readonly string[]): ReadonlyMap<string, readonly Reading[]> {
  const git: Git | null = openGit(project.root, process.env)
  if (git === null || resolveCommit(git, "HEAD") === null) return new Map()
  const objects = openObjects(git)
  const wanted = new Set(paths)
  const states = new Map<string, Reading[]>()
  for (const { oid: commit, changes } of commitLog(git, { most: mostCommits }))
    for (const { path, after } of changes) {
      if (!wanted.has(path) || after === null || !after.mode.startsWith("100")) continue
      const reading: Reading = (run) => {
        const content = objects.read(after.oid, project.settings.limits.size)
        if (content === null) return undefined
        const state = stateOf(run, path, asOnDisk(project, path, content), modeOf(project, path, after.mode))
        return state && { ...state, commit }
      }
      states.set(path, [...(states.get(path) ?? []), reading])
    }
  return states
}

/** Git may have taken the line ends of another system out. */
function asOnDisk(project: Project, path: string, content: Uint8Array): Uint8Array {
  const now = presentOf(path, project)?.content
  if (now === undefined || !Buffer.from(now).includes("\r\n")) return content
  return Buffer.from(now).toString("latin1").replaceAll("\r\n", "\n") === Buffer.from(content).toString("latin1")
    ? now
    : content
}

/** Git keeps only whether a file can be run: the other bits are those on the disk, where they agree with that. */
function modeOf(project: Project, path: string, kept: string): string {
  const now = presentOf(path, project)?.mode
  const runs = kept === "100755"
  if (now !== undefined && ((Number.parseInt(now, 8) & 0o100) !== 0) === runs) return now
  return runs ? "0755" : "0644"
}

function stateOf(
  run: Run,
  path: string,
  content: Uint8Array | undefined,
  mode: string | undefined,
): GoodState | undefined {
  const format = run.format(path)?.name
  return content === undefined || mode === undefined || format === undefined
    ? undefined
    : { path, content, mode, format }
}

async function passing(run: Run, states: readonly GoodState[]): Promise<readonly GoodState[]> {
  const contents = new Map(
    states.flatMap(({ path, content, mode }): readonly (readonly [string, FileVersion])[] => {
      const decoded = decode(path, content)
      return decoded.ok ? [[path, { source: decoded.source, mode }]] : []
    }),
  )
  const shortcomings = await shortcomingsOf(run, contents)
  return states.filter(({ path }) => contents.has(path) && !shortcomings.has(path))
}
