import { lstatSync } from "node:fs"
import { join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { auditKey } from "./auditKey.ts"
import { type Database, openDatabase, openUnchanging } from "./database.ts"
import { type Inspection, inspect } from "./inspect.ts"
import type { Verifier } from "./note.ts"
import { configFolder, type StorePlace, stateFolder } from "./place.ts"
import { linesOf } from "./store.ts"
import type { Log } from "./verifyLog.ts"
import { Witness } from "./witness.ts"

type Environment = Readonly<Record<string, string | undefined>>

/** The log of a place as it lies there, believed in nothing and changed in nothing. */
export interface FoundLog {
  /** `null`: there is none, or it cannot be read. */
  readonly log: Log | null
  /** What is wrong with the store itself; `undefined`: nothing. */
  readonly damage: string | undefined
  /** The last checkpoint that is remembered outside of the store. */
  readonly remembered: string | undefined
}

/** @returns `undefined` where there is no store and none is remembered. */
export function readLog(place: StorePlace, environment: Environment): FoundLog | undefined {
  const file = join(place.folder, "store.db")
  const witness = new Witness(stateFolder(environment))
  const id = witness.storeAt(file)
  const remembered = id === undefined ? undefined : witness.checkpoint(id)
  if ((lstatSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0)
    return id === undefined ? undefined : { log: null, damage: `the store ${file} is gone`, remembered }
  try {
    const database = openToLook(file)
    try {
      // What is read belongs together, also when another process writes meanwhile.
      database.exec("begin")
      const inspection: Inspection = inspect(database)
      const head = database.prepare("select value from meta where name = 'head'").get()
      const log = { lines: linesOf(database), head: String(head?.value ?? "") }
      return { log, damage: inspection.ok ? undefined : inspection.reason, remembered }
    } finally {
      database.close()
    }
  } catch (error) {
    return { log: null, damage: error instanceof Error ? error.message : String(error), remembered }
  }
}

function openToLook(file: string): Database {
  try {
    return openDatabase(file)
  } catch (error) {
    if (error instanceof CfgsyncError) return openUnchanging(file)
    throw error
  }
}

/** The user's own public key. */
export function ownVerifier(environment: Environment): Verifier {
  return auditKey(configFolder(environment))
}
