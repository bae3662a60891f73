import {
  type BigIntStats,
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs"
import { isAbsolute, join, sep } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { errnoOf, inWords } from "./failure.ts"
import type { FileStat } from "./system.ts"

const nothingThere = ["ENOENT", "ENOTDIR"]
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0)

/** Whether an open file can be named by its number: makes a check of where it lies free of races. Linux only. */
export const handlesHavePaths = process.platform === "linux" && existsSync("/proc/self/fd")

/** Whether `path` is `root` or lies below it; both absolute and normal. */
export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep)
}

/**
 * Absolute form of a path of a `System`: relative to `root`, or absolute.
 * @throws `path-invalid` for a relative path that leaves the root, an empty one, or one with a NUL.
 */
export function absolutePath(root: string, path: string): string {
  if (path === "" || path.includes("\0"))
    throw new CfgsyncError("path-invalid", "the path is empty or holds a NUL byte")
  const full = isAbsolute(path) ? join(path) : join(root, path)
  if (!isAbsolute(path) && !isInside(root, full)) throw new CfgsyncError("path-invalid", `${path} leaves the project`)
  return full.length > 1 && full.endsWith(sep) ? full.slice(0, -1) : full
}

/** What a file that is no regular file is, in words. */
export function kindInWords(stat: Stats | BigIntStats): string {
  if (stat.isDirectory()) return "a folder"
  if (stat.isFIFO()) return "a named pipe"
  if (stat.isSocket()) return "a socket"
  if (stat.isCharacterDevice() || stat.isBlockDevice()) return "a device"
  return "not a regular file"
}

/** Final place of an absolute path. @returns `null` when nothing is there, or a link points to nothing. */
export function finalPlace(path: string): string | null {
  try {
    return realpathSync.native(path)
  } catch (error) {
    if (nothingThere.includes(errnoOf(error) ?? "")) return null
    throw error
  }
}

/**
 * Bytes of a regular file.
 * What lies under `root` must also end there: links out of it are refused. A path elsewhere follows links as usual.
 * On Linux where the opened file lies is asked of the file itself; elsewhere its path is resolved first, so that a link swapped in between goes unseen.
 * @returns `null` when nothing is there.  @throws `file-unreadable`, for a link to nothing too
 */
export function readRegularFile(root: string, full: string, limit: number, name: string): Uint8Array | null {
  return withRegularFile(root, full, name, (handle) => readHandle(handle, limit, name))
}

/** A regular file that was read, with what it was just before. */
export interface FileLook {
  readonly stat: FileStat
  readonly bytes: Uint8Array
}

/** The same, with what the file was on disk just before it was read, for less than it takes to ask for one after the other. */
export function lookAtRegularFile(root: string, full: string, limit: number, name: string): FileLook | null {
  return withRegularFile(root, full, name, (handle) => {
    const stat = fileStat(fstatSync(handle, { bigint: true }), true)
    return { stat, bytes: readHandle(handle, limit, name) }
  })
}

/** @param isInPlace whether it lies where its path says that it does */
export function fileStat(stat: BigIntStats, isInPlace: boolean): FileStat {
  const kind = !isInPlace ? "other" : stat.isFile() ? "file" : stat.isDirectory() ? "directory" : "other"
  const mode = Number(stat.mode & 0o7777n)
  return { kind, size: Number(stat.size), mode, mtimeNs: stat.mtimeNs, links: Number(stat.nlink) }
}

function withRegularFile<T>(root: string, full: string, name: string, use: (handle: number) => T): T | null {
  try {
    return openAndUse(root, full, name, use)
  } catch (error) {
    if (nothingThere.includes(errnoOf(error) ?? "")) return null
    throw inWords(error, "file-unreadable", name)
  }
}

function openAndUse<T>(root: string, full: string, name: string, use: (handle: number) => T): T {
  const entry = lstatSync(full)
  const target = entry.isSymbolicLink() ? statSync(full, { throwIfNoEntry: false }) : entry
  if (target === undefined) throw new CfgsyncError("file-unreadable", `${name} is a link to nothing`)
  // Opening is not harmless for what is no file: it wakes the writer of a pipe, rewinds a tape.
  if (!target.isFile()) throw new CfgsyncError("file-unreadable", `${name} is ${kindInWords(target)}`)
  const mustStay = isInside(root, full)
  if (mustStay && !handlesHavePaths) refuseOutside(root, realpathSync.native(full), name)
  const handle = openSync(full, openFlags | (entry.isSymbolicLink() ? 0 : (constants.O_NOFOLLOW ?? 0)))
  try {
    if (mustStay && handlesHavePaths) refuseOutside(root, readlinkSync(`/proc/self/fd/${handle}`), name)
    return use(handle)
  } finally {
    closeSync(handle)
  }
}

function refuseOutside(root: string, place: string, name: string): void {
  if (!isInside(root, place)) {
    throw new CfgsyncError(
      "file-unreadable",
      `${name} leads out of the project, to ${place}`,
      "name the target itself, or copy it into the project",
    )
  }
}

/** Bytes of an open regular file, from its start. Holds to `limit` also when the file grows meanwhile. @throws `file-unreadable` */
export function readHandle(handle: number, limit: number, name: string): Uint8Array {
  const stat = fstatSync(handle)
  if (!stat.isFile()) throw new CfgsyncError("file-unreadable", `${name} is ${kindInWords(stat)}`)
  if (stat.size > limit) throw tooLarge(name, limit)
  // One byte more than expected: the end of the file is seen by the same call.
  let bytes = Buffer.allocUnsafeSlow(stat.size + 1)
  let length = 0
  for (;;) {
    const count = readSync(handle, bytes, length, bytes.length - length, length)
    length += count
    if (length > limit) throw tooLarge(name, limit)
    if (count === 0 || (length < bytes.length && length >= stat.size)) return bytes.subarray(0, length)
    bytes = Buffer.concat([bytes], bytes.length * 2 + 4096)
  }
}

function tooLarge(name: string, limit: number): CfgsyncError {
  return new CfgsyncError(
    "file-unreadable",
    `${name} is larger than ${limit} bytes`,
    "raise limits.size if it is meant to be",
  )
}
