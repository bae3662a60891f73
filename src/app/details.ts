import type { Actor } from "../store/entry.ts"
import type { KnownGood } from "../store/store.ts"
import { sha256 } from "../system/hash.ts"
import { Drifts } from "./drift.ts"
import { presentOf } from "./driftCheck.ts"
import type { Project } from "./project.ts"
import { openRun } from "./run.ts"
import type { FileStatus } from "./status.ts"

/** A state of a file. `mode` is octal digits, `size` in bytes. */
export interface FileState {
  readonly hash: string
  readonly size: number
  readonly mode: string
  readonly format: string | null
}

export interface GoodState extends FileState {
  /** The number of the entry that accepted it; when, by whom and why that was. */
  readonly accepted: number
  readonly time?: string
  readonly actor?: Actor
  readonly reason?: string
  /** What accepted it, where nobody did in person. */
  readonly cause?: string
  readonly commit?: string
  /** Its content: as it is, as an age file that only its owner opens, or not at all. */
  readonly kept: "plain" | "sealed" | "not"
}

/** All that is known of a managed file. */
export interface FileDetails extends Omit<FileStatus, "good"> {
  /** `null`: it is not there, or cannot be read. */
  readonly now: FileState | null
  /** `null`: nothing of it was ever accepted. */
  readonly good: GoodState | null
}

export async function detailsOf(project: Project, files: readonly FileStatus[]): Promise<readonly FileDetails[]> {
  const drifts = await Drifts.open(project)
  const paths = files.map(({ path }) => path)
  const run = await openRun(project, paths)
  const accepting = drifts.accepting(files.flatMap(({ good }) => good?.accepted ?? []))
  return files.map((file) => {
    const now = presentOf(file.path, project) ?? null
    const good = drifts.good(file.path)
    return {
      ...file,
      now: now && {
        hash: sha256(now.content),
        size: now.content.length,
        mode: now.mode,
        format: run.format(file.path)?.name ?? null,
      },
      good: good === undefined ? null : goodState(good, drifts, accepting),
    }
  })
}

function goodState(good: KnownGood, drifts: Drifts, accepting: ReturnType<Drifts["accepting"]>): GoodState {
  const { hash, size, mode, format, accepted } = good
  const state = { hash, size, mode, format, accepted, kept: drifts.keeping(good) }
  const entry = accepting.get(accepted)
  if (entry === undefined) return state
  const { time, actor, reason, cause } = entry
  const commit = entry.files.find((file) => file.path === good.path)?.commit
  return {
    ...state,
    ...{ time, actor, reason },
    ...(cause === undefined ? {} : { cause }),
    ...(commit === undefined ? {} : { commit }),
  }
}
