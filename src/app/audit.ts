import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { type Entry, parseEntry } from "../store/entry.ts"
import { type Hash, inclusionProof, leafHash } from "../store/merkle.ts"
import { parseVerifier, type Verifier } from "../store/note.ts"
import { configFolder } from "../store/place.ts"
import { type FoundLog, ownVerifier, readLog } from "../store/readLog.ts"
import { type LogProblem, verifyLog } from "../store/verifyLog.ts"
import { openFileSystem, type Project } from "./project.ts"
import { openProjectStore } from "./projectStore.ts"
import { environmentOf, placeOf } from "./storePlace.ts"

type Tell = (notice: string) => void

/** The log as the store has it, oldest first; empty where there is none. */
export async function auditLines(project: Project, tell: Tell): Promise<readonly string[]> {
  const store = await openProjectStore(project, { create: false, tell })
  try {
    return store?.lines() ?? []
  } finally {
    store?.close()
  }
}

export async function auditEntries(project: Project, tell: Tell): Promise<readonly Entry[]> {
  return (await auditLines(project, tell)).flatMap((line) => parseEntry(line) ?? [])
}

export interface Verified {
  /** Number of entries; `null`: there is no log. */
  readonly entries: number | null
  readonly problems: readonly LogProblem[]
  /** Alarms that stand in the log: what happened to it before and was told then. */
  readonly alarms: readonly Extract<Entry, { readonly kind: "alarm" }>[]
  /** Whether a checkpoint from outside of the store was among the evidence. */
  readonly witnessed: boolean
}

export interface VerifyOptions {
  /** Files with earlier checkpoints, relative to the project's `cwd`. */
  readonly checkpoints: readonly string[]
  /** A ref with earlier checkpoints. */
  readonly ref?: string
  /** A public key as `audit checkpoint` shows it, instead of the user's own. */
  readonly key?: string
}

/** Hold the log against itself, its head, what is remembered outside of it, and earlier checkpoints. Changes nothing, and sets nothing aside. */
export async function auditVerify(project: Project, { checkpoints, ref, key }: VerifyOptions): Promise<Verified> {
  const environment = environmentOf(project)
  const inRef = ref === undefined ? [] : (await import("./checkpointRef.ts")).readCheckpointRef(project, ref)
  const earlier = [...checkpoints.map((path) => readText(project, path)), ...inRef]
  const found = readLog(placeOf(project), environment)
  if (found === undefined) {
    const problems = earlier.map(() => ({ message: "there is a checkpoint of a log, but no log" }))
    return { entries: null, problems, alarms: [], witnessed: false }
  }
  const verifier = key === undefined ? ownVerifier(environment) : mustParse(key)
  return judged(found, verifier, found.remembered !== undefined || earlier.length > 0, earlier)
}

function judged(
  { log, damage, remembered }: FoundLog,
  verifier: Verifier,
  witnessed: boolean,
  earlier: readonly string[],
): Verified {
  const evidence = remembered === undefined ? earlier : [remembered, ...earlier]
  const problems = [
    ...(damage === undefined ? [] : [{ message: damage }]),
    ...(log === null ? [] : verifyLog(log, verifier, evidence)),
  ]
  const entries = (log?.lines ?? []).flatMap((line) => parseEntry(line) ?? [])
  return {
    entries: log === null ? null : log.lines.length,
    problems,
    alarms: entries.filter((entry) => entry.kind === "alarm"),
    witnessed,
  }
}

function mustParse(key: string): Verifier {
  const verifier = parseVerifier(key)
  if (verifier === undefined)
    throw new CfgsyncError(
      "usage",
      "that is no key",
      "a key is NAME+ID+KEY, as `cfgsync audit checkpoint --format json` shows it",
    )
  return verifier
}

function readText({ cwd }: Project, path: string): string {
  try {
    return readFileSync(resolve(cwd, path), "utf8")
  } catch (cause) {
    throw new CfgsyncError("file-unreadable", `${path} cannot be read`, undefined, { cause })
  }
}

export interface CheckpointResult {
  /** The signed note. */
  readonly note: string
  /** The public key that it is signed with, for who verifies it elsewhere. */
  readonly key: string
}

/** Where a checkpoint is written to. */
export interface CheckpointTargets {
  /** A file, relative to the project's `cwd`. */
  readonly out?: string
  /** A ref of the repository. */
  readonly ref?: string
}

/** The signed checkpoint of the log's end. */
export async function auditCheckpoint(
  project: Project,
  { out, ref }: CheckpointTargets,
  tell: Tell,
): Promise<CheckpointResult> {
  const store = await mustOpen(project, tell)
  const { head } = store.log()
  store.close()
  if (out !== undefined) {
    const { system, name } = openFileSystem(resolve(project.cwd, out))
    system.write([{ path: name, before: system.read(name, 1024 * 1024), after: new TextEncoder().encode(head) }])
  }
  if (ref !== undefined) (await import("./checkpointRef.ts")).writeCheckpointRef(project, ref, head)
  return { note: head, key: ownVerifier(environmentOf(project)).text }
}

/**
 * Puts a new key in the place of the user's own; the log of this project says so at once, every other at its next start.
 * @returns both public keys
 */
export async function auditRotateKey(
  project: Project,
  tell: Tell,
): Promise<{ readonly from: string; readonly to: string }> {
  const { rotateAuditKey } = await import("../store/auditKey.ts")
  const { from, to } = rotateAuditKey(configFolder(environmentOf(project)))
  const store = await openProjectStore(project, { create: false, tell })
  store?.close()
  return { from: from.text, to: to.text }
}

export interface EntryProof {
  /** The line of the log, whose leaf hash is SHA-256 of a zero byte and the line. */
  readonly entry: string
  /** 0-based. */
  readonly index: number
  readonly leaf: string
  /** From the leaf up, in hex. */
  readonly proof: readonly string[]
  /** The signed note whose root the proof leads to. */
  readonly checkpoint: string
}

/** That an entry stands in the log of the present checkpoint, for who has nothing but that. */
export async function auditProve(project: Project, id: number, tell: Tell): Promise<EntryProof> {
  const store = await mustOpen(project, tell)
  const { lines, head } = store.log()
  store.close()
  const entry = lines[id - 1]
  if (entry === undefined)
    throw new CfgsyncError("usage", `there is no entry ${id}`, `they go from 1 to ${lines.length}`)
  const leaves = lines.map(leafHash)
  const hex = (hash: Hash) => Buffer.from(hash).toString("hex")
  return {
    entry,
    index: id - 1,
    leaf: hex(leafHash(entry)),
    proof: inclusionProof(leaves, id - 1).map(hex),
    checkpoint: head,
  }
}

async function mustOpen(project: Project, tell: Tell) {
  const store = await openProjectStore(project, { create: false, tell })
  if (store !== undefined) return store
  throw new CfgsyncError(
    "not-possible-here",
    "there is no log here yet",
    "the first `cfgsync fix` or `accept` begins it",
  )
}
