import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { sha256 } from "../hash.ts"
import { stageEntries } from "../indexSystem.ts"
import { isRunning, type ProcessName, thisProcess } from "../process.ts"
import { isInside } from "../read.ts"
import { openSystem } from "../real.ts"
import type { FileWrite, System } from "../system.ts"
import { type GitEntry, indexEntries } from "./entries.ts"
import { type Git, openGit } from "./git.ts"
import { type Environment, findGit, stagingJournal } from "./place.ts"

/** An entry of the index, from what it was to what it will be. */
export interface StagedEntry {
  readonly path: string
  /** `null`: it is not in the index. */
  readonly before: GitEntry | null
  readonly after: GitEntry
}

interface Journal {
  readonly version: 1
  readonly process: ProcessName
  /** The folder that paths count from. */
  readonly root: string
  readonly entries: readonly StagedEntry[]
  readonly tree: readonly { readonly path: string; readonly before: string | null; readonly after: string | null }[]
}

/**
 * Stage entries and write the files that belong to them: both or neither. The files come first. When it is cut short in between, `recoverStaging` sees by
 * the index which it was: all of it is there, or the files go back.
 * @param write writes to the disk, all or none.
 */
export function stageWith(
  git: Git,
  entries: readonly StagedEntry[],
  tree: readonly FileWrite[],
  write: (files: readonly FileWrite[]) => void,
): void {
  const journal = stagingJournal(git)
  const indexes = indexesAtWork(git)
  if (tree.length > 0)
    note(journal, { version: 1, process: thisProcess(), root: git.folder, entries, tree: tree.map(encoded) })
  try {
    write(tree)
    try {
      for (const index of indexes) stageIn(git, index, entries)
    } catch (error) {
      write(tree.map(({ path, before, after }) => ({ path, before: after, after: before })))
      throw error
    }
  } finally {
    rmSync(journal, { force: true })
  }
}

/**
 * The indexes that the commit at work looks at. For `git commit FILE` git makes one for the commit, of HEAD and these files, and another (`index.lock`) that
 * will be the index afterwards: what is repaired in the first alone would look undone in the second.
 */
function indexesAtWork(git: Git): readonly string[] {
  const coming = join(git.own, "index.lock")
  const partial = /^next-index-\d+\.lock$/.test(basename(git.index)) && existsSync(coming)
  return partial ? [coming, git.index] : [git.index]
}

function stageIn(git: Git, index: string, entries: readonly StagedEntry[]): void {
  const there = index === git.index ? null : indexEntries(git, index)
  const meant = entries.filter(({ path, before }) => there === null || there.get(path)?.oid === before?.oid)
  if (meant.length === 0) return
  stageEntries(
    git,
    meant.map(({ path, after }) => ({ path, entry: after })),
    index,
  )
}

function encoded({ path, before, after }: FileWrite): Journal["tree"][number] {
  return {
    path,
    before: before === null ? null : Buffer.from(before).toString("base64"),
    after: after === null ? null : sha256(after),
  }
}

function note(journal: string, content: Journal): void {
  const temporary = `${journal}.${process.pid}`
  writeFileSync(temporary, JSON.stringify(content), { mode: 0o600 })
  const handle = openSync(temporary, "r")
  fsyncSync(handle)
  closeSync(handle)
  renameSync(temporary, journal)
}

/** Finishes or takes back what a killed run was staging. Files that somebody changed since then stay as they are. @param folder any of the worktree */
export function recoverStaging(folder: string, environment: Environment, cwd?: string): void {
  const place = findGit(folder, environment, cwd)
  if (place === null) return
  const path = stagingJournal(place)
  const journal = parse(path)
  if (journal !== null && isRunning(journal.process) !== false) return
  if (journal !== null && isInside(place.top, journal.root) && existsSync(journal.root)) settle(journal, environment)
  rmSync(path, { force: true })
}

function settle({ root, entries, tree }: Journal, environment: Environment): void {
  const git = openGit(root, environment)
  if (git === null) return
  awaitOrphan(git)
  const staged = indexEntries(git, join(git.own, "index"))
  if (entries.every((entry) => staged.get(entry.path)?.oid === entry.after.oid)) return
  const disk = openSystem(root)
  disk.recover()
  for (const file of tree) takeBack(disk, file)
}

/** A killed run may leave a git behind that is about to write the index still: its word is waited for, a while. */
function awaitOrphan(git: Git): void {
  const pause = (milliseconds: number) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
  pause(orphanStarts)
  for (let waited = 0; waited < orphanWorks && existsSync(join(git.own, "index.lock")); waited += 20) pause(20)
}

/** Milliseconds. */
const orphanStarts = 50
const orphanWorks = 1000

function takeBack(disk: System, { path, before, after }: Journal["tree"][number]): void {
  const now = disk.read(path, Number.MAX_SAFE_INTEGER)
  if ((now === null ? null : sha256(now)) !== after) return
  disk.write([{ path, before: now, after: before === null ? null : Buffer.from(before, "base64") }])
}

function parse(path: string): Journal | null {
  try {
    const value: Journal = JSON.parse(readFileSync(path, "utf8"))
    return value.version === 1 &&
      typeof value.root === "string" &&
      Array.isArray(value.entries) &&
      Array.isArray(value.tree)
      ? value
      : null
  } catch {
    return null
  }
}
