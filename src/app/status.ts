import { type Acceptance, type Priority, priorities } from "../model/policy.ts"
import type { KnownGood } from "../store/store.ts"
import { Drifts, octal, type Since, type Told } from "./drift.ts"
import { type Project, projectPath } from "./project.ts"
import { hashOnDisk, openProjectStore } from "./projectStore.ts"
import { refuseOutside, selectFiles } from "./selectFiles.ts"

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
  // A store that is damaged is found, set aside and told of here.
  const store = await openProjectStore(project, { create: false, tell })
  store?.close()
  const drifts = await Drifts.open(project)
  const files = filesOf(project, paths, drifts).map((path) => fileStatus(path, project, drifts))
  const clean = files.flatMap(({ state, good }) => (state === "clean" && good !== undefined ? [good.accepted] : []))
  const accepted = drifts.acceptances(clean)
  return files
    .map((file) => {
      const since = file.state === "clean" ? accepted.get(file.good?.accepted ?? 0) : file.since
      return since === undefined ? file : { ...file, since }
    })
    .sort((a, b) => priorities.indexOf(a.priority) - priorities.indexOf(b.priority))
}

function filesOf(project: Project, paths: readonly string[], drifts: Drifts): readonly string[] {
  const good = drifts.known()
  const inside = [...good.keys()].filter((path) => paths.length === 0 && !path.startsWith("/"))
  const named = paths.length === 0 ? [] : paths.map((path) => nameOf(project, path)).filter((path) => good.has(path))
  const there = paths.filter((path) => !named.includes(nameOf(project, path)))
  const selected = paths.length > 0 && there.length === 0 ? [] : selectFiles(project, there)
  return [...new Set([...selected, ...inside, ...named])].sort()
}

/** A file as the project calls it. @throws CfgsyncError `path-invalid` for one outside of it */
export function nameOf(project: Project, path: string): string {
  const name = projectPath(project, path)
  refuseOutside(project, path, name)
  return name
}

function fileStatus(path: string, project: Project, drifts: Drifts): FileStatus {
  const good = drifts.good(path)
  const { acceptance, priority, chosen } = drifts.policy(path)
  const disk = onDisk(path, project)
  let told: Told | undefined
  const ask = () => {
    told ??= drifts.told(path)
    return told
  }
  const state = standingOf(disk, good, acceptance, ask)
  return {
    path,
    state,
    priority,
    acceptance: chosen ? acceptance : null,
    ...(state === "clean" || state === "new" || told === undefined ? {} : sinceOf(disk.hash, told)),
    ...(good === undefined ? {} : { good: { hash: good.hash, accepted: good.accepted } }),
  }
}

/** Of the content that is there now; of another nothing is known. */
function sinceOf(hash: string | null, { content, since }: Told): Pick<FileStatus, "since"> {
  return content === hash && since !== undefined ? { since } : {}
}

function onDisk(path: string, { system }: Project): OnDisk {
  const hash = hashOnDisk(system, path)
  const mode = hash === null || hash === "" ? undefined : system.stat(path)?.mode
  return { hash, ...(mode === undefined ? {} : { mode: octal(mode) }) }
}
