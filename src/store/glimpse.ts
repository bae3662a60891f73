import { join } from "node:path"
import { type Content, readContent } from "./content.ts"
import { type Actor, type Entry, parseEntry } from "./entry.ts"
import type { StorePlace } from "./place.ts"
import { readStore } from "./readLastGood.ts"
import { type KnownGood, knownGoodIn } from "./store.ts"

type Imported = Extract<Entry, { readonly kind: "imported" }>
type Intent = Extract<Entry, { readonly kind: "intent" }>

/**
 * What a store remembers, looked up without its lock and without looking at the whole of it: for who only asks. Nothing is remembered where there is no
 * store. All throw a CfgsyncError for one that is damaged.
 */
export class Glimpse {
  readonly place: StorePlace

  constructor(place: StorePlace) {
    this.place = place
  }

  /** By path as the store calls it, sorted. */
  knownGood(): ReadonlyMap<string, KnownGood> {
    return readStore(this.place, knownGoodIn) ?? new Map()
  }

  /** A content as it is kept; `undefined`: it is not. */
  content(hash: string): Content | undefined {
    return readStore(this.place, (database) => readContent(database, hash))
  }

  get file(): string {
    return join(this.place.folder, "store.db")
  }

  /** The entries that name a file, oldest first. @param key the file as the store calls it */
  entriesOf(key: string): readonly Entry[] {
    const rows = readStore(this.place, (database) =>
      database
        .prepare("select entry from changes where instr(entry, ?) > 0 order by id")
        .all(`"path":${JSON.stringify(key)}`),
    )
    return (rows ?? []).flatMap(({ entry }) => parseEntry(String(entry)) ?? [])
  }

  /** What was taken over from other tools, oldest first. */
  imported(): readonly Imported[] {
    const rows = readStore(this.place, (database) =>
      database.prepare("select entry from changes where kind = 'imported' order by id").all(),
    )
    const entries = (rows ?? []).flatMap(({ entry }) => parseEntry(String(entry)) ?? [])
    return entries.filter((entry) => entry.kind === "imported")
  }

  /** Entries by their numbers. */
  entries(ids: readonly number[]): readonly Entry[] {
    const rows = readStore(this.place, (database) =>
      database
        .prepare("select entry from changes where id in (select value from json_each(?))")
        .all(JSON.stringify(ids)),
    )
    return (rows ?? []).flatMap(({ entry }) => parseEntry(String(entry)) ?? [])
  }

  /** When and by whom something was done, by the numbers of entries. */
  acts(ids: readonly number[]): readonly { readonly id: number; readonly time: string; readonly actor: Actor }[] {
    const rows = readStore(this.place, (database) =>
      database
        .prepare(
          "select id, entry ->> '$.time' as time, entry -> '$.actor' as actor from changes where id in (select value from json_each(?))",
        )
        .all(JSON.stringify(ids)),
    )
    return (rows ?? []).map(({ id, time, actor }) => ({
      id: Number(id),
      time: String(time),
      actor: JSON.parse(String(actor)),
    }))
  }

  /** The last write of a file that was made, or may have been. */
  lastWrite(key: string): Intent | undefined {
    const intents = this.entriesOf(key).filter((entry): entry is Intent => entry.kind === "intent")
    return intents.findLast(({ id }) => this.#outcome(id) !== "failed")
  }

  #outcome(intent: number): string | undefined {
    const row = readStore(this.place, (database) =>
      database.prepare("select kind from changes where intent = ?").get(intent),
    )
    return row === undefined ? undefined : String(row.kind)
  }
}
