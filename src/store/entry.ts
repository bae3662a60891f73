import { hash } from "node:crypto"
import { canonicalJson } from "./canonicalJson.ts"

/** Who did something, as far as can be seen, and what that was seen from. */
export interface Actor {
  readonly kind: "person" | "agent" | "client" | "hook" | "watch" | "sync" | "ci" | "program"
  readonly name: string
  readonly evidence: readonly string[]
}

/** Hashes are SHA-256 in hex; `null`: the file is not there. */
export interface FileChange {
  /** Relative to the repository, or to the project outside of one; absolute in the store of single files. */
  readonly path: string
  readonly before: string | null
  readonly after: string | null
  /** Permission bits after it and before it, as octal digits, where they are changed. */
  readonly mode?: string
  readonly modeBefore?: string
  /** Ids of the rules that asked for it. */
  readonly rules: readonly string[]
}

export interface AcceptedFile {
  readonly path: string
  readonly hash: string
  readonly size: number
  readonly mode: string
  readonly format: string
  /** The commit that holds it, where that is why it was accepted. */
  readonly commit?: string
}

/** A change that cfgsync did not make; when and by whom is not known, only that it is there now. */
export type SeenFile = Omit<FileChange, "rules"> & {
  /** Time stamp of the file, which anybody can set. */
  readonly modified?: string
}

/** A content that waits for a person, with why. `hash: null`: the file is gone. */
export interface WaitingFile {
  readonly path: string
  readonly hash: string | null
  readonly reasons: readonly string[]
}

/** What was put into git's index and does not stand like that on the disk: what stands there was changed too, or is not there. */
export interface StagedFile extends FileChange {
  readonly after: string
  /** What git calls the content after it and before it. */
  readonly blob: string
  readonly blobBefore?: string
}

/** What another tool remembers of a file. `taken`: when, as that tool says. */
export type ImportedFile =
  /** A content that it kept; `good`: a check finds no error in it, and it is what the tool's own metadata say. `false`: with why not. */
  | {
      readonly path: string
      readonly hash: string
      readonly mode: string
      readonly taken?: string
      readonly good: boolean
      readonly reasons: readonly string[]
    }
  /** How much depends on it. */
  | { readonly path: string; readonly priority: string }
  /** A change that it saw; `line`: SHA-256 of what it wrote of it. */
  | {
      readonly path: string
      readonly line: string
      readonly what: string
      readonly taken?: string
      readonly severity?: string
      readonly judgement?: string
    }

export interface RejectedFile {
  readonly path: string
  /** What was there; `null`: nothing. */
  readonly hash: string | null
  /** What was put back instead. */
  readonly good: string
}

export interface Act {
  readonly actor: Actor
  /** `cfgsync fix` … */
  readonly command: string
  /** Name of the linked worktree it was done in; "" for the main one. */
  readonly worktree: string
  /** Under what it was done, where a configuration was read. */
  readonly configuration?: Configuration
  /** The versions of the clients that read files of the project, as they were installed then, by the clients' ids. */
  readonly clients?: Readonly<Record<string, string>>
}

/** What a project came to when something was done: the effective settings, and all rules, by the SHA-256 of each. */
export interface Configuration {
  /** The project's folder, called as its files are; "" for the top. */
  readonly root: string
  readonly settings: string
  readonly rules: string
}

/**
 * What the log tells of. A write is told twice: `intent` before, and one of `written` (all files are as intended), `failed` (all are as before) or
 * `unclear` (somebody else changed one meanwhile) afterwards; `reconciled`: not told by the writer, which was killed, but seen on the disk later.
 */
export type Event =
  | { readonly kind: "opened"; readonly store: string; readonly key: string }
  | {
      readonly kind: "alarm"
      /** `replaced`: it is another one, or was continued by somebody else. */
      readonly reason: "missing" | "damaged" | "cut" | "replaced"
      readonly detail: string
      /** Name of the file that was set aside. */
      readonly aside: string | null
      /** The last that was known of the log before, a signed note. */
      readonly checkpoint: string | null
    }
  /** From here on it is another log, with an id and a key of its own: a copy of a store, made with its project, or one that came from elsewhere. */
  | { readonly kind: "copied"; readonly store: string; readonly key: string }
  /** From here on another key signs; `proof` is a note in which the key before it says so. */
  | { readonly kind: "rotated"; readonly key: string; readonly proof: string }
  | (Act & {
      readonly kind: "intent"
      /** The folder that the write was made from, called as its files are; "" for the top. */
      readonly root: string
      readonly files: readonly FileChange[]
      /** The entry that is taken back by it. */
      readonly undoes?: number
    })
  | {
      readonly kind: "written" | "failed" | "unclear"
      readonly intent: number
      readonly reconciled: boolean
      readonly detail?: string
    }
  | (Act & {
      readonly kind: "accepted"
      readonly files: readonly AcceptedFile[]
      readonly reason: string
      /** What accepted it: the policy of the file, the changes that are expected of it, a change of cfgsync's own, a commit, a snapshot of another tool; absent: who is named. */
      readonly cause?: "policy" | "expected" | "change" | "git" | "imported"
    })
  /** The files are meant to be gone: nothing is known good of them any more. */
  | (Act & { readonly kind: "dropped"; readonly files: readonly { readonly path: string }[]; readonly reason: string })
  | (Act & { readonly kind: "rejected"; readonly files: readonly RejectedFile[]; readonly reason: string })
  | (Act & { readonly kind: "seen"; readonly files: readonly SeenFile[] })
  /** A repair of what is staged. It stands in git's index; told when it is made. */
  | (Act & {
      readonly kind: "staged"
      readonly files: readonly StagedFile[]
      /** The change on the disk that was made with it. */
      readonly beside?: number
    })
  | (Act & { readonly kind: "pending"; readonly files: readonly WaitingFile[] })
  /** What was put back too often is left to a person. */
  | (Act & { readonly kind: "quarantined"; readonly files: readonly WaitingFile[] })
  /** The settings or rules of a project are others than when something was last done in it. */
  | (Act & Configuration & { readonly kind: "configured" })
  /** Findings that are tolerated until a day. */
  | (Act & {
      readonly kind: "tolerated"
      readonly files: readonly { readonly path: string; readonly findings: number }[]
      readonly reason: string
      readonly until: string
    })
  /** What another tool remembers. Its word: only a content that is called good was proven. */
  | (Act & {
      readonly kind: "imported"
      /** Whose it is: `config-guardian`. */
      readonly origin: string
      readonly part: "inventory" | "snapshot" | "changes"
      /** As the tool calls it: the name of the snapshot, the hash of the inventory. */
      readonly name: string
      readonly reason: string
      readonly files: readonly ImportedFile[]
    })
  | (Act & {
      readonly kind: "initialised"
      readonly files: readonly { readonly path: string; readonly hash: string }[]
    })

export type Alarm = Extract<Event, { readonly kind: "alarm" }>

/** An event in its place: `id` counts from 1 without gaps; `previous` is the SHA-256 of the line before, so that each line holds all before it. */
export type Entry = Event & {
  readonly version: 1
  readonly id: number
  /** In UTC, as 2030-01-31T12:00:00.000Z. */
  readonly time: string
  readonly previous: string | null
}

export function lineHash(line: string | Uint8Array): string {
  return hash("sha256", line, "hex")
}

/** The line of the log for an event. @param last the line before it */
export function lineOf(event: Event, id: number, time: string, last: string | null): string {
  return canonicalJson({ version: 1, id, time, previous: last === null ? null : lineHash(last), ...event })
}

/** Whether an entry tells of files. */
const kinds: ReadonlyMap<string, boolean> = new Map([
  ...["opened", "copied", "rotated", "alarm", "written", "failed", "unclear", "configured"].map(
    (kind) => [kind, false] as const,
  ),
  ...["intent", "accepted", "dropped", "rejected", "seen", "staged", "pending"].map((kind) => [kind, true] as const),
  ...["quarantined", "tolerated", "initialised", "imported"].map((kind) => [kind, true] as const),
])

/** @returns `undefined` for a line that cfgsync never wrote. */
export function parseEntry(line: string): Entry | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isEntry(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== "object" || value === null) return false
  const parts = new Map(Object.entries(value))
  const kind = parts.get("kind")
  if (parts.get("version") !== 1 || typeof kind !== "string" || !kinds.has(kind)) return false
  if (!Number.isInteger(parts.get("id")) || typeof parts.get("time") !== "string") return false
  const texts = { opened: ["store", "key"], copied: ["store", "key"], rotated: ["key", "proof"] }[kind] ?? []
  if (!texts.every((name) => typeof parts.get(name) === "string")) return false
  if (["written", "failed", "unclear"].includes(kind)) return Number.isInteger(parts.get("intent"))
  if (kinds.get(kind) !== true) return true
  const files = parts.get("files")
  return Array.isArray(files) && files.every((file) => typeof file?.path === "string")
}
