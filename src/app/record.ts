import { CfgsyncError } from "../model/errors.ts"
import type { AcceptedFile, Actor, Event, StagedFile } from "../store/entry.ts"
import { keyOf } from "../store/place.ts"
import type { Store } from "../store/store.ts"
import { sha256 } from "../system/hash.ts"
import type { FileWrite, System } from "../system/system.ts"
import { actIn } from "./act.ts"
import { actorOf } from "./actor.ts"
import { type Keep, keepable, type PathContent } from "./keepable.ts"
import { octal } from "./octal.ts"
import { openProjectStore } from "./projectStore.ts"
import { neededRestarts } from "./restarts.ts"
import type { Remembered } from "./storePlace.ts"

/** How changes are recorded. */
export interface Recording {
  readonly actor: Actor
  /** `fix`, `set` … */
  readonly command: string
  /** Hears what the owner of the store must know. */
  readonly tell: (notice: string) => void
  /** `false`: the user asked for no record. */
  readonly on: boolean
  /** Milliseconds to wait for the store while another has it; absent: ten seconds. */
  readonly patience?: number
  /** Hears of each change that was made, as it is numbered in the history. */
  readonly made?: (change: number) => void
}

/** For who uses cfgsync as a library. */
export function unattended(command: string): Recording {
  return { actor: actorOf(process.env, false), command, tell: () => {}, on: true }
}

/** What is about to be written. */
export interface Writes {
  readonly contents: readonly PathContent[]
  /** The rules that ask for the change of a file. */
  readonly rules?: (path: string) => readonly string[]
  /** The change that is taken back. */
  readonly undoes?: number
  /** Files whose new content is known-good then, with the names of their formats. */
  readonly good?: ReadonlyMap<string, string>
}

export interface Recorder {
  /** The same world; each `write` stands in the log before it is made, and how it ended after it. */
  readonly system: System
  /** Put into the log what was put into git's index, once it is there. */
  staged(files: readonly StagedFile[]): void
  close(): void
}

/**
 * Opens the store for writes that follow at once.
 * @throws CfgsyncError `write-failed` when nothing can be recorded: then nothing may be written either, unless the user says so.
 */
export async function openRecorder(remembered: Remembered, recording: Recording, writes: Writes): Promise<Recorder> {
  const { system } = remembered
  const { tell, patience } = recording
  if (!recording.on) {
    const write = (files: readonly FileWrite[]) => {
      system.write(files)
      tellRestarts(files, system, recording)
    }
    return { system: { ...system, write }, staged: () => {}, close: () => {} }
  }
  const keep = await keepable(remembered, writes.contents)
  const store = await orUnrecorded(() => openProjectStore(remembered, { create: true, alone: true, tell, patience }))
  if (store === undefined) throw new Error("a store that was to be made is not there")
  if (!store.writable) {
    store.close()
    throw unrecorded(`${store.file} may not be written`)
  }
  const desk = { remembered, system, store, recording, writes, keep }
  let last: number | undefined
  const write = (files: readonly FileWrite[]) => {
    last = record(files, desk) ?? last
  }
  const staged = (files: readonly StagedFile[]) => recordStaged(files, last, desk)
  return { system: { ...system, write }, staged, close: () => store.close() }
}

interface Desk {
  readonly remembered: Remembered
  readonly system: System
  readonly store: Store
  readonly recording: Recording
  readonly writes: Writes
  readonly keep: Keep
}

/** @returns the id of the change */
function record(files: readonly FileWrite[], desk: Desk): number | undefined {
  if (files.length === 0) return undefined
  const intent = intend(files, desk)
  try {
    desk.system.write(files)
  } catch (error) {
    if (error instanceof CfgsyncError) conclude("failed", intent, desk, error.message)
    throw error
  }
  conclude("written", intent, desk, undefined, files)
  desk.recording.made?.(intent)
  tellRestarts(files, desk.system, desk.recording)
  return intent
}

/** The files are right, and who read them before has not seen that. */
function tellRestarts(files: readonly FileWrite[], { root }: System, { tell }: Recording): void {
  const paths = files.map(({ path }) => path)
  for (const notice of neededRestarts(root, paths)) tell(notice)
}

function recordStaged(files: readonly StagedFile[], beside: number | undefined, desk: Desk): void {
  const { store, system, recording, remembered } = desk
  if (files.length === 0) return
  try {
    const { act, news } = actIn(store, remembered, recording)
    const named = files.map((file) => ({ ...file, path: keyOf(store.place, system.root, file.path) }))
    store.append([...news, { kind: "staged", ...act, files: named, ...(beside === undefined ? {} : { beside }) }])
  } catch (error) {
    if (!(error instanceof CfgsyncError)) throw error
    recording.tell(`what was repaired in git's index could not be recorded (${error.message})`)
  }
}

function intend(files: readonly FileWrite[], desk: Desk): number {
  const { system, store, writes, keep } = desk
  const { place } = store
  const { act, news } = actIn(store, desk.remembered, desk.recording)
  const contents = files
    .flatMap(({ before, after }) => [before ?? [], after ?? []].flat())
    .flatMap((content) => keep(content) ?? [])
  try {
    const id = store
      .append(
        [
          ...news,
          {
            kind: "intent",
            ...act,
            root: keyOf(place, system.root, "."),
            files: files.map(({ path, before, after, mode }) => ({
              path: keyOf(place, system.root, path),
              before: before === null ? null : sha256(before),
              after: after === null ? null : sha256(after),
              ...(mode === undefined ? {} : modesOf(mode, system.stat(path)?.mode)),
              rules: writes.rules?.(path) ?? [],
            })),
            ...(writes.undoes === undefined ? {} : { undoes: writes.undoes }),
          },
        ],
        contents,
      )
      .at(-1)
    if (id === undefined) throw new Error("an entry without an id")
    return id
  } catch (error) {
    throw error instanceof CfgsyncError ? unrecorded(error.message, error) : error
  }
}

function modesOf(mode: number, before: number | undefined) {
  return { mode: octal(mode), ...(before === undefined ? {} : { modeBefore: octal(before) }) }
}

/** The files are as they are by now, so a log that cannot be told is no failure of the change; the next start asks the disk. */
function conclude(
  kind: "written" | "failed",
  intent: number,
  desk: Desk,
  detail?: string,
  files: readonly FileWrite[] = [],
): void {
  const { store, recording } = desk
  try {
    store.append([
      { kind, intent, reconciled: false, ...(detail === undefined ? {} : { detail }) },
      ...acceptance(files, desk),
    ])
  } catch (error) {
    if (!(error instanceof CfgsyncError)) throw error
    recording.tell(`how change ${intent} ended could not be recorded (${error.message}); the next cfgsync looks`)
  }
}

/** A proven change of a known-good file makes another known-good file. */
function acceptance(
  files: readonly FileWrite[],
  { remembered, system, store, recording, writes }: Desk,
): readonly Event[] {
  const accepted = files.flatMap(({ path, after }): readonly AcceptedFile[] => {
    const [format, mode] = [writes.good?.get(path), system.stat(path)?.mode]
    if (format === undefined || mode === undefined || after === null) return []
    const key = keyOf(store.place, system.root, path)
    return [{ path: key, hash: sha256(after), size: after.length, mode: octal(mode), format }]
  })
  if (accepted.length === 0) return []
  const { act } = actIn(store, remembered, recording)
  return [{ kind: "accepted", ...act, files: accepted, reason: "", cause: "change" }]
}

async function orUnrecorded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw error instanceof CfgsyncError ? unrecorded(error.message, error) : error
  }
}

function unrecorded(reason: string, cause?: CfgsyncError): CfgsyncError {
  const hint = "--no-record writes all the same, and keeps no way back"
  return new CfgsyncError(
    "write-failed",
    `nothing was written, because the change cannot be recorded: ${reason}`,
    cause?.hint === undefined ? hint : `${cause.hint}; ${hint}`,
    { cause },
  )
}
