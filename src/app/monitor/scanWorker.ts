import { lstatSync, realpathSync, statSync } from "node:fs"
import { relative, resolve, sep } from "node:path"
import { parentPort, workerData } from "node:worker_threads"
import { errnoOf } from "../../system/failure.ts"
import { belowStart } from "../../system/folders.ts"
import { listFiles } from "../../system/list.ts"
import { isInside } from "../../system/read.ts"
import { pathSum, type ScanAnswer, type ScanOrder } from "../../system/scan.ts"
import { WalkMemory } from "../../system/walkMemory.ts"
import { GlobIndex } from "../globIndex.ts"

/**
 * The other side of `Scanner`, in a thread of its own: lists and asks the state of every file, and says what is other than when it looked last.
 * A file that changed a moment ago is named once more by the next scan: within one tick of the file system's clock it may be written again.
 */
const root: string = workerData
const known = new Map<string, string>()
const walks = new WalkMemory(root)
const askedWalks = new WalkMemory(root)
/** Milliseconds. */
const moment = 2000
const missing = "missing"

parentPort?.on("message", (order: ScanOrder) => parentPort?.postMessage(scan(order)))

function scan({ id, patterns, ignore, also, globs, sum }: ScanOrder): ScanAnswer {
  const started = performance.now()
  const identity = stampOf(root, false)
  try {
    const list = (asked: readonly string[], memory: WalkMemory) =>
      identity === undefined ? [] : listPatiently(asked, ignore, memory)
    const listed = list(patterns, walks)
    const links: (readonly [string, string])[] = []
    const seen = new Set([
      ...listed,
      ...also,
      ...list([...new Set(globs.map(belowStart))], askedWalks).filter(meantBy(globs)),
    ])
    const [changed, absent]: [string[], string[]] = [[], []]
    for (const path of seen) {
      const stamp = stampOf(resolve(root, path), true, (real) => links.push([path, real])) ?? missing
      if (stamp === missing) absent.push(path)
      if (known.get(path) !== stamp) changed.push(path)
      known.set(path, stamp)
    }
    for (const path of [...known.keys()]) {
      if (seen.has(path)) continue
      known.delete(path)
      changed.push(path)
    }
    const own = listed.reduce((total, path) => total + pathSum(path), 0)
    return {
      id,
      ok: true,
      changed,
      absent,
      listed: listed.length,
      ...(own === sum ? {} : { list: listed }),
      links,
      root: identity,
      milliseconds: performance.now() - started,
    }
  } catch (error) {
    return { id, ok: false, reason: error instanceof Error ? error.message : String(error) }
  }
}

/** Globs may come from data: they are held against names in linear time, and never walked by. */
function meantBy(globs: readonly string[]): (path: string) => boolean {
  const index = new GlobIndex()
  for (const glob of globs) index.add(glob, glob)
  return (path) => index.matching(path).length > 0
}

/** A folder may go while it is listed. */
function listPatiently(patterns: readonly string[], ignore: readonly string[], walks: WalkMemory): readonly string[] {
  for (let attempt = 1; ; attempt++) {
    try {
      return listFiles(root, patterns, ignore, walks)
    } catch (error) {
      if (attempt >= 5 || errnoOf(error) !== "ENOENT") throw error
    }
  }
}

/** What tells two states of a file apart without reading it; `undefined`: nothing is there. */
function stampOf(full: string, isFile: boolean, isLink?: (real: string) => void): string | undefined {
  try {
    const entry = lstatSync(full, { throwIfNoEntry: false })
    if (entry === undefined) return undefined
    const stat = entry.isSymbolicLink() ? statSync(full) : entry
    if (entry.isSymbolicLink()) tellLink(full, isLink)
    const { dev, ino, size, mode, mtimeMs, ctimeMs } = stat
    if (!isFile) return `${dev}:${ino}`
    const isFresh = Math.abs(Date.now() - ctimeMs) < moment
    // Joined it is kept in one piece, put together by `+` in a dozen.
    return [dev, ino, size, mode, mtimeMs, ctimeMs, isFresh ? performance.now() : ""].join(":")
  } catch (error) {
    const errno = errnoOf(error)
    return errno === "ENOENT" || errno === "ENOTDIR" ? undefined : `unreadable ${errno}`
  }
}

function tellLink(full: string, isLink: ((real: string) => void) | undefined): void {
  const real = realpathSync.native(full)
  if (isInside(root, real)) isLink?.(relative(root, real).split(sep).join("/"))
}
