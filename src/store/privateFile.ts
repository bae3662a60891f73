import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  writeSync,
} from "node:fs"
import { dirname } from "node:path"
import { CfgsyncError } from "../model/errors.ts"

/** Makes a folder that only its owner may enter. @throws CfgsyncError when something else is in its place, a link among it */
export function makePrivateFolder(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const there = lstatSync(path, { throwIfNoEntry: false })
  if (there === undefined) mkdirSync(path, { mode: 0o700 })
  else if (!there.isDirectory())
    throw new CfgsyncError("write-refused", `${path} is no folder, so nothing can be kept in it`, "move it away")
  else if ((there.mode & 0o077) !== 0) chmodSync(path, 0o700)
}

/**
 * Makes or replaces a file that only its owner may read, whole or not at all.
 * @param durable wait for the disk: without it, a power failure may leave an empty file.
 */
export function writePrivateFile(path: string, content: string | Uint8Array, durable = true): void {
  const temporary = `${path}.${process.pid}.tmp`
  const handle = openSync(temporary, "w", 0o600)
  try {
    const bytes = Buffer.from(content)
    for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at)
    if (durable) fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(temporary, path)
}

/**
 * Writes over a file that only its owner may read, by one call, which is not forced to the disk: a process that is killed leaves the old or the new. It is
 * many times cheaper than {@link writePrivateFile}, because a file system takes care that what is renamed over another is not empty after a power failure.
 * @returns `false` where there is no such file, or one of another length: nothing was done
 */
export function overwrite(path: string, bytes: Uint8Array): boolean {
  let handle: number
  try {
    handle = openSync(path, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0))
  } catch {
    return false
  }
  try {
    const stat = fstatSync(handle)
    if (!stat.isFile() || stat.size !== bytes.length || (process.platform !== "win32" && (stat.mode & 0o077) !== 0))
      return false
    return writeSync(handle, bytes, 0, bytes.length, 0) === bytes.length
  } finally {
    closeSync(handle)
  }
}

/** Puts the entries of a folder on the disk. */
export function syncFolder(path: string): void {
  if (process.platform === "win32") return
  const handle = openSync(path, "r")
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** 0 for a file that is not there. @throws CfgsyncError when something else is in its place, a link among it */
export function sizeOf(file: string): number {
  const stat = lstatSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return 0
  if (!stat.isFile()) throw new CfgsyncError("write-refused", `${file} is no regular file`, "move it away")
  return stat.size
}
