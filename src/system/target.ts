import { accessSync, type BigIntStats, constants, fstatSync, lstatSync, openSync } from "node:fs"
import { basename, dirname, relative, sep } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { errnoOf, unless } from "./failure.ts"
import { closeQuietly, type Folder, openBelow } from "./folder.ts"
import { absolutePath, finalPlace, isInside, kindInWords, readHandle } from "./read.ts"
import type { FileWrite } from "./system.ts"

/** A file to be written, and where it really lies. */
export interface Place {
  readonly write: FileWrite
  /** Absolute, without links. */
  readonly path: string
}

/** Follows links to where the file lies, or will lie. @throws `write-refused` for a link that leaves the root, or leads nowhere */
export function placeOf(root: string, write: FileWrite): Place {
  const full = absolutePath(root, write.path)
  const place = finalPlace(full) ?? newPlace(full, write.path)
  if (isInside(root, full) && !isInside(root, place)) {
    throw new CfgsyncError(
      "write-refused",
      `${write.path} leads out of the project, to ${place}`,
      "name the target itself",
    )
  }
  return { write, path: place }
}

function newPlace(full: string, name: string): string {
  if (lstatSync(full, { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new CfgsyncError("write-refused", `${name} is a link to nothing`, "remove the link, or make its target first")
  }
  const outer = dirname(full)
  const place = finalPlace(outer) ?? newPlace(outer, dirname(name))
  return place.endsWith(sep) ? place + basename(full) : place + sep + basename(full)
}

/** Names from `home` to `path`. */
export function namesBelow(home: string, path: string): readonly string[] {
  return relative(home, path).split(sep)
}

/** The file as it is before a write, held open: what it is renamed to meanwhile does not matter. */
export interface OldFile {
  readonly handle: number
  readonly stat: BigIntStats
}

const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)

/**
 * Opens what will be replaced.
 * @returns `null` when nothing is there.  @throws `write-refused` for what is no regular file, has other hard links, or may not be written
 */
export function openOld(folder: Folder, name: string, shown: string): OldFile | null {
  const entry = lstatSync(folder.at(name), { throwIfNoEntry: false })
  if (entry === undefined) return null
  if (entry.isSymbolicLink())
    throw new CfgsyncError("write-refused", `${shown} has just become a link`, "run cfgsync again")
  if (!entry.isFile()) throw new CfgsyncError("write-refused", `${shown} is ${kindInWords(entry)}`)
  if (entry.nlink > 1) {
    const hint = `replacing it would part it from its other names; if that is what you want: cp -p ${shown} ${shown}.tmp && mv ${shown}.tmp ${shown}`
    throw new CfgsyncError("write-refused", `${shown} has ${entry.nlink} hard links`, hint)
  }
  refuseUnwritable(folder.at(name), shown, "file")
  const handle = openSync(folder.at(name), openFlags)
  return { handle, stat: fstatSync(handle, { bigint: true }) }
}

/** @throws `write-refused` as the write of this place would, as far as that is known beforehand. */
export function refuseReplacing(home: string, { write, path }: Place): void {
  const names = namesBelow(home, path)
  const folder = unless(["ENOENT"], null, () => openFolderOf(home, names, false))
  if (folder === null) return
  try {
    refuseUnwritable(folder.at("."), write.path, "folder")
    const old = openOld(folder, names.at(-1) ?? "", write.path)
    if (old !== null) closeQuietly(old.handle)
  } finally {
    folder.close()
  }
}

/** @throws `write-refused` when this user may not write there: renaming over a read-only file would succeed, against its owner's word */
export function refuseUnwritable(path: string, shown: string, what: "file" | "folder"): void {
  try {
    accessSync(path, constants.W_OK)
  } catch (error) {
    const errno = errnoOf(error)
    if (errno !== "EACCES" && errno !== "EPERM") throw error
    const reason = errno === "EPERM" ? "is immutable" : "may not be written by you"
    const hint =
      errno === "EPERM" ? "chattr -i removes the mark" : what === "file" ? "chmod u+w makes it writable" : undefined
    throw new CfgsyncError(
      "write-refused",
      `${what === "file" ? shown : `the folder of ${shown}`} ${reason} (${errno})`,
      hint,
      { cause: error },
    )
  }
}

/**
 * Whether the name still leads to the same file, and it holds `bytes`; `null`: whether the name is free.
 * @param links hard links it may have, this write's own backup among them
 */
export function holds(
  folder: Folder,
  name: string,
  old: OldFile | null,
  bytes: Uint8Array | null,
  links: bigint,
): boolean {
  const handle = unless(["ENOENT", "ELOOP"], null, () => openSync(folder.at(name), openFlags))
  if (handle === null || bytes === null || old === null) {
    if (handle !== null) closeQuietly(handle)
    return bytes === null && lstatSync(folder.at(name), { throwIfNoEntry: false }) === undefined
  }
  try {
    const stat = fstatSync(handle, { bigint: true })
    const same = stat.ino === old.stat.ino && stat.dev === old.stat.dev && stat.nlink <= links
    return same && hasBytes(handle, bytes)
  } finally {
    closeQuietly(handle)
  }
}

/** Whether an open file holds exactly `bytes`. */
export function hasBytes(handle: number, bytes: Uint8Array): boolean {
  if (fstatSync(handle).size !== bytes.length) return false
  return Buffer.compare(readHandle(handle, Number.MAX_SAFE_INTEGER, ""), bytes) === 0
}

/** Opens the folder of a file. @param make create what is missing */
export function openFolderOf(home: string, names: readonly string[], make: boolean): Folder {
  return openBelow(home, names.slice(0, -1), make && "durable")
}
