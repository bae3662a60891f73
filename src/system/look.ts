import { lstatSync, type Stats } from "node:fs"
import { dirname, isAbsolute, join } from "node:path"
import { finalPlace, isInside } from "./read.ts"

/** How a regular file looks without being read. Times in milliseconds since 1970, with fractions. `mode` holds the permission bits only. */
export interface Look {
  readonly inode: number
  readonly size: number
  readonly mtime: number
  readonly ctime: number
  readonly mode: number
}

/**
 * How files below a root look, for who remembers what they hold.
 * @returns a function of a path relative to the root; `null` for all that has to be looked at closer: nothing, a link, a file that is reached by a link
 * out of the root or does not lie below it
 */
export function lookerBelow(root: string): (path: string) => Look | null {
  const inside = new Map<string, boolean>()
  const isWithin = (folder: string) => {
    const known = inside.get(folder)
    if (known !== undefined) return known
    const place = finalPlace(join(root, folder))
    const within = place !== null && isInside(root, place)
    inside.set(folder, within)
    return within
  }
  return (path) => {
    try {
      if (isAbsolute(path) || path.startsWith("../") || !isWithin(dirname(path))) return null
      const stat = lstatSync(`${root}/${path}`, { throwIfNoEntry: false })
      return stat?.isFile() === true ? lookOf(stat) : null
    } catch {
      // Who reads it is told why it cannot be.
      return null
    }
  }
}

/** How a folder looks, which changes whenever an entry of it is added, removed or renamed. `null`: it is none, or cannot be looked at. @param full absolute */
export function folderLook(full: string): Look | null {
  try {
    const stat = lstatSync(full, { throwIfNoEntry: false })
    return stat?.isDirectory() === true ? lookOf(stat) : null
  } catch {
    return null
  }
}

function lookOf({ ino: inode, size, mtimeMs: mtime, ctimeMs: ctime, mode }: Stats): Look {
  return { inode, size, mtime, ctime, mode: mode & 0o7777 }
}

/** The coarsest time stamps that file systems have, and some more. */
const granularity = 3000

/**
 * Whether a later change of the file would show in its look. While the clock of the file system has not gone on since the last change, another of the same size
 * could look the same (git calls such an entry racy). A restored time of modification shows in the other one, which nobody can set.
 * @param moment when it was looked at or before, in milliseconds since 1970
 */
export function isSettled({ mtime, ctime }: Look, moment: number): boolean {
  return Math.max(mtime, ctime) + granularity < moment
}

/** Whether nothing of a file has changed between two looks, of which the first was settled. */
export function isSameLook(one: Look, other: Look): boolean {
  return (
    one.inode === other.inode &&
    one.size === other.size &&
    one.mtime === other.mtime &&
    one.ctime === other.ctime &&
    one.mode === other.mode
  )
}
