import { constants, fchmodSync, fsyncSync, linkSync, openSync, unlinkSync, writeSync } from "node:fs"
import { keepAttributes } from "./attributes.ts"
import { errnoOf, unless } from "./failure.ts"
import { closeQuietly, type Folder } from "./folder.ts"
import { readHandle } from "./read.ts"

const flags = constants.O_CREAT | constants.O_EXCL | constants.O_RDWR | (constants.O_NOFOLLOW ?? 0)
const noLinks = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]

/** What a new file gets besides its bytes. */
export interface Likeness {
  /** An open file whose owner, mode, ACL and extended attributes it takes; `null`: those of any new file. */
  readonly like: number | null
  readonly mode: number | undefined
  /** For messages. */
  readonly shown: string
}

/** Makes a file that was not there, whole and on the disk. Nobody else may read it before it has its final permissions. */
export function makeFile(folder: Folder, name: string, bytes: Uint8Array, { like, mode, shown }: Likeness): void {
  const handle = openSync(folder.at(name), flags, like === null ? (mode ?? 0o644) : 0o600)
  try {
    for (let rest = bytes; rest.length > 0; ) rest = rest.subarray(writeSync(handle, rest))
    if (like !== null) keepAttributes(like, handle, shown)
    if (mode !== undefined) fchmodSync(handle, mode)
    fsyncSync(handle)
  } finally {
    closeQuietly(handle)
  }
}

/** Gives a file a second name, under which it outlives its replacement; a copy of it where the file system has no hard links. */
export function keepBackup(folder: Folder, name: string, backup: string, handle: number, shown: string): void {
  try {
    linkSync(folder.at(name), folder.at(backup))
  } catch (error) {
    if (!noLinks.includes(errnoOf(error) ?? "")) throw error
    makeFile(folder, backup, readHandle(handle, Number.MAX_SAFE_INTEGER, shown), {
      like: handle,
      mode: undefined,
      shown,
    })
  }
}

/** Moves a finished file to a name that must be free. @throws `EEXIST` when it is not */
export function moveToFreeName(folder: Folder, from: string, to: string): void {
  try {
    linkSync(folder.at(from), folder.at(to))
  } catch (error) {
    if (!noLinks.includes(errnoOf(error) ?? "")) throw error
    // Without hard links the name is first taken by an empty file.
    closeQuietly(openSync(folder.at(to), flags, 0o600))
  }
}

/** Removes a file that may be gone already. */
export function removeFile(folder: Folder, name: string): void {
  unless(["ENOENT"], undefined, () => unlinkSync(folder.at(name)))
}
