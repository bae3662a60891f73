import { chmodSync, closeSync, fsyncSync, lstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs"
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

/** Makes or replaces a file that only its owner may read, whole or not at all. */
export function writePrivateFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`
  const handle = openSync(temporary, "w", 0o600)
  try {
    writeSync(handle, text)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  renameSync(temporary, path)
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
