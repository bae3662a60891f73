import { existsSync, realpathSync } from "node:fs"
import { join, relative, sep } from "node:path"
import { watch } from "chokidar"
import { errnoOf, inWords } from "./failure.ts"
import { isInside } from "./read.ts"

/** What to watch, and who hears of it. Paths are relative to `root`, with forward slashes. */
export interface WatchRequest {
  /** Absolute, links resolved. */
  readonly root: string
  /** Whether files in a folder may matter; "" is the root itself. */
  readonly wanted: (folder: string) => boolean
  /** Something may have happened to a file or folder. `entry`: it may have come, gone or been replaced, else its content changed. */
  readonly hint: (path: string, entry: boolean) => void
  /** Events may be missing from now on. `full`: a limit of the system was reached. */
  readonly trouble: (reason: string, full: boolean) => void
}

export interface Watching {
  /** All folders that were there are watched, or said to be not. */
  readonly ready: Promise<void>
  /** How many folders are watched. */
  readonly folders: () => number
  /** Watch folders, relative to the root, that are wanted since. Those that are not there yet are heard of by who watches the ones above them. */
  readonly add: (folders: readonly string[]) => void
  close(): Promise<void>
}

/** What inotify answers when its limits are reached: watches, instances, file handles. */
const limits = ["ENOSPC", "EMFILE", "ENFILE", "ENOMEM"]

/**
 * Hears of changes below a folder. Hints only: they may come twice, late, for nothing or not at all (a queue of the kernel that overflows is not told of).
 *
 * Only folders are watched, not their files: the system tells of what happens to the entries of a watched folder, and so a project needs as many
 * watches as it has folders. The raw event is passed on before chokidar looks into it, which takes milliseconds.
 */
export function watchTree({ root, wanted, hint, trouble }: WatchRequest): Watching {
  const nameOf = (path: string) => relative(root, path).split(sep).join("/")
  const watcher = watch(root, {
    ignoreInitial: true,
    ignorePermissionErrors: true,
    atomic: false,
    ignored: (path, stats) => {
      const name = nameOf(path)
      if (name === "" || stats === undefined) return false
      if (stats.isSymbolicLink()) return !leadsWithin(root, path)
      return !stats.isDirectory() || !wanted(name)
    },
  })
  watcher.on("raw", (event, path, details) => {
    const folder = watchedPathOf(details)
    if (folder === undefined) return
    const full = typeof path === "string" && path !== "" ? join(folder, path) : folder
    hint(nameOf(full), event === "rename" || full === folder)
  })
  // A folder that is new, and what was put into it before it was watched.
  watcher.on("addDir", (path) => hint(nameOf(path), true))
  watcher.on("error", (error) => {
    const said = inWords(error, "file-unreadable", "watching")
    trouble(said instanceof Error ? said.message : String(said), limits.includes(errnoOf(error) ?? ""))
  })
  return {
    ready: new Promise((resolve) => watcher.once("ready", () => resolve())),
    folders: () => Object.keys(watcher.getWatched()).length,
    add: (folders) => {
      const there = folders.map((folder) => join(root, folder)).filter((folder) => existsSync(folder))
      if (there.length > 0) watcher.add(there)
    },
    close: () => watcher.close(),
  }
}

function watchedPathOf(details: unknown): string | undefined {
  const path =
    typeof details === "object" && details !== null && "watchedPath" in details ? details.watchedPath : undefined
  return typeof path === "string" ? path : undefined
}

function leadsWithin(root: string, link: string): boolean {
  try {
    return isInside(root, realpathSync.native(link))
  } catch {
    return false
  }
}
