import { join } from "node:path"
import { type Acceptance, type Policy, type Priority, priorities } from "../model/policy.ts"
import { stampOf } from "../store/stamp.ts"
import type { KnownGood } from "../store/store.ts"
import { listFiles } from "../system/list.ts"
import { isSettled, type Look, lookerBelow } from "../system/look.ts"
import { WalkMemory } from "../system/walkMemory.ts"
import type { Drifts, Since, Told } from "./drift.ts"
import { hashOnDisk } from "./hashOnDisk.ts"
import { octal } from "./octal.ts"
import { policiesOf } from "./policy.ts"
import { type Project, projectPath } from "./project.ts"
import { refuseOutside, selectFiles } from "./selectFiles.ts"
import {
  type Contents,
  type Good,
  type Held,
  keepStatus,
  type Recalled,
  recallStatus,
  type StatusMemory,
} from "./statusMemory.ts"
import { placeOf } from "./storePlace.ts"
import { type ClientUpgrade, mayBeRead } from "./upgradeText.ts"

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
  /** The client that reads it is another version than when it was accepted. */
  readonly upgrade?: ClientUpgrade
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
  const sight = new Sight(project, memory)
  const onDisk = (path: string) => sight.of(path)
  if (memory !== undefined && memory.stamp === stampHere(project)) {
    const files = remembered(project, filesOf(sight.project, paths, memory.good), onDisk, memory)
    if (files !== undefined) {
      if (sight.tree !== memory.tree) keepStatus(project.root, { ...memory, tree: sight.tree })
      return byPriority(files)
    }
  }
  return byPriority(await found(project, paths, sight, tell, memory))
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
  const files = remembered(project, withGood([...there].sort(), memory.good), onDisk, memory)
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
  { good: goods, acceptances }: StatusMemory,
): readonly FileStatus[] | undefined {
  const policy = policiesOf(project.settings.files)
  const files: FileStatus[] = []
  for (const path of paths) {
    const [known, { acceptance, priority, chosen }] = [goods.get(path), policy(path)]
    const since = acceptances.get(known?.accepted ?? 0)
    if (known === undefined || since === undefined) return undefined
    if (standingOf(onDisk(path), known, acceptance, () => ({})) !== "clean") return undefined
    const good = { hash: known.hash, accepted: known.accepted }
    files.push({ path, state: "clean", priority, acceptance: chosen ? acceptance : null, good, since })
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
  const files = filesOf(sight.project, paths, good).map((path) => {
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
    (sight.isNews || stamp !== memory?.stamp || sight.tree !== memory.tree) &&
    stamp === stampHere(project)
  )
    keepStatus(project.root, { stamp, good, acceptances, contents: sight.contents(), tree: sight.tree })
  const waiting = await waitingAmong(project, drifts, files)
  return files.map((found) => {
    const file = waiting.has(found.path) ? { ...found, state: "pending" as const } : found
    const since = file.state === "clean" ? acceptances.get(file.good?.accepted ?? 0) : file.since
    return since === undefined ? file : { ...file, since }
  })
}

/** What permits more waits for a person whatever its policy is, except where it is put back. */
async function waitingAmong(
  project: Project,
  drifts: Drifts,
  files: readonly FileStatus[],
): Promise<ReadonlySet<string>> {
  const drifted = files.filter(({ state, acceptance }) => state === "drifted" && acceptance !== "strict")
  if (drifted.length === 0) return new Set()
  const { permittingMore } = await import("./permitting.ts")
  return permittingMore(
    project,
    drifts,
    drifted.map(({ path }) => path),
  )
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
  const inside = [...good.keys()].filter((path) => !path.startsWith("/"))
  const same = inside.length === selected.length && inside.every((path, at) => path === selected[at])
  return same ? selected : [...new Set([...selected, ...inside])].sort()
}

/** With what became of clients since; a file that is not clean has to be looked at anyway. */
export async function withUpgrades(project: Project, files: readonly FileStatus[]): Promise<readonly FileStatus[]> {
  const read = files.flatMap(({ path, state }) => (state === "clean" && mayBeRead(path) ? [path] : []))
  if (read.length === 0) return files
  const [{ clientUpgrades }, { Drifts }, { findingsIn }] = await Promise.all([
    import("./clientUpgrades.ts"),
    import("./drift.ts"),
    import("./check.ts"),
  ])
  const found = await clientUpgrades(project, await Drifts.open(project), read, findingsIn)
  const upgrades = new Map(found.map((each) => [each.path, each]))
  return files.map((file) => {
    const upgrade = upgrades.get(file.path)
    return upgrade === undefined ? file : { ...file, upgrade }
  })
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

/** What stands on the disk; files and folders that look as they did when they were last read are not read again. */
class Sight {
  /** Lists its files so. */
  readonly project: Project
  readonly #known: Contents | undefined
  readonly #look: (path: string) => Look | null
  readonly #moment = Date.now()
  readonly #same: string[] = []
  readonly #news = new Map<string, Held>()
  readonly #walks: WalkMemory

  constructor(project: Project, memory: Recalled | undefined) {
    const { root, system } = project
    const list = (patterns: readonly string[], ignore: readonly string[]) =>
      listFiles(root, patterns, ignore, this.#walks)
    this.project = { ...project, system: { ...system, list } }
    this.#known = memory?.contents
    this.#walks = new WalkMemory(root, memory?.tree)
    this.#look = lookerBelow(root)
  }

  /** Whether something was read that need not be read the next time. */
  get isNews(): boolean {
    return this.#news.size > 0
  }

  get tree(): StatusMemory["tree"] {
    return this.#walks.tree
  }

  /** By what looks, as far as those are settled. */
  contents(): ReadonlyMap<string, Held> {
    const same = this.#same.flatMap((path) => {
      const known = this.#known?.get(path)
      return known === undefined ? [] : [[path, known] as const]
    })
    return new Map([...same, ...this.#news].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  of(path: string): OnDisk {
    // Before it is read: whoever changes it from then on changes how it looks.
    const look = this.#look(path)
    const known = look === null ? undefined : this.#known?.hashIf(path, look)
    if (look !== null && known !== undefined) {
      this.#same.push(path)
      return { hash: known, mode: octal(look.mode) }
    }
    const { system } = this.project
    const hash = hashOnDisk(system, path)
    if (hash === null || hash === "") return { hash }
    if (look !== null && isSettled(look, this.#moment)) this.#news.set(path, { hash, look })
    const mode = system.stat(path)?.mode
    return { hash, ...(mode === undefined ? {} : { mode: octal(mode) }) }
  }
}
