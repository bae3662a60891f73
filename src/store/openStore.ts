import { randomUUID } from "node:crypto"
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  lstatSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs"
import { join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { auditKey } from "./auditKey.ts"
import { openCheckpoint, originOf } from "./checkpoint.ts"
import { Damage, type Database, inWords, openDatabase, openUnchanging } from "./database.ts"
import type { Event } from "./entry.ts"
import { type Inspected, inspect } from "./inspect.ts"
import { takeLock } from "./lock.ts"
import { peaksOf } from "./merkle.ts"
import type { Signer } from "./note.ts"
import { configFolder, type StorePlace, stateFolder } from "./place.ts"
import { makePrivateFolder, syncFolder } from "./privateFile.ts"
import { type End, Store } from "./store.ts"
import { against } from "./verifyLog.ts"
import { Witness } from "./witness.ts"

export interface OpenOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The time in UTC, as 2030-01-31T12:00:00.000Z. */
  readonly now: () => string
  /** Make a store where there is none. */
  readonly create: boolean
  /** Hears what its owner must know: a store that is damaged, gone or set back. */
  readonly tell: (notice: string) => void
}

type Alarm = Extract<Event, { readonly kind: "alarm" }>
const patience = 10_000

/**
 * Opens the store of a place and keeps all others out until it is closed. A store that is damaged is set aside under a name with the date; one that is
 * gone or set back is noticed by what is remembered elsewhere. Both are told, and stand in the log from then on: nothing begins anew in silence.
 * @returns `undefined` where there is no store, none is remembered, and none is to be made.  @throws CfgsyncError
 */
export function openStore(place: StorePlace, options: OpenOptions): Store | undefined {
  const file = join(place.folder, "store.db")
  const state = stateFolder(options.environment)
  const witness = new Witness(state)
  const size = sizeOf(file)
  const remembered = witness.storeAt(file)
  if (size === 0 && remembered === undefined && !options.create) return undefined
  if (size > 0 && !mayWrite(place.folder, file)) return openToRead(place, file)
  prepareFolder(place)
  const release = takeLock(place.folder, patience)
  if (release === undefined)
    throw new CfgsyncError("write-failed", "another cfgsync has been writing for ten seconds", "run cfgsync again")
  try {
    const signer = auditKey(configFolder(options.environment))
    return openLocked({ place, file, witness, signer, options, release })
  } catch (error) {
    release()
    throw error
  }
}

interface Opening {
  readonly place: StorePlace
  readonly file: string
  readonly witness: Witness
  readonly signer: Signer
  readonly options: OpenOptions
  readonly release: () => void
}

function openLocked(opening: Opening): Store {
  const { file, witness, options } = opening
  const remembered = witness.storeAt(file)
  const checkpoint = remembered === undefined ? null : (witness.checkpoint(remembered) ?? null)
  const found = sizeOf(file) === 0 ? undefined : look(file, opening)
  if (found?.ok === true) {
    const store = storeOf(found, opening)
    const alarm = alarmOf(found.store, opening)
    if (alarm === undefined) witness.remember(file, store.id, found.store.head)
    else {
      store.append([alarm])
      announce(alarm, file, options)
    }
    return store
  }
  const base = { kind: "alarm", checkpoint } as const
  const alarm: Alarm | undefined =
    found !== undefined
      ? { ...base, reason: "damaged", detail: found.reason, aside: found.aside }
      : remembered !== undefined
        ? { ...base, reason: "missing", detail: `store ${remembered}`, aside: null }
        : undefined
  create(opening, alarm === undefined ? [] : [alarm])
  const made = look(file, opening)
  if (!made.ok) throw new CfgsyncError("write-failed", `the new store ${file} cannot be read: ${made.reason}`)
  witness.remember(file, made.store.id, made.store.head)
  if (alarm !== undefined) announce(alarm, file, options)
  return storeOf(made, opening)
}

function storeOf({ database, store }: Extract<Looked, { readonly ok: true }>, opening: Opening): Store {
  const { place, signer, witness, options, release } = opening
  return new Store({
    place,
    database,
    id: store.id,
    end: endOf(store),
    writing: { signer, witness, now: options.now },
    release,
  })
}

function announce({ reason, detail, aside }: Alarm, file: string, { tell }: OpenOptions): void {
  const words = {
    damaged: `is damaged: ${detail}; it was set aside as ${aside}, and a new one begun`,
    missing: "was deleted, with its history and all that was known to be good; a new one was begun",
    cut: `is not what it was: ${detail}`,
  }
  tell(`the store ${file} ${words[reason]}`)
}

/** Makes a store under another name first, so that there never is one without the beginning of its log. */
function create({ place, file, signer, options }: Opening, alarms: readonly Alarm[]): void {
  setAside(file, options.now())
  const fresh = `${file}.new`
  for (const end of ends) rmSync(fresh + end, { force: true })
  closeSync(openSync(fresh, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600))
  const id = randomUUID()
  const store = new Store({
    place,
    database: openDatabase(fresh),
    id,
    end: { size: 0, peaks: [], last: null },
    writing: { signer, witness: { remember: () => {} }, now: options.now },
    release: () => {},
  })
  try {
    store.append([{ kind: "opened", store: id, key: signer.text }, ...alarms])
  } finally {
    store.close()
  }
  renameSync(fresh, file)
  syncFolder(place.folder)
}

type Looked =
  | { readonly ok: true; readonly database: Database; readonly store: Inspected }
  | { readonly ok: false; readonly reason: string; readonly aside: string }

/** Opens what is there; what is damaged is set aside. */
function look(file: string, { signer, options }: Opening): Looked {
  let database: Database | undefined
  let reason: string
  try {
    const opened = openDatabase(file)
    database = opened
    const inspected = inWords(file, () => inspect(opened, signer))
    if (inspected.ok) return { ok: true, database, store: inspected.store }
    reason = inspected.reason
    database.close()
  } catch (error) {
    database?.close()
    if (!(error instanceof Damage)) throw error
    reason = error.message
  }
  return { ok: false, reason, aside: setAside(file, options.now()) }
}

/** A database and what belongs to it. */
const ends = ["-wal", "-shm", ""]

/** A log of changes without its database would be taken for that of the next one, so it goes too. @returns the new name */
function setAside(file: string, now: string): string {
  const name = `store.db.damaged-${now.replaceAll(/[:.]/g, "-")}`
  for (const end of ends) if (existsSync(file + end)) renameSync(file + end, join(file, "..", name + end))
  return name
}

/** What an earlier checkpoint says against a store that is whole in itself. */
function alarmOf(seen: Inspected, { file, witness, signer }: Opening): Alarm | undefined {
  const remembered = witness.storeAt(file)
  const alarm = (detail: string, checkpoint: string | null): Alarm => ({
    kind: "alarm",
    reason: "cut",
    detail,
    aside: null,
    checkpoint,
  })
  if (remembered !== undefined && remembered !== seen.id)
    return alarm(`another store was here (${remembered})`, witness.checkpoint(remembered) ?? null)
  const note = witness.checkpoint(seen.id)
  if (note === undefined) return undefined
  const opened = openCheckpoint(note, signer)
  if (!opened.ok) return alarm("the key for its checkpoints is another than before", note)
  const [problem] = against(seen.leaves, originOf(seen.id), opened.checkpoint, "what is remembered of it")
  return problem === undefined ? undefined : alarm(problem.message, note)
}

function endOf({ lines, leaves }: Inspected): End {
  return { size: lines.length, peaks: peaksOf(leaves), last: lines.at(-1) ?? null }
}

/** @throws CfgsyncError for a store that is damaged: where nothing can be written it cannot be set aside. */
function openToRead(place: StorePlace, file: string): Store {
  const database = openUnchanging(file)
  let reason: string
  try {
    const inspected = inspect(database)
    if (inspected.ok)
      return new Store({ place, database, id: inspected.store.id, end: endOf(inspected.store), release: () => {} })
    reason = inspected.reason
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error)
  }
  database.close()
  throw new CfgsyncError("file-invalid", `the store ${file} is damaged: ${reason}`)
}

function prepareFolder({ folder, home }: StorePlace): void {
  makePrivateFolder(folder)
  const ignore = join(folder, ".gitignore")
  if (home !== null && !existsSync(ignore)) writeFileSync(ignore, "*\n", { mode: 0o600 })
}

/** 0 for a file that is not there. @throws CfgsyncError when something else is in its place, a link among it */
function sizeOf(file: string): number {
  const stat = lstatSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  if (!stat.isFile()) throw new CfgsyncError("write-refused", `${file} is no regular file`, "move it away")
  return stat.size
}

function mayWrite(folder: string, file: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    accessSync(file, constants.W_OK)
    return true
  } catch {
    return false
  }
}
