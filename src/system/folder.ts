import { closeSync, constants, fsyncSync, mkdirSync, openSync, rmdirSync } from "node:fs"
import { join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { errnoOf, unless } from "./failure.ts"
import { handlesHavePaths } from "./read.ts"

const flags = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0)

/**
 * An open folder. On Linux its names reach this very folder, also when somebody renames it or puts a link in its place meanwhile;
 * elsewhere Node has no such call, and the names go by path.
 */
export interface Folder {
  /** Where it was when it was opened. */
  readonly path: string
  readonly handle: number
  /** Path of an entry, for a system call. */
  at(name: string): string
  /** Puts its entries on the disk. */
  sync(): void
  close(): void
}

/** Closes a handle. What `close` could report was reported by `fsync`, or concerns a file that was only read. */
export function closeQuietly(handle: number): void {
  try {
    closeSync(handle)
  } catch {
    // Nothing is lost.
  }
}

/** Opens a folder that is no link. @throws the system's error, `ENOENT` among them. */
export function openFolder(path: string, shown = path): Folder {
  const handle = openSync(path, flags)
  return {
    path: shown,
    handle,
    at: (name) => (handlesHavePaths ? `/proc/self/fd/${handle}/${name}` : join(shown, name)),
    sync: () => fsyncSync(handle),
    close: () => closeQuietly(handle),
  }
}

type Make = boolean | "durable"

/**
 * Opens the folder `names` below `home`, each step by name and never through a link.
 * @param make create what is missing; "durable": also after a power failure.  @throws `write-refused` when a step is a link or no folder; `ENOENT` as it comes.
 */
export function openBelow(home: string, names: readonly string[], make: Make = false): Folder {
  let folder = openFolder(home)
  for (const name of names) {
    const outer = folder
    try {
      folder = step(outer, name, make)
    } finally {
      outer.close()
    }
  }
  return folder
}

function makeFolder(path: string): boolean {
  return unless(["EEXIST"], false, () => {
    mkdirSync(path)
    return true
  })
}

function step(outer: Folder, name: string, make: Make): Folder {
  const path = join(outer.path, name)
  try {
    if (make !== false && makeFolder(outer.at(name)) && make === "durable") outer.sync()
    return openFolder(outer.at(name), path)
  } catch (error) {
    if (!["ELOOP", "ENOTDIR"].includes(errnoOf(error) ?? "")) throw error
    throw new CfgsyncError(
      "write-refused",
      `${path} is no folder any more`,
      "somebody changes the folders; run cfgsync again",
      {
        cause: error,
      },
    )
  }
}

/** Removes the folder `names` below `home` when it is empty; never fails for one that is not, or is gone. */
export function removeIfEmpty(home: string, names: readonly string[]): void {
  const last = names.at(-1)
  if (last === undefined) return
  unless(["ENOENT", "ENOTEMPTY", "EEXIST"], undefined, () => {
    const outer = openBelow(home, names.slice(0, -1))
    try {
      rmdirSync(outer.at(last))
    } finally {
      outer.close()
    }
  })
}
