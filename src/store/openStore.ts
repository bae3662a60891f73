import { accessSync, constants, existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { auditKey } from "./auditKey.ts"
import { Damage, type Database, openDatabase } from "./database.ts"
import { rememberedEnd } from "./end.ts"
import { takeLock } from "./lock.ts"
import { lookedAt } from "./lookAt.ts"
import type { Opened, Opening, OpenOptions } from "./opening.ts"
import { configFolder, type StorePlace, stateFolder } from "./place.ts"
import { makePrivateFolder, sizeOf } from "./privateFile.ts"
import { openToRead } from "./readOnly.ts"
import { metaOf } from "./rows.ts"
import { stampOf } from "./stamp.ts"
import { Store } from "./store.ts"
import { type Memory, Witness } from "./witness.ts"

const usualPatience = 10_000

/**
 * Opens the store of a place and keeps all others out until it is closed. A store that is as cfgsync left it is believed; one that anybody else has
 * touched is looked at whole. A damaged one is set aside under a name with the date, and what proves itself in it goes on in a new one; one that is gone or
 * set back is noticed by what is remembered elsewhere. All of that is told, and stands in the log from then on: nothing begins anew in silence.
 * @returns `undefined` where there is no store, none is remembered, and none is to be made.  @throws CfgsyncError
 */
export function openStore(place: StorePlace, options: OpenOptions): Store | undefined {
  const file = join(place.folder, "store.db")
  const witness = new Witness(stateFolder(options.environment))
  const size = sizeOf(file)
  if (size === 0 && witness.at(file) === undefined && !options.create) return undefined
  if (size > 0 && !mayWrite(place.folder, file)) return openToRead(place, file, witness.at(file))
  prepareFolder(place)
  const patience = options.patience ?? usualPatience
  const release = takeLock(place.folder, patience)
  if (release === undefined)
    throw new CfgsyncError(
      "write-failed",
      `another cfgsync has been writing for ${patience === usualPatience ? "ten seconds" : "some time"}`,
      "run cfgsync again",
    )
  try {
    const keys = configFolder(options.environment)
    return openLocked({ place, file, witness, keys, signer: auditKey(keys), options, release })
  } catch (error) {
    release()
    throw error
  }
}

function openLocked(opening: Opening): Store {
  // Asked under the lock, so that nobody changes it meanwhile.
  const memory = opening.witness.at(opening.file)
  const { database, id, end, events, alarm, notices } = asItWasLeft(opening, memory) ?? lookedAt(opening, memory)
  const { place, file, witness, signer, options, release } = opening
  let head = metaOf(database, "head") ?? ""
  const remember = (checkpoint: string, stamp: string | null) => {
    head = checkpoint
    witness.remember({ place: file, store: id, key: signer.text, checkpoint, stamp })
  }
  const store = new Store({
    place,
    database,
    id,
    end,
    writing: { signer, now: options.now, remember: (fresh) => remember(fresh, null) },
    ...(alarm === undefined ? {} : { alarm }),
    release: () => {
      const stamp = stampOf(file)
      if (stamp !== memory?.stamp || head !== memory?.checkpoint) remember(head, stamp)
      release()
    },
  })
  try {
    if (events.length > 0) store.append(events)
    for (const notice of notices) options.tell(notice)
    return store
  } catch (error) {
    database.close()
    throw error
  }
}

/** A file that is, to the nanosecond, what it was when cfgsync closed it, with the end that was remembered then. */
function asItWasLeft({ file, signer, options }: Opening, memory: Memory | undefined): Opened | undefined {
  if (memory?.stamp == null || memory.key !== signer.text || stampOf(file) !== memory.stamp) return undefined
  let database: Database | undefined
  try {
    database = openDatabase(file, options.alone)
    const head = metaOf(database, "head")
    const end = head === memory.checkpoint ? rememberedEnd(database, head) : undefined
    if (end !== undefined) return { database, id: memory.store, end, events: [], notices: [] }
  } catch (error) {
    database?.close()
    if (error instanceof Damage) return undefined
    throw error
  }
  database.close()
  return undefined
}

function prepareFolder({ folder, home }: StorePlace): void {
  makePrivateFolder(folder)
  const ignore = join(folder, ".gitignore")
  if (home !== null && !existsSync(ignore)) writeFileSync(ignore, "*\n", { mode: 0o600 })
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
