import { crc32 } from "node:zlib"
import type { Content } from "./content.ts"
import type { Database } from "./database.ts"
import type { Event } from "./entry.ts"

/** The lines of the log, oldest first. */
export function linesOf(database: Database): readonly string[] {
  return database
    .prepare("select entry from changes order by id")
    .all()
    .map((row) => String(row.entry))
}

/** The lines of the log, newest first, read as they are asked for. */
export function* newestLines(database: Database): Generator<string> {
  for (const row of database.prepare("select entry from changes order by id desc").iterate()) yield String(row.entry)
}

/** `head`: the signed checkpoint of the log's end; `end`: see {@link "./end.ts".endText}. */
export function metaOf(database: Database, name: "head" | "end"): string | undefined {
  const value = database.prepare("select value from meta where name = ?").get(name)?.value
  return value === undefined ? undefined : String(value)
}

/** The head and what belongs to it. @param end see {@link "./end.ts".endText} */
export function putEnd(database: Database, head: string, end: string): void {
  const put = database.prepare("insert or replace into meta (name, value) values (?, ?)")
  put.run("head", head)
  put.run("end", end)
}

/** A line of the log, with what it says of known-good files. */
export function insertLine(database: Database, id: number, line: string, event: Event): void {
  database.prepare("insert into changes (id, entry) values (?, ?)").run(id, line)
  if (event.kind === "dropped") {
    const drop = database.prepare("delete from files where path = ?")
    for (const { path } of event.files) drop.run(path)
  }
  if (event.kind !== "accepted") return
  const put = database.prepare(
    "insert or replace into files (path, hash, size, mode, format, accepted) values (?, ?, ?, ?, ?, ?)",
  )
  for (const { path, hash, size, mode, format } of event.files) put.run(path, hash, size, mode, format, id)
}

export function keepContent(database: Database, content: Content): void {
  const { hash, data, sealed } = content
  database
    .prepare("insert or ignore into snapshots (hash, data, crc, sealed) values (?, ?, ?, ?)")
    .run(hash, data, checksumOf(content), sealed ? 1 : 0)
}

/** Tells of damage without unpacking. */
function checksumOf({ hash, data, sealed }: Content): number {
  return crc32(data, crc32(sealed ? `${hash} sealed` : hash))
}

/** @param row of `snapshots`, perhaps of an older store.  @returns `undefined` when it is damaged */
export function wholeContent(row: Readonly<Record<string, unknown>>): Content | undefined {
  const { hash, data, crc, sealed } = row
  if (typeof hash !== "string" || !(data instanceof Uint8Array)) return undefined
  const content = { hash, data, sealed: sealed === 1 }
  return checksumOf(content) === crc ? content : undefined
}
