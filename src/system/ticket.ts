import { constants, fsyncSync, openSync, readdirSync, rmdirSync, statSync, unlinkSync, writeSync } from "node:fs"
import { join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { unless } from "./failure.ts"
import { closeQuietly, type Folder, openBelow, openFolder } from "./folder.ts"
import { isRunning, type ProcessName, thisProcess } from "./process.ts"

/** The folder of cfgsync's own files, below the project's root. */
const stateFolder = ".cfgsync"

const ticketName = /^write-(\d+)-(\d+)-([0-9a-z]+)-([0-9a-z]+)\.journal$/
/** Reasons for which an empty folder may stay: another took it, it is a link, or it is not ours to change. */
const stays = ["ENOENT", "ENOTEMPTY", "EEXIST", "ENOTDIR", "EACCES", "EPERM", "EROFS"]
const patience = 10_000
/** Age in milliseconds after which the ticket of another machine or container is taken for left behind: a write takes some milliseconds. */
const strangersAge = 60_000

/**
 * The right to write below a folder, and the journal of what is done with it: one file `.cfgsync/write-….journal`.
 * Everyone puts his own file first and looks for others' then, so of two at least one sees the other; a file is never taken over, so none is removed under a living owner.
 */
export interface Ticket {
  /** Letters, digits and `-`; part of the name of every temporary file of this write. */
  readonly id: string
  readonly state: Folder
  /** Tickets of processes that have ended; only the holder of a ticket may act on them. */
  readonly leftBehind: readonly string[]
  /** Adds a line to the journal. @param durable also when the power fails */
  note(line: string, durable: boolean): void
  /** Gives the right back. @param keep leave the journal to the next `recover` */
  close(keep?: boolean): void
}

/** Ids of this process's own tickets whose files could not be removed, or were left for `recover`. */
const abandoned = new Set<string>()
let count = 0

/** Waits until no other process writes below `home`. @throws `write-failed` after ten seconds, and when the journal cannot be made */
export function takeTicket(home: string): Ticket {
  const { pid, start, place } = thisProcess()
  const end = Date.now() + patience
  for (;;) {
    const random = Math.random().toString(36).slice(2, 10)
    const ticket = draw(home, `${pid}-${start}-${place}-${(count++).toString(36)}${random}`, end)
    if (ticket !== null) return ticket
    rest(end)
  }
}

function rest(end: number): void {
  if (Date.now() > end) {
    throw new CfgsyncError(
      "write-failed",
      "another cfgsync has been writing for ten seconds",
      "run cfgsync again when it is done",
    )
  }
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1 + Math.random() * 4)
}

/** Looks for tickets in the state folder of `home` without taking one; an empty folder, left by a process killed on its first step, is removed. */
export function hasTickets(home: string): boolean {
  const folder = join(home, stateFolder)
  const names = unless(["ENOENT", "ENOTDIR", "EACCES"], null, () => readdirSync(folder))
  if (names?.length === 0) unless(stays, undefined, () => rmdirSync(folder))
  return names?.some((name) => ticketName.test(name)) ?? false
}

/** The id in the name of a ticket's file. */
export function idOf(name: string): string {
  return name.slice("write-".length, -".journal".length)
}

/** @returns `null` when it was another's turn, or somebody removed the empty folder meanwhile. */
function draw(home: string, id: string, end: number): Ticket | null {
  const state = unless(["ENOENT"], null, () => openBelow(home, [stateFolder], true))
  if (state === null) return null
  const name = `write-${id}.journal`
  const flags =
    constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY | constants.O_APPEND | (constants.O_NOFOLLOW ?? 0)
  let handle: number | null = null
  try {
    handle = unless(["ENOENT"], null, () => openSync(state.at(name), flags, 0o600))
  } finally {
    if (handle === null) leave(home, state)
  }
  if (handle === null) return null
  const close = closeOf(home, state, name, id, handle)
  try {
    const leftBehind = waitForOthers(state, name, end)
    if (leftBehind !== null) return { id, state, leftBehind, note: noteIn(home, state, handle), close }
  } catch (error) {
    close()
    throw error
  }
  close()
  return null
}

function noteIn(home: string, state: Folder, handle: number): Ticket["note"] {
  return (line, durable) => {
    let bytes: Uint8Array = Buffer.from(`${line}\n`)
    while (bytes.length > 0) bytes = bytes.subarray(writeSync(handle, bytes))
    if (!durable) return
    fsyncSync(handle)
    state.sync()
    const outer = openFolder(home)
    outer.sync()
    outer.close()
  }
}

function closeOf(home: string, state: Folder, name: string, id: string, handle: number): Ticket["close"] {
  let open = true
  return (keep = false) => {
    if (!open) return
    open = false
    try {
      closeQuietly(handle)
      if (keep) abandoned.add(id)
      else unlinkSync(state.at(name))
    } catch {
      // The work is done or undone; what is left of the journal says so, and the next recovery removes it.
      abandoned.add(id)
    }
    leave(home, state)
  }
}

function leave(home: string, state: Folder): void {
  try {
    state.close()
    rmdirSync(join(home, stateFolder))
  } catch {
    // Others' files lie in it.
  }
}

/** @returns the tickets that ended processes left behind; `null` when a living one goes first. Of two that see each other the one with the lesser name stays. */
function waitForOthers(state: Folder, own: string, end: number): readonly string[] | null {
  for (;;) {
    const others = readdirSync(state.at(".")).filter((name) => name !== own && ticketName.test(name))
    const held = others.filter((name) => isHeld(state, name))
    if (held.length === 0) return others.sort()
    if (held.some((name) => name < own)) return null
    rest(end)
  }
}

function isHeld(state: Folder, name: string): boolean {
  if (abandoned.has(idOf(name))) return false
  const owner = ownerOf(name)
  const running = owner === null ? false : isRunning(owner)
  if (running !== null) return running
  const made = statSync(state.at(name), { throwIfNoEntry: false })?.mtimeMs
  return made !== undefined && Math.abs(Date.now() - made) < strangersAge
}

function ownerOf(name: string): ProcessName | null {
  const [, pid, start, place] = ticketName.exec(name) ?? []
  return place === undefined ? null : { pid: Number(pid), start: Number(start), place }
}
