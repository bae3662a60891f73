import { constants, fstatSync, openSync, readFileSync, renameSync, unlinkSync } from "node:fs"
import { join } from "node:path"
import { errnoOf, inWords, unless } from "./failure.ts"
import { closeQuietly, type Folder, removeIfEmpty } from "./folder.ts"
import { sha256 } from "./hash.ts"
import { type Journal, type JournalFile, type Mark, readJournal } from "./journal.ts"
import { readHandle } from "./read.ts"
import { openFolderOf } from "./target.ts"
import { moveToFreeName, removeFile } from "./temporary.ts"
import { hasTickets, idOf, type Ticket, takeTicket } from "./ticket.ts"

const noFile = ["ENOENT", "ENOTDIR", "ELOOP"]

/** Finishes or undoes what killed processes left below `home`: see `System.recover`. Costs one look-up when there is nothing. */
export function recoverFolder(home: string): readonly string[] {
  if (!hasTickets(home)) return []
  try {
    const ticket = takeTicket(home)
    try {
      return recoverWith(home, ticket)
    } finally {
      ticket.close()
    }
  } catch (error) {
    throw inWords(error, "write-failed", `cannot finish what an earlier cfgsync left in ${home}`)
  }
}

/** The same, for who may write already. @returns the paths that were touched, sorted */
export function recoverWith(home: string, ticket: Ticket): readonly string[] {
  const touched = ticket.leftBehind.flatMap((name) => {
    const paths = recoverOne(home, ticket.state, name)
    removeFile(ticket.state, name)
    return paths
  })
  return [...new Set(touched)].sort()
}

function recoverOne(home: string, state: Folder, name: string): readonly string[] {
  const handle = openSync(
    state.at(name),
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
  )
  let text: string
  try {
    text = fstatSync(handle).isFile() ? readFileSync(handle, "utf8") : ""
  } finally {
    closeQuietly(handle)
  }
  const read = readJournal(text, idOf(name))
  return read === null ? [] : settle(home, read.journal, read.mark)
}

/** A file of a journal as it lies there now. */
interface Found {
  readonly file: JournalFile
  readonly folder: Folder
  readonly state: "old" | "new" | "foreign"
  readonly hasFresh: boolean
}

function settle(home: string, journal: Journal, mark: Mark | null): readonly string[] {
  const found: Found[] = []
  try {
    for (const file of journal.files) {
      const folder = unless(noFile, null, () => openFolderOf(home, file.names, false))
      if (folder !== null) found.push(find(folder, file))
    }
    for (const { folder, file, state } of found) act(decide(found, mark), folder, file, state)
    for (const { folder } of found) folder.sync()
    for (const { folder, file } of found) {
      removeFile(folder, file.fresh)
      removeFile(folder, file.backup)
    }
  } finally {
    for (const { folder } of found) folder.close()
  }
  for (const names of journal.folders.toReversed()) removeIfEmpty(home, names)
  return found.map(({ file }) => file.names.join("/"))
}

function find(folder: Folder, file: JournalFile): Found {
  const now = hashIn(folder, file.names.at(-1) ?? "")
  const state = now === file.before ? "old" : now === file.after ? "new" : "foreign"
  const hasFresh = file.after === null || hashIn(folder, file.fresh) === file.after
  return { file, folder, state, hasFresh }
}

/**
 * Before `commit` no file was touched, or the only one by the rename that decides. After it the write is completed, unless somebody has changed
 * one of the files since, or it was being undone: then it is undone.
 */
function decide(found: readonly Found[], mark: Mark | null): "forward" | "back" | "neither" {
  if (mark === null || mark === "done") return "neither"
  const old = found.filter(({ state }) => state === "old")
  if (mark === "undo") return "back"
  if (old.length === 0) return "neither"
  return old.every(({ hasFresh }) => hasFresh) && found.every(({ state }) => state !== "foreign") ? "forward" : "back"
}

function act(way: "forward" | "back" | "neither", folder: Folder, file: JournalFile, state: Found["state"]): void {
  const name = file.names.at(-1) ?? ""
  if (way === "forward" && state === "old") {
    if (file.after === null) unlinkSync(folder.at(name))
    else if (file.before === null) moveToFreeName(folder, file.fresh, name)
    else renameSync(folder.at(file.fresh), folder.at(name))
  }
  if (way === "back" && state === "new") {
    if (file.before === null) unlinkSync(folder.at(name))
    else if (hashIn(folder, file.backup) === file.before) renameSync(folder.at(file.backup), folder.at(name))
  }
}

/** @returns `null` when there is no file; "" for what is no regular file */
function hashIn(folder: Folder, name: string): string | null {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0)
  let handle: number
  try {
    handle = openSync(folder.at(name), flags)
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return null
    if (errnoOf(error) === "ELOOP" || errnoOf(error) === "ENXIO") return ""
    throw error
  }
  try {
    return fstatSync(handle).isFile()
      ? sha256(readHandle(handle, Number.MAX_SAFE_INTEGER, join(folder.path, name)))
      : ""
  } finally {
    closeQuietly(handle)
  }
}
