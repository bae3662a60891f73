import type { LoggedChange } from "../../../plugins/config-guardian/index.ts"
import type { Priority } from "../../model/policy.ts"
import type { Actor } from "../../store/entry.ts"
import type { Glimpse } from "../../store/glimpse.ts"
import { keyOf } from "../../store/place.ts"
import { sha256 } from "../../system/hash.ts"
import { isAgent } from "../actor.ts"
import { Drifts } from "../drift.ts"
import { saysPriority } from "../policy.ts"
import type { Project } from "../project.ts"
import { hasStore, placeOf } from "../storePlace.ts"
import { type GuardianFolder, type Remark, readGuardian, type Snapshot } from "./folder.ts"
import { type JudgedFile, judgeSnapshot } from "./judge.ts"
import { Targets } from "./target.ts"

/** A file of the inventory. `path` is in the project where it is there; `reason`: why it is none of it. */
interface InventoriedFile {
  readonly name: string
  readonly path: string
  readonly priority?: Priority
  readonly reason?: string
}

interface PlannedSnapshot {
  readonly snapshot: Snapshot
  readonly files: readonly JudgedFile[]
  /** Those of them that no earlier import told of. */
  readonly fresh: readonly JudgedFile[]
  /** Those that one told of, and whose content could not be kept then. */
  readonly unkept: readonly JudgedFile[]
}

/** A change that config-guardian logged; `path` in the project. */
export type PlannedChange = LoggedChange & { readonly path: string; readonly hash: string }

export interface PlannedFolder {
  readonly folder: GuardianFolder
  readonly inventory: readonly InventoriedFile[]
  /** Whether no earlier import told of this inventory. */
  readonly isFresh: boolean
  readonly snapshots: readonly PlannedSnapshot[]
  /** Those that no earlier import told of. */
  readonly changes: readonly PlannedChange[]
  readonly remarks: readonly Remark[]
}

/** A file of which nothing is known good yet, and the newest good state that a snapshot has. */
export interface Adoption {
  readonly path: string
  readonly file: JudgedFile
  readonly snapshot: Snapshot
}

export interface ImportPlan {
  readonly folders: readonly PlannedFolder[]
  readonly adopted: readonly Adoption[]
  /** Of files of which the configuration says none, and that are not medium. */
  readonly priorities: ReadonlyMap<string, Priority>
}

/** What an import would do. Nothing is written. @throws CfgsyncError when rules or configuration are wrong */
export async function planImport(project: Project, folders: readonly string[], actor: Actor): Promise<ImportPlan> {
  const targets = new Targets(project)
  const glimpse = hasStore(project) ? new (await import("../../store/glimpse.ts")).Glimpse(placeOf(project)) : undefined
  const known = knownImports(glimpse)
  const isKept = (hash: string) => glimpse?.content(hash) !== undefined
  const planned: PlannedFolder[] = []
  for (const folder of folders) {
    const read = readGuardian(folder, project.settings.limits.size)
    planned.push(await planFolder(project, read, targets, known, isKept))
  }
  const drifts = await Drifts.open(project)
  const adopted = new Map<string, Adoption>()
  const remarks: Remark[] = []
  const snapshots = planned.flatMap((each) => each.snapshots)
  for (const { snapshot, files } of snapshots.toSorted((a, b) => (a.snapshot.taken ?? 0) - (b.snapshot.taken ?? 0)))
    for (const file of files) {
      const { path } = file
      if (file.verdict !== "good" || drifts.good(path) !== undefined || !targets.isThere(path)) continue
      const { chosen, acceptance } = drifts.policy(path)
      if (chosen && acceptance !== "auto" && isAgent(actor)) {
        const message = `its changes wait for a person, and this is run by ${actor.name}: nothing is known-good by it`
        remarks.push({ file: path, severity: "error", message })
      } else adopted.set(path, { path, file, snapshot })
    }
  const said = new Map<string, Priority>()
  // The folder of the project comes before that of the user.
  for (const { path, priority, reason } of planned.flatMap(({ inventory }) => inventory))
    if (priority !== undefined && reason === undefined && !said.has(path) && !saysPriority(project, path))
      said.set(path, priority)
  const priorities = new Map([...said].filter(([, priority]) => priority !== "medium"))
  const unique = remarks.filter(({ file }, index) => remarks.findIndex((each) => each.file === file) === index)
  const [first, ...rest] = planned
  return {
    folders: first === undefined ? [] : [{ ...first, remarks: [...first.remarks, ...unique] }, ...rest],
    adopted: [...adopted.values()],
    priorities,
  }
}

/** What earlier imports told of, a text each. */
function knownImports(glimpse: Glimpse | undefined): ReadonlySet<string> {
  return new Set(
    (glimpse?.imported() ?? []).flatMap(({ part, name, files }) => [
      ...(part === "inventory" ? [`inventory ${name}`] : []),
      ...files.flatMap((file) => {
        if ("hash" in file) return [stateKey(name, file.path, file.hash, file.good)]
        return "line" in file ? [`line ${file.line}`] : []
      }),
    ]),
  )
}

function stateKey(snapshot: string, key: string, hash: string, good: boolean): string {
  return JSON.stringify([snapshot, key, hash, good])
}

async function planFolder(
  project: Project,
  folder: GuardianFolder,
  targets: Targets,
  known: ReadonlySet<string>,
  isKept: (hash: string) => boolean,
): Promise<PlannedFolder> {
  const place = placeOf(project)
  const isKnown = ({ path, hash = "", verdict }: JudgedFile, { name }: Snapshot) =>
    known.has(stateKey(name, keyOf(place, project.root, path), hash, verdict === "good"))
  const snapshots: PlannedSnapshot[] = []
  for (const snapshot of folder.snapshots) {
    const files = await judgeSnapshot(project, folder, snapshot, targets)
    const states = files.filter(({ verdict }) => verdict === "good" || verdict === "kept")
    const fresh = states.filter((file) => !isKnown(file, snapshot))
    const unkept = states.filter((file) => isKnown(file, snapshot) && !isKept(file.hash ?? ""))
    snapshots.push({ snapshot, files, fresh, unkept })
  }
  const base = folder.snapshots.findLast(({ metadata }) => metadata?.folder !== undefined)?.metadata?.folder
  const inventory = (folder.inventory?.files ?? []).map((file): InventoriedFile => {
    const { name, priority } = file
    const target = targets.of(file.path, base)
    return {
      name,
      ...(target.ok ? { path: target.path } : { path: file.path, reason: target.reason }),
      ...(priority === undefined ? {} : { priority }),
    }
  })
  const byName = new Map(inventory.flatMap(({ name, path, reason }) => (reason === undefined ? [[name, path]] : [])))
  const seen = new Set<string>()
  const changes = (folder.log?.changes ?? []).flatMap((change): readonly PlannedChange[] => {
    const hash = sha256(new TextEncoder().encode(change.text))
    const written = byName.get(change.name) ?? change.name
    const target = targets.of(written, byName.has(change.name) ? undefined : base)
    if (!target.ok || known.has(`line ${hash}`) || seen.has(hash)) return []
    seen.add(hash)
    return [{ ...change, hash, path: target.path }]
  })
  const isTold = folder.inventory === undefined || known.has(`inventory ${folder.inventory.hash}`)
  const isOurs = inventory.some(({ reason }) => reason === undefined)
  return { folder, inventory, isFresh: !isTold && isOurs, snapshots, changes, remarks: folder.remarks }
}
