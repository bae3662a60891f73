import { CfgsyncError } from "../model/errors.ts"
import { encode } from "../model/source.ts"
import type { SeenFile } from "../store/entry.ts"
import { keyOf } from "../store/place.ts"
import type { Store } from "../store/store.ts"
import { type Carried, carryOver, courseOf, type FileCourse } from "./carryOver.ts"
import { hashOnDisk } from "./hashOnDisk.ts"
import { type Change, type HistoryItem, historyOf, ofFile, type Staged } from "./history.ts"
import { type Project, projectPath } from "./project.ts"
import { openProjectStore } from "./projectStore.ts"
import { contentsOf, type RestoreOptions, type RestoreResult, restoreFiles, type Wanted } from "./restore.ts"
import { refuseOutside } from "./selectFiles.ts"
import { templateOf } from "./template.ts"

/** Which state: after an entry of the history, before a time (in UTC, as 2030-01-31T12:00:00.000Z), or the one that was last accepted. */
export type Target = { readonly to: number } | { readonly before: string } | { readonly lastGood: true }

async function withStore<T>(
  project: Project,
  { recording }: RestoreOptions,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openProjectStore(project, { create: false, tell: recording.tell })
  if (store === undefined)
    throw new CfgsyncError("not-possible-here", "nothing is remembered here yet, so there is no way back")
  try {
    return await work(store)
  } finally {
    store.close()
  }
}

export interface RollbackOptions extends RestoreOptions {
  /** The states as they were: nothing that came later is made again. */
  readonly whole?: boolean
}

export interface RollbackResult extends RestoreResult {
  /** What of later changes stays, and what goes, by file. */
  readonly carried: ReadonlyMap<string, Carried>
}

/**
 * Put files back to a state that is remembered, and make the good edits again that came after it. What does not parse now is recovered.
 * @throws CfgsyncError as {@link restoreFiles}, and when the state is not known
 */
export async function rollback(
  project: Project,
  paths: readonly string[],
  target: Target,
  options: RollbackOptions,
): Promise<RollbackResult> {
  const names = paths.map((path) => {
    const name = projectPath(project, path)
    refuseOutside(project, path, name)
    return name
  })
  const made = "lastGood" in target ? [...new Set(names)].flatMap((name) => templateOf(project, name) ?? []) : []
  const known = [...new Set(names)].filter((name) => !made.some(({ path }) => path === name))
  const { wanted, contents, courses } = await remembered(project, known, target, options)
  const carried = options.whole === true ? new Map<string, Carried>() : await carryOver(project, courses, options)
  const all = new Map([...contents, ...made.map(({ path, content }) => [path, content] as const)])
  for (const [path, { source }] of carried) all.set(path, encode(source.text, source.bom))
  const fresh = made.map(({ path }): Wanted => ({ path, hash: "" }))
  return { ...(await restoreFiles(project, [...wanted, ...fresh], all, options)), carried }
}

interface Remembered {
  readonly wanted: readonly Wanted[]
  readonly contents: ReadonlyMap<string, Uint8Array | null>
  readonly courses: readonly FileCourse[]
}

async function remembered(
  project: Project,
  names: readonly string[],
  target: Target,
  options: RestoreOptions,
): Promise<Remembered> {
  if (names.length === 0) return { wanted: [], contents: new Map(), courses: [] }
  return withStore(project, options, async (store) => {
    const items = historyOf(store, project)
    const wanted = names.map((name) => stateOf(name, target, items, store, project))
    const contents = await contentsOf(project, store, wanted)
    const courses: FileCourse[] = []
    for (const each of wanted)
      courses.push(await courseOf(project, store, each, laterStates(each, target, items), "lastGood" in target))
    return { wanted, contents, courses }
  })
}

function stateOf(path: string, target: Target, items: readonly HistoryItem[], store: Store, project: Project): Wanted {
  if ("lastGood" in target) {
    const good = store.knownGood().get(keyOf(store.place, project.root, path))
    if (good !== undefined) return { path, hash: good.hash, mode: good.mode }
    throw new CfgsyncError("not-possible-here", `nothing is known to be good of ${path}`, "`cfgsync accept` says so")
  }
  const last = items.at(-1)?.id ?? 0
  if ("to" in target && !items.some(({ id }) => id === target.to))
    throw new CfgsyncError("usage", `there is no change ${target.to}`, `they go up to ${last}: cfgsync history`)
  const mine = ofFile(items, path).filter(
    (item) =>
      item.kind === "accepted" ||
      item.kind === "seen" ||
      (item.kind === "change" && item.outcome === "written") ||
      isNamed(item, target),
  )
  const earlier = mine.filter((item) => ("to" in target ? item.id <= target.to : item.time < target.before))
  const state = earlier.length > 0 ? sideOf(earlier.at(-1), path, "after") : sideOf(mine[0], path, "before")
  if (state !== undefined) return state
  throw new CfgsyncError(
    "not-possible-here",
    `nothing is remembered of ${path} at that time`,
    "`cfgsync history` lists",
  )
}

/** What another tool remembered is a state only for who asks for just that: when it stood on the disk is that tool's word. */
function isNamed(item: HistoryItem | undefined, target: Target): boolean {
  return item?.kind === "imported" && "to" in target && item.id === target.to
}

/** The states of a file that are known to have followed the one that is wanted, oldest first. */
function laterStates(
  { path, hash }: Wanted,
  target: Target,
  items: readonly HistoryItem[],
): readonly (string | null)[] {
  // Nobody knows what came between the state that another tool remembered and those that cfgsync knows.
  if ("to" in target && items.some((item) => isNamed(item, target))) return []
  const mine = ofFile(items, path).filter(
    (item) => item.kind !== "imported" && (item.kind !== "change" || item.outcome === "written"),
  )
  const sides = mine.flatMap((item) =>
    (["before", "after"] as const).flatMap((side) => {
      const state = sideOf(item, path, side)
      return state === undefined ? [] : [{ item, side, hash: state.hash }]
    }),
  )
  if ("lastGood" in target) return sides.slice(sides.findLastIndex((each) => each.hash === hash) + 1).map(hashOf)
  const later = sides.filter(({ item }) => ("to" in target ? item.id > target.to : item.time >= target.before))
  return later.map(hashOf)
}

function hashOf({ hash }: { readonly hash: string | null }): string | null {
  return hash
}

/** What an item says of a file: after it, or before it. */
function sideOf(item: HistoryItem | undefined, path: string, side: "before" | "after"): Wanted | undefined {
  if (item?.kind === "accepted") {
    const file = side === "after" ? item.files.find((each) => each.path === path) : undefined
    return file === undefined ? undefined : { path, hash: file.hash, mode: file.mode }
  }
  if (item?.kind === "imported") {
    const file = item.files.find((each) => each.path === path)
    if (side === "before" || file === undefined || !("hash" in file)) return undefined
    return { path, hash: file.hash, mode: file.mode }
  }
  const files: readonly SeenFile[] = item?.kind === "change" || item?.kind === "seen" ? item.files : []
  const file = files.find((each) => each.path === path)
  if (file === undefined) return undefined
  const mode = side === "after" ? file.mode : file.modeBefore
  return { path, hash: file[side], ...(mode === undefined ? {} : { mode }) }
}

export interface UndoResult extends RestoreResult {
  /** The change that was taken back. */
  readonly change: Change
  /** What was put into git's index with it, and stays there. */
  readonly staged?: Staged
}

/**
 * Take back a change that cfgsync made, whole: by its id, or the last that is neither taken back nor itself a taking back.
 * @throws CfgsyncError `file-changed` when a file is no longer what the change made of it: later changes would be lost.
 */
export async function undo(project: Project, id: number | undefined, options: RestoreOptions): Promise<UndoResult> {
  const { change, staged, wanted, contents } = await withStore(project, options, async (store) => {
    const items = historyOf(store, project)
    const change = chosen(items, id)
    const staged = items.find((item): item is Staged => item.kind === "staged" && item.beside === change.id)
    const wanted = change.files.flatMap(({ path }) => sideOf(change, path, "before") ?? [])
    return { change, staged, wanted, contents: await contentsOf(project, store, wanted) }
  })
  for (const { path, after } of change.files) {
    if (options.unsafe || hashOnDisk(project.system, path) === after) continue
    throw new CfgsyncError(
      "file-changed",
      `${path} was changed since change ${change.id}, so taking that back would lose the later change`,
      `cfgsync rollback ${path} --to ID chooses a state; --unsafe takes it back all the same`,
    )
  }
  const restored = await restoreFiles(project, wanted, contents, { ...options, undoes: change.id })
  return { change, ...(staged === undefined ? {} : { staged }), ...restored }
}

/** What stands in git's index or in a commit is git's to take back. */
function refuseStaged(items: readonly HistoryItem[], id: number | undefined): void {
  const last = items.findLast((item) => item.kind === "change" || item.kind === "staged")
  const item = id === undefined ? last : items.find((each) => each.id === id)
  if (item?.kind !== "staged" || (id === undefined && item.beside !== undefined)) return
  const [file] = item.files
  const was =
    file?.blobBefore === undefined ? "" : `; \`git cat-file blob ${file.blobBefore}\` shows what was staged before`
  throw new CfgsyncError(
    "not-possible-here",
    `${item.id} is a repair in git's index, of ${item.files.map(({ path }) => path).join(", ")}, which undo does not touch`,
    `git takes it back: \`git restore --staged FILE\` before the commit, a new commit after it${was}. \`cfgsync undo ID\` takes back another change`,
  )
}

function chosen(items: readonly HistoryItem[], id: number | undefined): Change {
  refuseStaged(items, id)
  const changes = items.filter((item): item is Change => item.kind === "change")
  const change =
    id === undefined
      ? changes.findLast(
          ({ outcome, undoneBy, undoes }) => outcome === "written" && undoneBy === undefined && undoes === undefined,
        )
      : changes.find((each) => each.id === id)
  if (change === undefined)
    throw new CfgsyncError(
      id === undefined ? "not-possible-here" : "usage",
      id === undefined ? "there is no change to take back" : `there is no change ${id}`,
      "`cfgsync history` lists them",
    )
  if (change.outcome !== "written")
    throw new CfgsyncError("usage", `change ${change.id} was not made, so there is nothing to take back`)
  if (change.undoneBy !== undefined)
    throw new CfgsyncError("usage", `change ${change.id} was taken back already, by change ${change.undoneBy}`)
  return change
}
