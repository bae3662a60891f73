import { tmpdir } from "node:os"
import { join } from "node:path"
import type { DatabaseSync, DatabaseSyncOptions } from "node:sqlite"
import { pathToFileURL } from "node:url"
import { CfgsyncError } from "../model/errors.ts"
import { migrations } from "./migrations.ts"

export type Database = DatabaseSync

const patience = 10_000

/** The file holds no database, or not a whole one. */
export class Damage extends Error {}

/** SQLite, loaded when it is first needed. Node 22 calls it experimental whenever it is loaded, which is no news to the user of cfgsync. */
export function connect(file: string | URL, options: DatabaseSyncOptions = {}): Database {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    const { DatabaseSync } = process.getBuiltinModule("node:sqlite")
    return new DatabaseSync(file, { timeout: patience, enableForeignKeyConstraints: true, ...options })
  } finally {
    process.emitWarning = emitWarning
  }
}

/**
 * @param alone it is for a short time: then nobody else is let in, unless somebody reads in it, and SQLite need not make and remove the shared memory by
 * which readers and a writer know of each other.
 * @throws Damage, CfgsyncError
 */
export function openDatabase(file: string, alone = false): Database {
  return inWords(file, () => (alone ? openedAlone(file) : undefined) ?? prepared(connect(file), file))
}

let lone: { readonly file: string; readonly database: Database } | undefined

/** The connection of this process that lets no other in, whoever else asks in this process. */
export function loneDatabase(file: string): Database | undefined {
  return lone?.file === file && lone.database.isOpen ? lone.database : undefined
}

function openedAlone(file: string): Database | undefined {
  const database = connect(file, { timeout: 0 })
  try {
    database.exec("pragma locking_mode = exclusive")
    lone = { file, database: prepared(database, file) }
    return lone.database
  } catch (error) {
    if (sqliteCode(error) === busy) return undefined
    throw error
  }
}

function prepared(database: Database, file: string): Database {
  try {
    assertSettings(database)
    migrate(database, file)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

/**
 * For a disk that cannot be written: no process changes the file. What a killed process left beside it is read too, in a copy elsewhere.
 * @returns also how to remove that copy, when the database is closed.  @throws Damage, CfgsyncError
 */
export function openUnchanging(file: string): { readonly database: Database; readonly close: () => void } {
  const { copyFileSync, mkdtempSync, rmSync } = process.getBuiltinModule("node:fs")
  if (isWhole(file)) {
    const url = new URL(`${pathToFileURL(file).href}?immutable=1`)
    return { database: inWords(file, () => connect(url, { readOnly: true })), close: () => {} }
  }
  const folder = mkdtempSync(join(tmpdir(), "cfgsync-store-"))
  const close = () => rmSync(folder, { recursive: true, force: true })
  try {
    for (const end of ["", "-wal"]) copyFileSync(file + end, join(folder, `store.db${end}`))
    return { database: inWords(file, () => connect(join(folder, "store.db"))), close }
  } catch (error) {
    close()
    throw error
  }
}

/** Whether nothing of a store is still outside of its file, in the log of changes that SQLite keeps beside it. */
export function isWhole(file: string): boolean {
  return (process.getBuiltinModule("node:fs").statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0
}

/** A setting that SQLite passes over in silence would lose what was said to be kept. */
function assertSettings(database: Database): void {
  const wanted = [
    ["journal_mode", "wal", "wal"],
    ["synchronous", "full", 2],
    ["trusted_schema", "off", 0],
    ["cell_size_check", "on", 1],
  ] as const
  database.exec(wanted.map(([name, value]) => `pragma ${name} = ${value}`).join(";"))
  const tables = wanted.map(([name]) => `pragma_${name}`).join(", ")
  const told = database.prepare(`select * from ${tables}`).get()
  for (const [name, value, number] of wanted) {
    if (told?.[name] !== number)
      throw new CfgsyncError(
        "not-possible-here",
        `the database refuses the setting ${name} = ${value}`,
        "the file system may not be able to share memory between processes; network drives often are not",
      )
  }
}

export function pragma(database: Database, name: string): unknown {
  return Object.values(database.prepare(`pragma ${name}`).get() ?? {})[0]
}

function migrate(database: Database, file: string): void {
  const version = () => Number(pragma(database, "user_version"))
  if (version() > migrations.length)
    throw new CfgsyncError("not-possible-here", `${file} was made by a newer cfgsync`, "update cfgsync")
  for (const [index, migration] of migrations.entries()) {
    if (version() > index) continue
    transaction(database, () => {
      // Another process may have done it while this one waited.
      if (version() <= index) database.exec(`${migration}; pragma user_version = ${index + 1}`)
    })
  }
}

/** All or nothing, and on the disk when it returns. */
export function transaction<T>(database: Database, work: () => T): T {
  database.exec("begin immediate")
  try {
    const result = work()
    database.exec("commit")
    return result
  } catch (error) {
    if (database.isTransaction) database.exec("rollback")
    throw error
  }
}

const busy = 5

const sqliteWords: Readonly<Record<number, readonly [reason: string, hint: string]>> = {
  [busy]: ["another cfgsync has been using it for ten seconds", "run cfgsync again when it is done"],
  8: ["it may not be written", "look at the permissions of the file and of its folder"],
  10: ["the disk reported an error", "look at the system log (dmesg) before you write again"],
  13: ["no space left on the disk", "free some space and run cfgsync again"],
  14: ["it cannot be opened", "look at the permissions of the file and of its folder"],
}

/** @throws Damage for what is no database; CfgsyncError for what the user can mend */
export function inWords<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const code = sqliteCode(error)
    if (code === undefined || !(error instanceof Error)) throw error
    // 1: a table is not as its version says.
    if (code === 1 || code === 11 || code === 26) throw new Damage(error.message, { cause: error })
    const [reason, hint] = sqliteWords[code] ?? [error.message, undefined]
    throw new CfgsyncError("write-failed", `${file}: ${reason}`, hint, { cause: error })
  }
}

/** The primary result code of SQLite. */
function sqliteCode(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number"
    ? error.errcode & 0xff
    : undefined
}
