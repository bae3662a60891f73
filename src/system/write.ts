import { accessSync, constants, existsSync } from "node:fs"
import { dirname } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { inWords } from "./failure.ts"
import { isInside } from "./read.ts"
import { recoverWith } from "./recover.ts"
import type { FileWrite } from "./system.ts"
import { type Place, placeOf, refuseReplacing } from "./target.ts"
import { type Ticket, takeTicket } from "./ticket.ts"
import { Transaction } from "./transaction.ts"

/**
 * Replaces files, all or none: see `System.write`.
 *
 * New content goes to a temporary file beside the target and to the disk, the old file gets a second name, the target is compared once more with what
 * the plan was made from, and `rename` puts the new in the old one's place; afterwards the old file, now under its second name only, is compared again,
 * which sees a program that wrote into it in between. What is left is a program that *renames* a file of its own into place within the microseconds
 * between comparison and rename: its file is replaced, unseen. POSIX has no call that compares and renames in one.
 *
 * Every write has a journal, so that `recover` finds its temporary files without walking the tree. For one file the journal is not forced to the disk,
 * because rename alone decides: after a power failure (not after a kill) a temporary file may stay behind, and a sync, the dearest part of a write, is saved.
 * For several files it is forced to the disk before the first rename.
 */
export function writeFiles(root: string, files: readonly FileWrite[]): void {
  if (files.length === 0) return
  const shown = files.length === 1 ? (files[0]?.path ?? "") : `${files.length} files`
  try {
    const places = files.map((file) => placeOf(root, file))
    refuseTwice(places)
    const home = homeOf(root, places)
    const ticket = takeTicket(home)
    let keep = false
    try {
      recoverWith(home, ticket)
      keep = writeWith(home, ticket, places)
    } catch (error) {
      keep = error instanceof Leftover
      throw error instanceof Leftover ? error.cause : error
    } finally {
      ticket.close(keep)
    }
  } catch (error) {
    throw inWords(error, "write-failed", `cannot write ${shown}`)
  }
}

/** See `System.refusal`. */
export function refusalOf(root: string, path: string): CfgsyncError | undefined {
  try {
    const place = placeOf(root, { path, before: null, after: null })
    refuseReplacing(homeOf(root, [place]), place)
    return undefined
  } catch (error) {
    const said = inWords(error, "write-refused", `cannot write ${path}`)
    if (said instanceof CfgsyncError) return said
    throw error
  }
}

/** A failed write (its `cause`) that left something for the next `recover`: the journal must stay. */
class Leftover extends Error {}

/** @returns whether temporary files are left that the next `recover` must remove */
function writeWith(home: string, ticket: Ticket, places: readonly Place[]): boolean {
  const work = new Transaction(home, ticket.id, places)
  const several = places.length > 1
  try {
    ticket.note(JSON.stringify(work.journal), several)
    work.prepare()
    if (several) ticket.note("commit", true)
    work.swap()
  } catch (error) {
    return fail(work, ticket, error)
  }
  return !work.clean(() => ticket.note("done", false))
}

function fail(work: Transaction, ticket: Ticket, error: unknown): never {
  try {
    work.undo()
  } catch (second) {
    throw new Leftover("not undone", { cause: undoFailed(ticket, error, second) })
  }
  if (!work.clean(() => ticket.note("done", false))) throw new Leftover("not cleaned", { cause: error })
  throw error
}

function undoFailed(ticket: Ticket, first: unknown, second: unknown): unknown {
  try {
    ticket.note("undo", true)
  } catch {
    // Then the next run completes the write instead: all new is as good as all old.
  }
  const [one, two] = [
    inWords(first, "write-failed", "the write failed"),
    inWords(second, "write-failed", "undoing it failed"),
  ]
  if (!(one instanceof Error) || !(two instanceof Error)) return first
  return new CfgsyncError("write-failed", `${one.message}; ${two.message}`, "the next run of cfgsync settles it", {
    cause: first,
  })
}

function refuseTwice(places: readonly Place[]): void {
  const seen = new Map<string, string>()
  for (const { path, write } of places) {
    const other = seen.get(path)
    if (other !== undefined) throw new CfgsyncError("write-refused", `${other} and ${write.path} are the same file`)
    seen.set(path, write.path)
  }
}

/**
 * The folder whose journal the write has: the root. For a file outside it, or when the root may not be written, it is the file's own folder:
 * the next write there finds what this one left.
 */
function homeOf(root: string, places: readonly Place[]): string {
  const outside = places.find(({ path }) => !isInside(root, path))
  const only = places.length === 1 ? places[0] : undefined
  if (outside === undefined && (only === undefined || isWritable(root))) return root
  if (outside !== undefined && only === undefined)
    throw new CfgsyncError(
      "write-refused",
      `${outside.path} lies outside the project: such files are written one at a time`,
    )
  let home = dirname(only?.path ?? root)
  while (!existsSync(home)) home = dirname(home)
  return home
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}
