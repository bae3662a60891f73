import { closeSync, constants, existsSync, openSync } from "node:fs"
import { join } from "node:path"
import { connect, type Database, inWords } from "./database.ts"
import { sizeOf } from "./privateFile.ts"

const lockName = "lock.db"

/**
 * The right to change files and their log together. The system takes it back from a process that ends, however it ends: what a killed one left open
 * is seen by the next that has the lock. Held by an empty database of its own, because SQLite knows how to lock everywhere.
 * @param patience milliseconds to wait for another.  @returns `undefined` when it is held by another
 */
export function takeLock(folder: string, patience: number): (() => void) | undefined {
  const file = join(folder, lockName)
  sizeOf(file)
  // Only where it is not there: to close a file lets go of all locks that this process has on it.
  if (!existsSync(file))
    closeSync(openSync(file, constants.O_RDWR | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0), 0o600))
  return inWords(file, () => {
    const database = connect(file, { timeout: patience })
    try {
      database.exec("begin exclusive")
      return () => database.close()
    } catch (error) {
      database.close()
      if (error instanceof Error && "errcode" in error && error.errcode === 5) return undefined
      throw error
    }
  })
}

/** Keeps all out who would change the store, for as long as somebody reads in it. @returns `undefined` when one of them is there, or no lock is: nobody waits for that */
export function shareLock(folder: string): (() => void) | undefined {
  let database: Database | undefined
  try {
    database = connect(join(folder, lockName), { timeout: 0, readOnly: true })
    database.exec("begin; select 1 from sqlite_schema")
    const { close } = database
    return close.bind(database)
  } catch {
    database?.close()
    return undefined
  }
}
