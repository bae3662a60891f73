import type {
  AcceptedFile,
  Actor,
  Entry,
  FileChange,
  ImportedFile,
  RejectedFile,
  SeenFile,
  StagedFile,
  WaitingFile,
} from "../store/entry.ts"
import { fileOf } from "../store/place.ts"
import type { Store } from "../store/store.ts"
import { type Project, slashed } from "./project.ts"

/** How a change ended; `open`: nobody knows yet. */
type Outcome = "written" | "failed" | "unclear" | "open"

/** A file of a change, relative to the project where it is in it, else absolute. */
export interface ChangedFile extends FileChange {
  /** Whether the contents before and after are there to go back to; a file that was not there needs none. */
  readonly keptBefore: boolean
  readonly keptAfter: boolean
}

interface Item {
  readonly id: number
  readonly time: string
}

interface Done extends Item {
  readonly actor: Actor
  readonly command: string
  readonly worktree: string
}

/** One thing that happened, as people count: a write is one, though the log tells of it twice. */
export type HistoryItem =
  | (Done & {
      readonly kind: "change"
      readonly files: readonly ChangedFile[]
      readonly outcome: Outcome
      /** The outcome was seen on the disk after the writer was killed. */
      readonly reconciled: boolean
      /** Why it failed. */
      readonly detail?: string
      readonly undoes?: number
      /** The change that took this one back. */
      readonly undoneBy?: number
    })
  | (Done & {
      readonly kind: "accepted"
      readonly files: readonly AcceptedFile[]
      readonly reason: string
      readonly cause?: string
    })
  | (Done & { readonly kind: "seen"; readonly files: readonly SeenFile[] })
  | (Done & { readonly kind: "staged"; readonly files: readonly StagedFile[]; readonly beside?: number })
  | (Done & { readonly kind: "pending" | "quarantined"; readonly files: readonly WaitingFile[] })
  | (Done & { readonly kind: "rejected"; readonly files: readonly RejectedFile[]; readonly reason: string })
  | (Done & { readonly kind: "dropped"; readonly files: readonly { readonly path: string }[]; readonly reason: string })
  | (Done & {
      readonly kind: "tolerated"
      readonly files: readonly { readonly path: string; readonly findings: number }[]
      readonly reason: string
      readonly until: string
    })
  | (Done & {
      readonly kind: "initialised"
      readonly files: readonly { readonly path: string; readonly hash: string }[]
    })
  | (Done & {
      readonly kind: "imported"
      readonly origin: string
      readonly part: string
      readonly name: string
      readonly reason: string
      readonly files: readonly ImportedFile[]
    })
  | (Done & { readonly kind: "configured"; readonly settings: string; readonly rules: string })
  | (Item & { readonly kind: "alarm"; readonly reason: string; readonly detail: string; readonly aside: string | null })
  | (Item & { readonly kind: "opened" })

export type Change = Extract<HistoryItem, { readonly kind: "change" }>
/** What was put into git's index. */
export type Staged = Extract<HistoryItem, { readonly kind: "staged" }>
type Intent = Extract<Entry, { readonly kind: "intent" }>
type End = Extract<Entry, { readonly kind: "written" | "failed" | "unclear" }>

/** What a store remembers, oldest first. @param entries absent: all */
export function historyOf(store: Store, project: Project, entries = store.entries()): readonly HistoryItem[] {
  const ends = new Map(
    entries.flatMap((entry) =>
      entry.kind === "written" || entry.kind === "failed" || entry.kind === "unclear" ? [[entry.intent, entry]] : [],
    ),
  )
  const undone = new Map<number, number>()
  // Newest first, because what is taken back itself takes nothing back any more.
  for (const entry of entries.toReversed()) {
    if (entry.kind !== "intent" || entry.undoes === undefined || undone.has(entry.id)) continue
    if (ends.get(entry.id)?.kind === "written") undone.set(entry.undoes, entry.id)
  }
  const here = <T extends { readonly path: string }>(file: T): T => ({
    ...file,
    path: nameHere(store, project, file.path),
  })
  return entries.flatMap((entry): readonly HistoryItem[] => {
    const { id, time } = entry
    switch (entry.kind) {
      case "opened":
        return [{ id, time, kind: "opened" }]
      case "alarm":
        return [{ id, time, kind: "alarm", reason: entry.reason, detail: entry.detail, aside: entry.aside }]
      case "intent": {
        const undoneBy = undone.get(id)
        return [{ ...changeOf(entry, ends.get(id), store, here), ...(undoneBy === undefined ? {} : { undoneBy }) }]
      }
      case "written":
      case "failed":
      case "unclear":
      case "copied":
      case "rotated":
        return []
      case "configured": {
        const { actor, command, worktree, settings, rules } = entry
        return [{ id, time, kind: "configured", actor, command, worktree, settings, rules }]
      }
      default:
        return [itemOf(entry, here)]
    }
  })
}

type Told = Extract<Entry, { readonly files: unknown }>
type Here = <T extends { readonly path: string }>(file: T) => T

function itemOf(entry: Exclude<Told, Intent>, here: Here): HistoryItem {
  const { id, time, actor, command, worktree } = entry
  const done = { id, time, actor, command, worktree }
  switch (entry.kind) {
    case "accepted": {
      const { kind, files, reason, cause } = entry
      return { ...done, kind, files: files.map(here), reason, ...(cause === undefined ? {} : { cause }) }
    }
    case "seen":
      return { ...done, kind: entry.kind, files: entry.files.map(here) }
    case "staged": {
      const { kind, files, beside } = entry
      return { ...done, kind, files: files.map(here), ...(beside === undefined ? {} : { beside }) }
    }
    case "pending":
    case "quarantined":
      return { ...done, kind: entry.kind, files: entry.files.map(here) }
    case "rejected":
      return { ...done, kind: entry.kind, files: entry.files.map(here), reason: entry.reason }
    case "dropped":
      return { ...done, kind: entry.kind, files: entry.files.map(here), reason: entry.reason }
    case "tolerated":
      return { ...done, kind: entry.kind, files: entry.files.map(here), reason: entry.reason, until: entry.until }
    case "initialised":
      return { ...done, kind: entry.kind, files: entry.files.map(here) }
    case "imported": {
      const { kind, origin, part, name, reason, files } = entry
      return { ...done, kind, origin, part, name, reason, files: files.map(here) }
    }
  }
}

function changeOf(
  { id, time, actor, command, worktree, files, undoes }: Intent,
  end: End | undefined,
  store: Store,
  here: (file: FileChange) => FileChange,
): Change {
  const kept = (hash: string | null) => hash === null || store.knows(hash)
  return {
    id,
    time,
    kind: "change",
    actor,
    command,
    worktree,
    files: files.map((file) => ({ ...here(file), keptBefore: kept(file.before), keptAfter: kept(file.after) })),
    outcome: end?.kind ?? "open",
    reconciled: end?.reconciled ?? false,
    ...(end?.detail === undefined ? {} : { detail: end.detail }),
    ...(undoes === undefined ? {} : { undoes }),
  }
}

/** A file of the store as the project calls it. */
export function nameHere({ place }: Pick<Store, "place">, project: Project, key: string): string {
  const full = slashed(fileOf(place, key))
  const root = slashed(project.root)
  return full.startsWith(`${root}/`) ? full.slice(root.length + 1) : full
}

/** Those of the items that concern a file of the project. */
export function ofFile(items: readonly HistoryItem[], path: string): readonly HistoryItem[] {
  return items.filter((item) => "files" in item && item.files.some((file) => file.path === path))
}
