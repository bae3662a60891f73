import { join } from "node:path"
import { type Acceptance, type Policy, type Priority, priorities } from "../model/policy.ts"
import { stampOf } from "../store/stamp.ts"
import type { KnownGood } from "../store/store.ts"
import { isSameLook, isSettled, type Look, lookerBelow } from "../system/look.ts"
import type { Since, Told } from "./drift.ts"
import { hashOnDisk } from "./hashOnDisk.ts"
import { octal } from "./octal.ts"
import { policiesOf } from "./policy.ts"
import { type Project, projectPath } from "./project.ts"
import { refuseOutside, selectFiles } from "./selectFiles.ts"
import { type Good, keepStatus, recallStatus, type StatusMemory } from "./statusMemory.ts"
import { placeOf } from "./storePlace.ts"

/**
 * - `clean`        as it was accepted, permissions too
 * - `drifted`      other than that; `fix` accepts it or puts it back
 * - `pending`      other than that, and a person must accept or reject it
 * - `quarantined`  it was put back too often: a person is needed
 * - `new`          nothing of it was ever accepted
 */
export type Standing = "clean" | "drifted" | "pending" | "missing" | "unreadable" | "quarantined" | "new"

export interface FileStatus {
  readonly path: string
  readonly state: Standing
  readonly priority: Priority
  /** `null`: the configuration says nothing. */
  readonly acceptance: Acceptance | null
  /** Since when it is so, and who made, saw or accepted it, as far as the log knows. */
  readonly since?: Since
  /** What is known to be good of it. */
  readonly good?: Pick<KnownGood, "hash" | "accepted">
}

/** What stands on the disk. `hash: null`: nothing; `""`: it cannot be read. `mode` is octal digits. */
export interface OnDisk {
  readonly hash: string | null
  readonly mode?: string
}

/** How a file stands, from all that is known of it. */
export function standingOf(
  { hash, mode }: OnDisk,
  good: Pick<KnownGood, "hash" | "mode"> | undefined,
  acceptance: Acceptance,
  told: () => Told,
): Standing {
  if (hash === "") return "unreadable"
  if (good === undefined) return hash === null ? "missing" : "new"
  if (hash === good.hash && mode === good.mode) return "clean"
  const { waiting } = told()
  if (waiting?.kind === "quarantined" && waiting.hash === hash) return "quarantined"
  if (hash === null) return "missing"
  return acceptance === "ask" || (waiting?.kind === "pending" && waiting.hash === hash) ? "pending" : "drifted"
}

/** How every managed file stands to its known-good state, and every other file that has one; by priority, then by path. */
export async function statusOf(
  project: Project,
  paths: readonly string[],
  tell: (notice: string) => void,
): Promise<readonly FileStatus[]> {
  const memory = recallStatus(project.root)
  const sight = new Sight(project, memory?.contents)
  const files =
    (memory !== undefined && memory.stamp === stampHere(project)
      ? remembered(project, filesOf(project, paths, memory.good), (path) => sight.of(path), memory)
      : undefined) ?? (await found(project, paths, sight, tell, memory))
  return byPriority(files)
}

/**
 * The same of the whole project, for who knows what its files hold. @param there the managed files, each once
 * @returns `undefined` where that is not enough to tell
 */
export function statusFrom(
  project: Project,
  there: readonly string[],
  onDisk: (path: string) => OnDisk,
): readonly FileStatus[] | undefined {
  const memory = recallStatus(project.root)
  if (memory === undefined || memory.stamp !== stampHere(project)) return undefined
  const files = remembered(project, withGood(there, memory.good), onDisk, memory)
  return files === undefined ? undefined : byPriority(files)
}

function byPriority(files: readonly FileStatus[]): readonly FileStatus[] {
  return files.toSorted((a, b) => priorities.indexOf(a.priority) - priorities.indexOf(b.priority))
}

/** What the store looks like; `undefined`: there is none, or something of it is under way. */
function stampHere(project: Project): string | undefined {
  return stampOf(join(placeOf(project).folder, "store.db")) ?? undefined
}

/** Where the store is to the nanosecond what it was then, it need not be opened. @returns `undefined` when a file is not clean: the log knows more of it */
function remembered(
  project: Project,
  paths: readonly string[],
  onDisk: (path: string) => OnDisk,
  { good, acceptances }: StatusMemory,
): readonly FileStatus[] | undefined {
  const policy = policiesOf(project.settings.files)
  const files: FileStatus[] = []
  for (const path of paths) {
    const file = fileStatus(path, onDisk(path), { good: good.get(path), policy: policy(path), told: () => ({}) })
    const since = acceptances.get(file.good?.accepted ?? 0)
    if (file.state !== "clean" || since === undefined) return undefined
    files.push({ ...file, since })
  }
  return files
}

async function found(
  project: Project,
  paths: readonly string[],
  sight: Sight,
  tell: (notice: string) => void,
  memory: StatusMemory | undefined,
): Promise<readonly FileStatus[]> {
  const [{ openProjectStore }, { Drifts }] = await Promise.all([import("./projectStore.ts"), import("./drift.ts")])
  // A store that is damaged is found, set aside and told of here.
  const store = await openProjectStore(project, { create: false, tell })
  store?.close()
  const stamp = stampHere(project)
  const drifts = await Drifts.open(project)
  const good = drifts.known()
  const files = filesOf(project, paths, good).map((path) => {
    let told: Told | undefined
    const ask = () => {
      told ??= drifts.told(path)
      return told
    }
    return fileStatus(path, sight.of(path), { good: good.get(path), policy: drifts.policy(path), told: ask })
  })
  const clean = files.flatMap(({ state, good }) => (state === "clean" && good !== undefined ? [good.accepted] : []))
  const acceptances = drifts.acceptances(clean)
  if (
    stamp !== undefined &&
    paths.length === 0 &&
    (sight.isNews || stamp !== memory?.stamp) &&
    stamp === stampHere(project)
  )
    keepStatus(project.root, { stamp, good, acceptances, contents: sight.contents })
  return files.map((file) => {
    const since = file.state === "clean" ? acceptances.get(file.good?.accepted ?? 0) : file.since
    return since === undefined ? file : { ...file, since }
  })
}

function filesOf(
  project: Project,
  paths: readonly string[],
  good: { keys(): Iterable<string>; has(path: string): boolean },
): readonly string[] {
  const named = paths.length === 0 ? [] : paths.map((path) => nameOf(project, path)).filter((path) => good.has(path))
  const there = paths.filter((path) => !named.includes(nameOf(project, path)))
  const selected = paths.length > 0 && there.length === 0 ? [] : selectFiles(project, there)
  return paths.length === 0 ? withGood(selected, good) : [...new Set([...selected, ...named])].sort()
}

/** Of what is known good also what is there no longer. */
function withGood(selected: readonly string[], good: { keys(): Iterable<string> }): readonly string[] {
  return [...new Set([...selected, ...[...good.keys()].filter((path) => !path.startsWith("/"))])].sort()
}

/** A file as the project calls it. @throws CfgsyncError `path-invalid` for one outside of it */
export function nameOf(project: Project, path: string): string {
  const name = projectPath(project, path)
  refuseOutside(project, path, name)
  return name
}

interface Known {
  readonly good: Good | undefined
  readonly policy: Policy
  readonly told: () => Told
}

function fileStatus(path: string, disk: OnDisk, { good, policy, told }: Known): FileStatus {
  const { acceptance, priority, chosen } = policy
  const state = standingOf(disk, good, acceptance, told)
  return {
    path,
    state,
    priority,
    acceptance: chosen ? acceptance : null,
    ...(state === "clean" || state === "new" || good === undefined ? {} : sinceOf(disk.hash, told())),
    ...(good === undefined ? {} : { good: { hash: good.hash, accepted: good.accepted } }),
  }
}

/** Of the content that is there now; of another nothing is known. */
function sinceOf(hash: string | null, { content, since }: Told): Pick<FileStatus, "since"> {
  return content === hash && since !== undefined ? { since } : {}
}

/** What stands on the disk; a file that looks as it did when it was last read is not read again. */
class Sight {
  readonly #project: Project
  readonly #known: StatusMemory["contents"]
  readonly #look: (path: string) => Look | null
  readonly #moment = Date.now()
  /** By what looks, as far as those are settled. */
  readonly contents = new Map<string, { readonly hash: string; readonly look: Look }>()
  #news = false

  constructor(project: Project, known: StatusMemory["contents"] = new Map()) {
    this.#project = project
    this.#known = known
    this.#look = lookerBelow(project.root)
  }

  /** Whether something was read that need not be read the next time. */
  get isNews(): boolean {
    return this.#news
  }

  of(path: string): OnDisk {
    // Before it is read: whoever changes it from then on changes how it looks.
    const look = this.#look(path)
    const known = look === null ? undefined : this.#known.get(path)
    if (look !== null && known !== undefined && isSameLook(known.look, look)) {
      this.contents.set(path, known)
      return { hash: known.hash, mode: octal(look.mode) }
    }
    const { system } = this.#project
    const hash = hashOnDisk(system, path)
    if (hash === null || hash === "") return { hash }
    if (look !== null && isSettled(look, this.#moment)) {
      this.contents.set(path, { hash, look })
      this.#news = true
    }
    const mode = system.stat(path)?.mode
    return { hash, ...(mode === undefined ? {} : { mode: octal(mode) }) }
  }
}
