import { type Fingerprint, isOf, type Metadata } from "../../../plugins/config-guardian/index.ts"
import { CfgsyncError } from "../../model/errors.ts"
import type { FileVersion } from "../../model/plan.ts"
import { decode } from "../../model/source.ts"
import { sha256 } from "../../system/hash.ts"
import { shortcomingsOf } from "../goodness.ts"
import { octal } from "../octal.ts"
import type { Project } from "../project.ts"
import { openRun } from "../run.ts"
import type { GuardianFolder, Snapshot } from "./folder.ts"
import type { Targets } from "./target.ts"

/**
 * - `good`     it is what its metadata say, and a check finds no error in it
 * - `kept`     it is kept, and not called good
 * - `refused`  it is not what its metadata say, or cannot be read: nothing of it is kept
 * - `skipped`  it is no file of this project
 */
type Verdict = "good" | "kept" | "refused" | "skipped"

/** A file of a snapshot. */
export interface JudgedFile {
  /** Below the snapshot. */
  readonly name: string
  readonly verdict: Verdict
  readonly reasons: readonly string[]
  /** In the project, where it is there; else as it is written. */
  readonly path: string
  readonly hash?: string
  readonly mode?: string
  readonly size?: number
}

type Found = JudgedFile & { readonly content?: Uint8Array }

/** How long after the inventory the snapshot of the same state may be taken, and how far the clocks of the two may be apart: zones. */
const day = 24 * 3_600_000

/** The snapshot that was taken of what the inventory saw: the first after it. */
function inventoried({ inventory, snapshots }: GuardianFolder): Snapshot | undefined {
  const taken = inventory?.taken
  if (taken === undefined) return undefined
  return snapshots.find((each) => each.taken !== undefined && each.taken > taken - day / 2 && each.taken < taken + day)
}

/** Judges each file of a snapshot. @throws CfgsyncError when rules or configuration are wrong */
export async function judgeSnapshot(
  project: Project,
  folder: GuardianFolder,
  snapshot: Snapshot,
  targets: Targets,
): Promise<readonly JudgedFile[]> {
  const found = snapshot.files.map((name) => find(project, folder, snapshot, name, targets))
  const versions = new Map<string, FileVersion>()
  const judged = found.map((file): Found => {
    if (file.content === undefined) return file
    const decoded = decode(file.path, file.content)
    if (!decoded.ok) return { ...file, verdict: "refused", reasons: [decoded.reason] }
    if (versions.has(file.path))
      return { ...file, verdict: "refused", reasons: ["another file of the snapshot is the same file"] }
    versions.set(file.path, { source: decoded.source, ...(file.mode === undefined ? {} : { mode: file.mode }) })
    return file
  })
  const run = await openRun(project, [...versions.keys()])
  const shortcomings = versions.size === 0 ? new Map() : await shortcomingsOf(run, versions)
  return judged.map(({ content, ...file }): JudgedFile => {
    const wrong: readonly string[] = content === undefined ? [] : (shortcomings.get(file.path) ?? [])
    if (wrong.length === 0 || file.verdict === "refused") return file
    return { ...file, verdict: "kept", reasons: [...file.reasons, ...wrong] }
  })
}

/** What a file of a snapshot is, before it is checked. */
function find(project: Project, folder: GuardianFolder, snapshot: Snapshot, name: string, targets: Targets): Found {
  const { metadata } = snapshot
  const meant = meaningOf(name, folder, metadata)
  const target = targets.of(meant.path, metadata?.folder)
  if (!target.ok) return { name, path: meant.path, verdict: "skipped", reasons: [target.reason] }
  const { path } = target
  const refused = (reason: string): Found => ({ name, path, verdict: "refused", reasons: [reason] })
  let content: Uint8Array | null
  try {
    content = folder.system.read(`snapshots/${snapshot.name}/${name}`, project.settings.limits.size)
  } catch (error) {
    if (error instanceof CfgsyncError) return refused(error.message)
    throw error
  }
  if (content === null) return refused("it is gone")
  const { fingerprint } = meant
  if (fingerprint?.algorithm === null) return refused("its metadata name a hash of no known kind")
  if (fingerprint !== undefined && !isOf(fingerprint, content))
    return refused(`its content is not what its metadata say (${fingerprint.algorithm})`)
  const doubts = [
    ...(metadata === undefined ? ["there are no metadata of its snapshot"] : []),
    ...(meant.whole && fingerprint === undefined ? ["its metadata do not say of which file their hash is"] : []),
    ...(fingerprint === undefined && !isInventoried(folder, snapshot, meant, content)
      ? ["its content is not what the inventory says"]
      : []),
  ]
  const mode = targets.isThere(path) ? octal(project.system.stat(path)?.mode ?? 0o644) : "0644"
  const verdict = doubts.length === 0 ? "good" : "kept"
  return { name, path, verdict, reasons: doubts, hash: sha256(content), size: content.length, mode, content }
}

interface Meaning {
  /** As it is written. */
  readonly path: string
  readonly fingerprint?: Fingerprint
  /** What the inventory says of it. */
  readonly seen?: Fingerprint
  /** The metadata name a hash of the whole. */
  readonly whole: boolean
}

/** A snapshot calls its files by the names of the inventory; what is in a folder stands below the name of the folder. */
function meaningOf(name: string, { inventory }: GuardianFolder, metadata: Metadata | undefined): Meaning {
  const [first = "", ...below] = name.split("/")
  const own = metadata?.files.find((each) => each.name === name || each.path === name)
  const listed = inventory?.files.find((each) => each.name === name || each.path === name)
  const above = below.length === 0 ? undefined : inventory?.files.find((each) => each.name === first)
  const path =
    own?.path ?? listed?.path ?? (above === undefined ? name : [above.path.replace(/\/$/, ""), ...below].join("/"))
  // One file and one hash belong together.
  const whole = metadata?.fingerprint
  const only = metadata?.files.length === 0 && metadata.count === 1 ? whole : undefined
  const fingerprint = own?.fingerprint ?? only
  return {
    path,
    whole: whole !== undefined,
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(listed?.fingerprint === undefined ? {} : { seen: listed.fingerprint }),
  }
}

/** Whether a content of the snapshot that was taken of what the inventory saw is what that saw; of any other nothing can be told. */
function isInventoried(folder: GuardianFolder, snapshot: Snapshot, { seen }: Meaning, content: Uint8Array): boolean {
  return seen === undefined || inventoried(folder) !== snapshot || isOf(seen, content)
}
