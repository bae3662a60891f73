import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Besides } from "./besides.ts"
import type { Checkpoint } from "./checkpoint.ts"
import type { Content } from "./content.ts"
import { connect, type Database } from "./database.ts"
import { lineHash, parseEntry } from "./entry.ts"
import { addLeaf, leafHash, peaksOf, rootOf, rootOfPeaks, same } from "./merkle.ts"
import { migrations } from "./migrations.ts"
import { metaOf, wholeContent } from "./rows.ts"

/** What could be saved of a damaged store. */
export interface Saved {
  /** The beginning of its log, each entry following from the one before it. */
  readonly lines: readonly string[]
  /** The highest id of an entry that was seen at all. */
  readonly seen: number
  /** Those that their checksums say are whole. */
  readonly contents: readonly Content[]
  readonly besides: Besides
}

/**
 * Takes out of a damaged store what still proves itself: entries by the hash that the next one holds and by what its checkpoints say, contents by their
 * checksum. Three ways lead to them: the database as it is; the database with a new first page, which is the same for all stores; and the bytes of the
 * file. The file is left as it is.
 * @param believed opens a note that bears a signature of the owner.  @param notes checkpoints from elsewhere.
 */
export function salvage(
  file: string,
  believed: (note: string) => Checkpoint | undefined,
  notes: readonly string[],
): Saved {
  const folder = mkdtempSync(join(file, "..", "salvage-"))
  try {
    const found = new Findings()
    for (const text of [file, `${file}-wal`]) if (existsSync(text)) carve(readFileSync(text), found)
    const copy = join(folder, "store.db")
    for (const end of ["", "-wal"]) if (existsSync(file + end)) copyFileSync(file + end, copy + end)
    readInto(found, copy)
    writeFileSync(copy, withFirstPage(readFileSync(file), join(folder, "model.db")))
    rmSync(`${copy}-shm`, { force: true })
    readInto(found, copy)
    const heads = [...notes, ...found.heads].flatMap((note) => believed(note) ?? [])
    const lines = heads.reduce((kept, head) => heldAgainst(kept, head, found), chained(found))
    const ids = [...found.lines.keys(), ...heads.map(({ size }) => size)]
    return {
      lines,
      seen: ids.reduce((most, id) => Math.max(most, id), 0),
      contents: [...found.contents.values()],
      besides: found.besides,
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

class Findings {
  /** By id, the bytes of all that claim to be it, as Latin-1. */
  readonly lines = new Map<number, Set<string>>()
  readonly contents = new Map<string, Content>()
  readonly heads = new Set<string>()
  readonly besides = new Besides()

  add(id: number, bytes: Uint8Array): void {
    const there = this.lines.get(id) ?? new Set()
    this.lines.set(id, there.add(Buffer.from(bytes).toString("latin1")))
  }

  /** Those of an id, broken ones too. */
  bytesOf(id: number): readonly Buffer[] {
    return [...(this.lines.get(id) ?? [])].map((text) => Buffer.from(text, "latin1"))
  }

  textsOf(id: number): readonly string[] {
    return this.bytesOf(id).map((bytes) => bytes.toString())
  }
}

/** The first keys of entries, in the order of canonical JSON, and the last two. No control character stands in JSON text. */
const entryText =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they end what can be an entry
  /\{"(?:actor|aside|detail|id|intent|key)":[^\x00-\x1f]*?"version":1(?:,"worktree":"(?:[^"\\\x00-\x1f]|\\.)*")?\}/g

function carve(bytes: Buffer, found: Findings): void {
  for (const [text] of bytes.toString("latin1").matchAll(entryText)) {
    const line = Buffer.from(text, "latin1")
    const entry = parseEntry(line.toString())
    if (entry !== undefined) found.add(entry.id, line)
  }
}

/** Reads row by row, over what cannot be read. */
function readInto(found: Findings, file: string): void {
  let database: Database | undefined
  try {
    database = connect(file, { defensive: false })
    // Without it a file that is shorter than its first page says cannot be read at all.
    database.exec("pragma writable_schema = on")
    for (const { at, row } of rowsOf(database, "select id as at, cast(entry as blob) as entry from changes"))
      if (row.entry instanceof Uint8Array) found.add(at, row.entry)
    for (const { row } of rowsOf(database, "select rowid as at, * from snapshots")) {
      const content = wholeContent(row)
      if (content !== undefined) found.contents.set(content.hash, content)
    }
    found.besides.read(database)
    found.heads.add(metaOf(database, "head") ?? "")
  } catch {
    // Nothing comes this way.
  } finally {
    database?.close()
  }
}

/** After so many numbers in a row that no row could be read of, the end is taken to be reached. */
const patience = 2000

function* rowsOf(database: Database, query: string) {
  let last = 0
  try {
    for (const row of database.prepare(`${query} order by 1`).iterate()) {
      last = Number(row.at)
      yield { at: last, row }
    }
    return
  } catch {
    // From here on one by one.
  }
  const one = database.prepare(`select * from (${query}) where at = ?`)
  for (let at = last + 1, missed = 0; missed < patience; at++, missed++) {
    try {
      const row = one.get(at)
      if (row === undefined) continue
      missed = 0
      yield { at, row }
    } catch {
      // This one is lost.
    }
  }
}

/** The file with the first page of a new store and its own length in it. */
function withFirstPage(bytes: Buffer, model: string): Buffer {
  const database = connect(model)
  for (const migration of migrations) database.exec(migration)
  database.exec(`pragma user_version = ${migrations.length}`)
  database.close()
  const first = readFileSync(model).subarray(0, pageSize)
  first.writeUInt32BE(Math.ceil(bytes.length / pageSize), 28)
  // No list of free pages.
  first.writeUInt32BE(0, 32)
  first.writeUInt32BE(0, 36)
  const rest = bytes.subarray(pageSize)
  return Buffer.concat([first, rest, Buffer.alloc((pageSize - (rest.length % pageSize)) % pageSize)])
}

const pageSize = 4096

/** The longest beginning in which each entry follows from the one before it. */
function chained(found: Findings): readonly string[] {
  const chain: string[] = []
  for (let id = 1; ; id++) {
    const previous = chain.at(-1) ?? null
    const candidates = found.textsOf(id).filter((line) => follows(line, id, previous))
    const wanted = new Set(found.textsOf(id + 1).flatMap((line) => parseEntry(line)?.previous ?? []))
    const proves = (line: Uint8Array | string) => wanted.has(lineHash(line))
    const proven = candidates.find(proves)
    const next =
      proven ?? (wanted.size > 0 ? mended(found.bytesOf(id), proves, id, previous) : undefined) ?? candidates[0]
    if (next === undefined) return chain
    chain.push(next)
  }
}

function follows(line: string, id: number, previous: string | null): boolean {
  const entry = parseEntry(line)
  return entry?.id === id && entry.previous === (previous === null ? null : lineHash(previous))
}

/** The lines that a checkpoint vouches for, or says nothing of: one that is of just as many, or one more, says what the last was. */
function heldAgainst(lines: readonly string[], { size, root }: Checkpoint, found: Findings): readonly string[] {
  if (size > lines.length + 1) return lines
  const leaves = lines.slice(0, size).map(leafHash)
  if (size <= lines.length && same(rootOf(leaves), root)) return lines
  if (size < lines.length) return []
  const kept = lines.slice(0, size - 1)
  const peaks = peaksOf(leaves.slice(0, size - 1))
  const proves = (line: Uint8Array) => same(rootOfPeaks(addLeaf(peaks, size - 1, leafHash(line))), root)
  return [...kept, ...[mended(found.bytesOf(size), proves, size, kept.at(-1) ?? null) ?? []].flat()]
}

/** Lines longer than this are not mended, because trying takes the square of their length. */
const mendable = 4000

/** A line in which one byte is not what it was: who knows a hash of it finds it by trying. */
function mended(
  broken: readonly Buffer[],
  proves: (line: Uint8Array) => boolean,
  id: number,
  previous: string | null,
): string | undefined {
  for (const bytes of broken) {
    if (bytes.length > mendable) continue
    for (let at = 0; at < bytes.length; at++) {
      const was = bytes[at] ?? 0
      for (let other = 0x20; other < 0x100; other++) {
        bytes[at] = other
        if (proves(bytes) && follows(bytes.toString(), id, previous)) return bytes.toString()
      }
      bytes[at] = was
    }
  }
  return undefined
}
