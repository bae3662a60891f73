import { closeSync, constants, openSync } from "node:fs"
import { join } from "node:path"
import { connect, inWords } from "./database.ts"

/**
 * The right to change files and their log together. The system takes it back from a process that ends, however it ends: what a killed one left open
 * is seen by the next that has the lock. Held by an empty database of its own, because SQLite knows how to lock everywhere.
 * @param patience milliseconds to wait for another.  @returns `undefined` when it is held by another
 */
export function takeLock(folder: string, patience: number): (() => void) | undefined {
  const file = join(folder, "lock.db")
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
