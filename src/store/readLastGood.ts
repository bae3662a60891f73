import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { type Content, readContent } from "./content.ts"
import { connect, Damage, type Database, inWords, isWhole, loneDatabase, openUnchanging } from "./database.ts"
import { shareLock } from "./lock.ts"
import type { StorePlace } from "./place.ts"

/**
 * The content of a file's known-good state, for rules that ask for it: without the lock, and without looking at the whole store.
 * @param key the file as the store calls it.  @returns `undefined` where nothing is known good, or its content is not kept.
 * @throws CfgsyncError when the store is damaged: to say that nothing is known would be wrong.
 */
export function readLastGood(place: StorePlace, key: string): Content | undefined {
  return readStore(place, (database) => {
    const row = database.prepare("select hash from files where path = ?").get(key)
    return row === undefined ? undefined : readContent(database, String(row.hash))
  })
}

/** Looks something up without the lock. @returns `undefined` where there is no store.  @throws CfgsyncError as {@link readLastGood} */
export function readStore<T>(place: StorePlace, look: (database: Database) => T): T | undefined {
  const file = join(place.folder, "store.db")
  if (!existsSync(file)) return undefined
  const own = loneDatabase(file)
  if (own !== undefined) return look(own)
  let opened: ReturnType<typeof openUnchanging> | undefined
  try {
    opened = openForReading(file)
    return look(opened.database)
  } catch (error) {
    if (error instanceof CfgsyncError) throw error
    const reason = error instanceof Error ? error.message : String(error)
    throw new CfgsyncError(
      "file-invalid",
      `the store ${file} cannot be read: ${reason}`,
      "`cfgsync status` looks at it",
    )
  } finally {
    opened?.database.close()
    opened?.close()
  }
}

function openForReading(file: string): ReturnType<typeof openUnchanging> {
  const still = openStill(file)
  if (still !== undefined) return still
  try {
    const database = inWords(file, () => connect(file))
    inWords(file, () => database.prepare("select 1 from files limit 1").get())
    return { database, close: () => {} }
  } catch (error) {
    if (error instanceof Damage) throw error
    return openUnchanging(file)
  }
}

/**
 * While nobody changes the store, SQLite need not make and remove the files beside it by which it keeps readers and writers apart.
 * @returns `undefined` where somebody does, or where what a killed process left is still to be brought into it
 */
function openStill(file: string): ReturnType<typeof openUnchanging> | undefined {
  const release = shareLock(dirname(file))
  if (release === undefined) return undefined
  try {
    if (isWhole(file)) return { database: openUnchanging(file).database, close: release }
  } catch (error) {
    release()
    throw error
  }
  release()
  return undefined
}
