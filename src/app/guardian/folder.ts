import { existsSync, readdirSync, realpathSync, statSync } from "node:fs"
import { basename, join, relative, resolve } from "node:path"
import {
  type ChangeLog,
  type Inventory,
  type Metadata,
  momentOf,
  readChangeLog,
  readInventory,
  readMetadata,
} from "../../../plugins/config-guardian/index.ts"
import { CfgsyncError } from "../../model/errors.ts"
import { decode } from "../../model/source.ts"
import { configFolder } from "../../store/place.ts"
import { sha256 } from "../../system/hash.ts"
import { openSystem } from "../../system/real.ts"
import type { System } from "../../system/system.ts"
import type { Project } from "../project.ts"
import { refuseOutside } from "../selectFiles.ts"
import { environmentOf } from "../storePlace.ts"

/** Something about a file of config-guardian's; `error`: somebody must look at it. */
export interface Remark {
  readonly file: string
  readonly severity: "error" | "info"
  readonly message: string
}

export interface Snapshot {
  readonly name: string
  /** Milliseconds since 1970; absent: nothing says when it was taken. */
  readonly taken?: number
  /** Absent: there is none that can be read. */
  readonly metadata?: Metadata
  /** Below the snapshot, forward slashes. */
  readonly files: readonly string[]
}

/** What the tool config-guardian keeps in a folder. Nothing in it is ever changed. */
export interface GuardianFolder {
  readonly folder: string
  readonly system: System
  /** `hash`: SHA-256 of its text. */
  readonly inventory?: Inventory & { readonly hash: string }
  /** Oldest first. */
  readonly snapshots: readonly Snapshot[]
  readonly log?: ChangeLog & { readonly file: string }
  readonly remarks: readonly Remark[]
}

const name = "config-guardian"
/** What lies deeper, or is more, is no snapshot of configuration. */
const mostDepth = 16
const mostFiles = 5_000
const mostRemarks = 20

/**
 * The folders of config-guardian that concern a project: the one that is named, else its own and that of the user.
 * @throws CfgsyncError `file-not-found`, `path-invalid`
 */
export function guardianFolders(project: Project, argument: string | undefined): readonly string[] {
  if (argument !== undefined) {
    const folder = resolve(project.cwd, argument)
    if (isFolder(folder)) return [realpathSync(folder)]
    throw new CfgsyncError("file-not-found", `${argument} is no folder`, "name the folder that inventory.json lies in")
  }
  const own = join(project.root, name)
  const places = [own, join(configFolder(environmentOf(project)), "..", name)].filter(isFolder)
  const folders = [...new Set(places.map((place) => realpathSync(place)))]
  const [first] = folders
  if (first !== undefined && places[0] === own) refuseOutside(project, `${name}/`, relative(project.root, first))
  if (folders.length > 0) return folders
  throw new CfgsyncError(
    "file-not-found",
    `there is no ${name}/ in ${project.root} and none in the user's configuration`,
    "name its folder: cfgsync import config-guardian FOLDER",
  )
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory()
}

/** Reads all that is not a content of a snapshot. What is damaged is said, and costs itself alone. */
export function readGuardian(folder: string, limit: number): GuardianFolder {
  const system = openSystem(folder)
  const desk: Desk = { system, limit, remarks: [] }
  const inventory = readOwn("inventory.json", desk, true)
  const read = inventory === undefined ? undefined : readInventory(inventory)
  if (read !== undefined) say("inventory.json", read, desk)
  const snapshots = snapshotsOf(desk)
  const logFile = ["logs/change_log.jsonl", "change_log.jsonl"].find((file) => existsSync(join(folder, file)))
  const log = logFile === undefined ? undefined : readOwn(logFile, desk, false)
  const changes = log === undefined ? undefined : readChangeLog(log)
  for (const { line, problem } of changes?.problems.slice(0, mostRemarks) ?? [])
    desk.remarks.push({ file: `${logFile}:${line}`, severity: "error", message: problem })
  return {
    folder,
    system,
    snapshots,
    remarks: desk.remarks,
    ...(read?.ok === true && inventory !== undefined
      ? { inventory: { ...read.value, hash: sha256(new TextEncoder().encode(inventory)) } }
      : {}),
    ...(changes === undefined || logFile === undefined ? {} : { log: { ...changes, file: logFile } }),
  }
}

interface Desk {
  readonly system: System
  readonly limit: number
  readonly remarks: Remark[]
}

function say(
  file: string,
  read: { readonly ok: true; readonly remarks: readonly string[] } | { readonly ok: false; readonly problem: string },
  { remarks }: Desk,
): void {
  if (!read.ok) {
    remarks.push({ file, severity: "error", message: read.problem })
    return
  }
  const left = read.remarks.length - mostRemarks
  for (const message of read.remarks.slice(0, mostRemarks)) remarks.push({ file, severity: "info", message })
  if (left > 0) remarks.push({ file, severity: "info", message: `${left} more of the kind` })
}

/** The text of one of its own files; `undefined`, and said, where it cannot be had. */
function readOwn(file: string, { system, limit, remarks }: Desk, expected: boolean): string | undefined {
  const no = (message: string, severity: Remark["severity"] = "error") => {
    remarks.push({ file, severity, message })
    return undefined
  }
  try {
    const bytes = system.read(file, limit)
    if (bytes === null) return expected ? no("it is not there") : undefined
    const decoded = decode(file, bytes)
    return decoded.ok ? decoded.source.text : no(decoded.reason)
  } catch (error) {
    if (error instanceof CfgsyncError) return no(error.message)
    throw error
  }
}

function snapshotsOf(desk: Desk): readonly Snapshot[] {
  const found = entriesIn("snapshots", desk).flatMap((entry): readonly Snapshot[] => {
    const file = `snapshots/${entry.name}`
    // The link to the newest one is no other snapshot.
    if (entry.isSymbolicLink() && entry.name === "latest") return []
    if (!entry.isDirectory()) {
      const what = entry.isSymbolicLink() ? "a link, which is not followed" : "no folder"
      desk.remarks.push({ file, severity: "info", message: `it is ${what}` })
      return []
    }
    return [snapshotOf(entry.name, desk)]
  })
  if (found.length === 0) desk.remarks.push({ file: "snapshots", severity: "info", message: "there is no snapshot" })
  return found.toSorted((a, b) => (a.taken ?? 0) - (b.taken ?? 0) || (a.name < b.name ? -1 : 1))
}

function snapshotOf(own: string, desk: Desk): Snapshot {
  const folder = `snapshots/${own}`
  const text = readOwn(`${folder}/metadata.json`, desk, true)
  const read = text === undefined ? undefined : readMetadata(text)
  if (read !== undefined) say(`${folder}/metadata.json`, read, desk)
  const metadata = read?.ok === true ? read.value : undefined
  const files = filesBelow(folder, desk).map((file) => file.slice(folder.length + 1))
  const held = files.filter((file) => basename(file) !== "metadata.json")
  if (metadata?.count !== undefined && metadata.count > held.length)
    desk.remarks.push({
      file: folder,
      severity: "error",
      message: `it holds ${held.length} of the ${metadata.count} files that its metadata.json counts`,
    })
  const taken = momentOf(own) ?? metadata?.taken
  return {
    name: own,
    files: files.filter((file) => file !== "metadata.json"),
    ...(taken === undefined ? {} : { taken }),
    ...(metadata === undefined ? {} : { metadata }),
  }
}

function filesBelow(folder: string, desk: Desk, depth = 0): readonly string[] {
  const files = entriesIn(folder, desk).flatMap((entry): readonly string[] => {
    const path = `${folder}/${entry.name}`
    const no = (message: string) => {
      desk.remarks.push({ file: path, severity: "error", message })
      return []
    }
    if (entry.isFile()) return [path]
    if (entry.isSymbolicLink()) return no("it is a link, which is not followed")
    if (!entry.isDirectory()) return no("it is no regular file")
    return depth < mostDepth ? filesBelow(path, desk, depth + 1) : no("it lies too deep to be read")
  })
  if (files.length > mostFiles)
    desk.remarks.push({ file: folder, severity: "error", message: `only the first ${mostFiles} files are read` })
  return files.slice(0, mostFiles)
}

function entriesIn(folder: string, { system, remarks }: Desk) {
  try {
    const entries = readdirSync(join(system.root, folder), { withFileTypes: true })
    return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  } catch (error) {
    if (existsSync(join(system.root, folder)))
      remarks.push({ file: folder, severity: "error", message: error instanceof Error ? error.message : String(error) })
    return []
  }
}
