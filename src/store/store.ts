import { join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { type Checkpoint, originOf, signCheckpoint } from "./checkpoint.ts"
import { type Content, readContent } from "./content.ts"
import { type Database, inWords, transaction } from "./database.ts"
import { type End, endText, grown } from "./end.ts"
import {
  type AcceptedFile,
  type Alarm,
  type Configuration,
  type Entry,
  type Event,
  lineOf,
  parseEntry,
} from "./entry.ts"
import { Journal } from "./journal.ts"
import { rootOfPeaks } from "./merkle.ts"
import type { Signer } from "./note.ts"
import { Outbox } from "./outbox.ts"
import type { StorePlace } from "./place.ts"
import { insertLine, keepContent, linesOf, metaOf, newestLines, putEnd } from "./rows.ts"
import type { Log } from "./verifyLog.ts"

/** The known-good state of a file, and the entry that accepted it. */
export interface KnownGood extends AcceptedFile {
  readonly accepted: number
}

export interface StoreParts {
  readonly place: StorePlace
  readonly database: Database
  readonly id: string
  readonly end: End
  /** What writing needs; absent: the store can only be read. */
  readonly writing?: {
    readonly signer: Signer
    /** Hears each new head, so that it is remembered elsewhere. */
    readonly remember: (head: string) => void
    readonly now: () => string
  }
  /** What was just told of it, if anything: then there may be something to mend. */
  readonly alarm?: Alarm
  /** Called when the database is closed: gives the lock back. */
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

  /** What was found wrong with it when it was opened. */
  get alarm(): Alarm | undefined {
    return this.#parts.alarm
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
  append(events: readonly Event[], contents: readonly Content[] = []): readonly number[] {
    const { writing } = this.#parts
    if (writing === undefined) throw new CfgsyncError("write-failed", `${this.file} may not be written`)
    const time = writing.now()
    let end = this.#end
    const lines = events.map((event) => {
      const id = end.size + 1
      const line = lineOf(event, id, time, end.last)
      end = grown(end, line, event)
      return { id, line, event }
    })
    const head = this.#sign(end, writing.signer)
    inWords(this.file, () =>
      transaction(this.#database, () => {
        for (const content of contents) keepContent(this.#database, content)
        for (const { id, line, event } of lines) insertLine(this.#database, id, line, event)
        putEnd(this.#database, head, endText(end))
      }),
    )
    this.#end = end
    writing.remember(head)
    return lines.map(({ id }) => id)
  }

  #sign({ size, peaks }: End, signer: Signer): string {
    const checkpoint: Checkpoint = { origin: originOf(this.id), size, root: rootOfPeaks(peaks) }
    return signCheckpoint(checkpoint, signer)
  }

  /** A content as it is kept; `undefined`: it is not. */
  content(hash: string): Content | undefined {
    return readContent(this.#database, hash)
  }

  knows(hash: string): boolean {
    return this.#database.prepare("select 1 from snapshots where hash = ?").get(hash) !== undefined
  }

  /** By path, sorted. */
  knownGood(): ReadonlyMap<string, KnownGood> {
    return knownGoodIn(this.#database)
  }

  /** Under what something was last done in a project. @param root as the store calls its folder */
  lastConfiguration(root: string): Configuration | undefined {
    const row = this.#database
      .prepare(
        "select entry ->> '$.configuration.settings' as settings, entry ->> '$.configuration.rules' as rules from changes where entry ->> '$.configuration.root' = ? order by id desc limit 1",
      )
      .get(root)
    return row === undefined ? undefined : { root, settings: String(row.settings), rules: String(row.rules) }
  }

  /** Oldest first. */
  entries(): readonly Entry[] {
    return this.lines().flatMap((line) => parseEntry(line) ?? [])
  }

  /** The last ones, oldest first; the log is not read any further back. @param time in UTC, as entries tell it */
  entriesSince(time: string): readonly Entry[] {
    const entries: Entry[] = []
    for (const line of newestLines(this.#database)) {
      const entry = parseEntry(line)
      if (entry === undefined) continue
      if (entry.time < time) break
      entries.push(entry)
    }
    return entries.reverse()
  }

  lines(): readonly string[] {
    return linesOf(this.#database)
  }

  log(): Log {
    return { lines: this.lines(), head: metaOf(this.#database, "head") ?? "" }
  }

  /** Writes that were begun, and of which nothing is known. Who has the lock may ask the disk. */
  openIntents(): readonly Extract<Entry, { readonly kind: "intent" }>[] {
    const find = this.#database.prepare("select entry from changes where id = ?")
    return this.#end.open.flatMap((id) => {
      const entry = parseEntry(String(find.get(id)?.entry))
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

/** By path, sorted. */
export function knownGoodIn(database: Database): ReadonlyMap<string, KnownGood> {
  const rows = database.prepare("select path, hash, size, mode, format, accepted from files order by path").all()
  return new Map(rows.map((row) => [String(row.path), knownGoodOf(row)]))
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
