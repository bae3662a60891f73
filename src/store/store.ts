import { join } from "node:path"
import { crc32, deflateRawSync } from "node:zlib"
import { CfgsyncError } from "../model/errors.ts"
import { type Checkpoint, originOf, signCheckpoint } from "./checkpoint.ts"
import { readContent, sha256 } from "./content.ts"
import { type Database, inWords, transaction } from "./database.ts"
import { type AcceptedFile, type Entry, type Event, lineOf, parseEntry } from "./entry.ts"
import { Journal } from "./journal.ts"
import { addLeaf, leafHash, type Peaks, rootOfPeaks } from "./merkle.ts"
import type { Signer } from "./note.ts"
import { Outbox } from "./outbox.ts"
import type { StorePlace } from "./place.ts"
import type { Log } from "./verifyLog.ts"
import type { Witness } from "./witness.ts"

/** The known-good state of a file, and the entry that accepted it. */
export interface KnownGood extends AcceptedFile {
  readonly accepted: number
}

/** The end of a log, from which it grows. */
export interface End {
  readonly size: number
  readonly peaks: Peaks
  readonly last: string | null
}

export interface StoreParts {
  readonly place: StorePlace
  readonly database: Database
  readonly id: string
  readonly end: End
  /** What writing needs; absent: the store can only be read. */
  readonly writing?: {
    readonly signer: Signer
    readonly witness: Pick<Witness, "remember">
    readonly now: () => string
  }
  /** Gives the lock back. */
  readonly release: () => void
}

/** The memory of a project: the log of all changes, the contents before and after them, and what is known to be good. Open for as short as can be. */
export class Store {
  readonly place: StorePlace
  readonly id: string
  readonly #parts: StoreParts
  readonly #database: Database
  #end: End

  constructor(parts: StoreParts) {
    this.place = parts.place
    this.id = parts.id
    this.#parts = parts
    this.#database = parts.database
    this.#end = parts.end
  }

  get file(): string {
    return join(this.place.folder, "store.db")
  }

  /** Whether something can be recorded. */
  get writable(): boolean {
    return this.#parts.writing !== undefined
  }

  /**
   * Adds to the log, with contents to keep, all or nothing; on the disk when it returns.
   * @returns the ids of the entries.  @throws CfgsyncError when it cannot be written
   */
  append(events: readonly Event[], contents: readonly Uint8Array[] = []): readonly number[] {
    const { writing } = this.#parts
    if (writing === undefined) throw new CfgsyncError("write-failed", `${this.file} may not be written`)
    const time = writing.now()
    let { size, peaks, last } = this.#end
    const lines = events.map((event) => {
      const line = lineOf(event, size + 1, time, last)
      peaks = addLeaf(peaks, size, leafHash(line))
      last = line
      return { id: ++size, line, event }
    })
    const head = this.#sign({ size, peaks }, writing.signer)
    inWords(this.file, () =>
      transaction(this.#database, () => {
        for (const content of contents) this.#keep(content)
        for (const { id, line, event } of lines) this.#insert(id, line, event)
        this.#database.prepare("insert or replace into meta (name, value) values ('head', ?)").run(head)
      }),
    )
    this.#end = { size, peaks, last }
    writing.witness.remember(this.file, this.id, head)
    return lines.map(({ id }) => id)
  }

  #sign({ size, peaks }: Pick<End, "size" | "peaks">, signer: Signer): string {
    const checkpoint: Checkpoint = { origin: originOf(this.id), size, root: rootOfPeaks(peaks) }
    return signCheckpoint(checkpoint, signer)
  }

  #insert(id: number, line: string, event: Event): void {
    this.#database.prepare("insert into changes (id, entry) values (?, ?)").run(id, line)
    if (event.kind !== "accepted") return
    const put = this.#database.prepare(
      "insert or replace into files (path, hash, size, mode, format, accepted) values (?, ?, ?, ?, ?, ?)",
    )
    for (const { path, hash, size, mode, format } of event.files) put.run(path, hash, size, mode, format, id)
  }

  #keep(content: Uint8Array): void {
    const data = deflateRawSync(content)
    const hash = sha256(content)
    this.#database
      .prepare("insert or ignore into snapshots (hash, data, crc) values (?, ?, ?)")
      .run(hash, data, crc32(data, crc32(hash)))
  }

  /** See {@link readContent}. */
  content(hash: string): Uint8Array | undefined {
    return readContent(this.#database, hash, this.file)
  }

  knows(hash: string): boolean {
    return this.#database.prepare("select 1 from snapshots where hash = ?").get(hash) !== undefined
  }

  /** By path, sorted. */
  knownGood(): ReadonlyMap<string, KnownGood> {
    const rows = this.#database
      .prepare("select path, hash, size, mode, format, accepted from files order by path")
      .all()
    return new Map(rows.map((row) => [String(row.path), knownGoodOf(row)]))
  }

  /** Oldest first. */
  entries(): readonly Entry[] {
    return this.lines().flatMap((line) => parseEntry(line) ?? [])
  }

  lines(): readonly string[] {
    return linesOf(this.#database)
  }

  log(): Log {
    const head = this.#database.prepare("select value from meta where name = 'head'").get()
    return { lines: this.lines(), head: String(head?.value ?? "") }
  }

  /** Writes that were begun, and of which nothing is known. Who has the lock may ask the disk. */
  openIntents(): readonly Extract<Entry, { readonly kind: "intent" }>[] {
    const rows = this.#database
      .prepare(
        "select entry from changes where kind = 'intent' and id not in (select intent from changes where intent is not null) order by id",
      )
      .all()
    return rows.flatMap((row) => {
      const entry = parseEntry(String(row.entry))
      return entry?.kind === "intent" ? [entry] : []
    })
  }

  /** What is to be told to whom. It is no part of the log. */
  get outbox(): Outbox {
    return new Outbox(this.#database)
  }

  /** What monitors saw. It is no part of the log. */
  get journal(): Journal {
    return new Journal(this.#database)
  }

  close(): void {
    this.#database.close()
    this.#parts.release()
  }
}

export function linesOf(database: Database): readonly string[] {
  return database
    .prepare("select entry from changes order by id")
    .all()
    .map((row) => String(row.entry))
}

function knownGoodOf(row: Readonly<Record<string, unknown>>): KnownGood {
  return {
    path: String(row.path),
    hash: String(row.hash),
    size: Number(row.size),
    mode: String(row.mode),
    format: String(row.format),
    accepted: Number(row.accepted),
  }
}
