import { lstatSync } from "node:fs"
import { join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { auditKey } from "./auditKey.ts"
import { openDatabase, openUnchanging } from "./database.ts"
import { type Inspection, inspect } from "./inspect.ts"
import type { Verifier } from "./note.ts"
import { configFolder, type StorePlace, stateFolder } from "./place.ts"
import { linesOf, metaOf } from "./rows.ts"
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
  const memory = new Witness(stateFolder(environment)).at(file)
  const remembered = memory?.checkpoint
  if ((lstatSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0)
    return memory === undefined ? undefined : { log: null, damage: `the store ${file} is gone`, remembered }
  try {
    const { database, close } = openToLook(file)
    try {
      // What is read belongs together, also when another process writes meanwhile.
      database.exec("begin")
      const inspection: Inspection = inspect(database)
      const log = { lines: linesOf(database), head: metaOf(database, "head") ?? "" }
      return { log, damage: inspection.ok ? undefined : inspection.reason, remembered }
    } finally {
      database.close()
      close()
    }
  } catch (error) {
    return { log: null, damage: error instanceof Error ? error.message : String(error), remembered }
  }
}

function openToLook(file: string): ReturnType<typeof openUnchanging> {
  try {
    return { database: openDatabase(file), close: () => {} }
  } catch (error) {
    if (error instanceof CfgsyncError) return openUnchanging(file)
    throw error
  }
}

/** The user's own public key. */
export function ownVerifier(environment: Environment): Verifier {
  return auditKey(configFolder(environment))
}
