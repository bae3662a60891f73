import { lstatSync, renameSync, unlinkSync } from "node:fs"
import { CfgsyncError } from "../model/errors.ts"
import { errnoOf, inWords, unless } from "./failure.ts"
import { closeQuietly, type Folder, removeIfEmpty } from "./folder.ts"
import { sha256 } from "./hash.ts"
import { type Journal, temporaryNames } from "./journal.ts"
import type { FileWrite } from "./system.ts"
import {
  hasBytes,
  holds,
  namesBelow,
  type OldFile,
  openFolderOf,
  openOld,
  type Place,
  refuseUnwritable,
} from "./target.ts"
import { keepBackup, makeFile, moveToFreeName, removeFile } from "./temporary.ts"

/** One file of a transaction, from look to clean-up. */
interface Target {
  readonly write: FileWrite
  readonly names: readonly string[]
  readonly name: string
  readonly fresh: string
  readonly backup: string
  /** `null`: must be made first. */
  folder: Folder | null
  old: OldFile | null
  /** Inode of the new content. */
  made: bigint | null
  swapped: boolean
}

/** The steps of a write below `home`, each of which may fail: `prepare`, `swap`, then `clean`; or `undo`, then `clean`. */
export class Transaction {
  readonly #home: string
  readonly #targets: readonly Target[]
  readonly #folders: readonly (readonly string[])[]
  readonly journal: Journal

  /** Looks at every file. @throws `file-changed`, `write-refused`: nothing is open then */
  constructor(home: string, id: string, places: readonly Place[]) {
    this.#home = home
    this.#targets = places.map((place, index) => targetOf(home, id, place, index))
    try {
      for (const target of this.#targets) named(target, () => look(home, target))
    } catch (error) {
      this.#close()
      throw error
    }
    const missing = this.#targets.flatMap((target) => missingFolders(home, target))
    this.#folders = [...new Map(missing.map((names) => [names.join("/"), names])).values()]
    this.journal = { version: 1, files: this.#targets.map(entryOf), folders: this.#folders }
  }

  /** Puts new content and backups on the disk, beside the targets. */
  prepare(): void {
    for (const target of this.#targets) named(target, () => makeFiles(folderOf(this.#home, target), target))
    if (this.#targets.length > 1) this.#sync()
  }

  /** Puts the new in the place of the old. @throws `file-changed` when a file is not what it was */
  swap(): void {
    for (const target of this.#targets) named(target, () => swapOne(folderOf(this.#home, target), target))
    this.#sync()
    for (const { old, write } of this.#targets) {
      if (old !== null && write.before !== null && !hasBytes(old.handle, write.before)) throw changed(write.path)
    }
  }

  /** Puts the old back, except where somebody else has put a file of his own meanwhile. */
  undo(): void {
    for (const target of this.#targets) {
      if (!target.swapped || target.folder === null) continue
      undoOne(target.folder, target)
      target.swapped = false
    }
  }

  /** Removes what is temporary, once `note` has written down that only this is left. @returns whether all is gone; never throws */
  clean(note: () => void): boolean {
    const steps = this.#targets.flatMap(({ folder, fresh, backup }) =>
      folder === null ? [] : [() => removeFile(folder, fresh), () => removeFile(folder, backup)],
    )
    const folders = this.#folders.toReversed().map((names) => () => removeIfEmpty(this.#home, names))
    const done = [...(this.#targets.length > 1 ? [note] : []), ...steps, ...folders].map(succeeds)
    this.#close()
    return done.every((good) => good)
  }

  #sync(): void {
    const folders = this.#targets.flatMap(({ folder }) => folder ?? [])
    for (const folder of new Map(folders.map((one) => [one.path, one])).values()) folder.sync()
  }

  #close(): void {
    for (const target of this.#targets) {
      if (target.old !== null) closeQuietly(target.old.handle)
      target.folder?.close()
    }
  }
}

/** Runs one step for one file: a failure names it. */
function named({ write }: Target, step: () => void): void {
  try {
    step()
  } catch (error) {
    throw inWords(error, "write-failed", `cannot write ${write.path}`)
  }
}

function makeFiles(folder: Folder, target: Target): void {
  const { write, name, old, fresh, backup } = target
  if (write.after !== null) {
    makeFile(folder, fresh, write.after, { like: old?.handle ?? null, mode: write.mode, shown: write.path })
    target.made = lstatSync(folder.at(fresh), { bigint: true }).ino
  }
  if (old !== null) keepBackup(folder, name, backup, old.handle, write.path)
}

function succeeds(step: () => void): boolean {
  try {
    step()
    return true
  } catch {
    return false
  }
}

function targetOf(home: string, id: string, { write, path }: Place, index: number): Target {
  const names = namesBelow(home, path)
  const name = names.at(-1) ?? ""
  return { write, names, name, ...temporaryNames(name, id, index), folder: null, old: null, made: null, swapped: false }
}

function look(home: string, target: Target): void {
  const { write, name, names } = target
  target.folder = unless(["ENOENT"], null, () => openFolderOf(home, names, false))
  if (target.folder !== null) {
    refuseUnwritable(target.folder.at("."), write.path, "folder")
    target.old = openOld(target.folder, name, write.path)
  }
  const same =
    write.before === null || target.old === null
      ? write.before === target.old
      : hasBytes(target.old.handle, write.before)
  if (!same) throw changed(write.path)
}

function changed(path: string): CfgsyncError {
  return new CfgsyncError("file-changed", `${path} was changed by somebody else meanwhile`, "run cfgsync again")
}

function missingFolders(home: string, { names, folder }: Target): readonly (readonly string[])[] {
  if (folder !== null) return []
  const outer = names.slice(0, -1).map((_, index) => names.slice(0, index + 1))
  return outer.filter((path) => lstatSync([home, ...path].join("/"), { throwIfNoEntry: false }) === undefined)
}

function entryOf({ write, names, fresh, backup }: Target): Journal["files"][number] {
  return { names, before: hashOf(write.before), after: hashOf(write.after), fresh, backup }
}

function hashOf(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : sha256(bytes)
}

function folderOf(home: string, target: Target): Folder {
  target.folder ??= openFolderOf(home, target.names, true)
  return target.folder
}

function swapOne(folder: Folder, target: Target): void {
  const { write, name, old, fresh } = target
  if (!holds(folder, name, old, write.before, 2n)) throw changed(write.path)
  if (write.after === null) {
    if (old !== null) unlinkSync(folder.at(name))
  } else if (old === null) {
    try {
      moveToFreeName(folder, fresh, name)
    } catch (error) {
      throw errnoOf(error) === "EEXIST" ? changed(write.path) : error
    }
  } else {
    renameSync(folder.at(fresh), folder.at(name))
  }
  target.swapped = true
}

function undoOne(folder: Folder, { name, made, old, backup }: Target): void {
  const there = lstatSync(folder.at(name), { bigint: true, throwIfNoEntry: false })
  if ((there?.ino ?? null) !== made) return
  if (old === null) removeFile(folder, name)
  else renameSync(folder.at(backup), folder.at(name))
}
