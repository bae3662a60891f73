import { type Database, transaction } from "./database.ts"

/** Something that a monitor saw; `body` is JSON, `time` milliseconds since 1970. */
export interface Seen {
  readonly id: string
  readonly time: number
  readonly kind: string
  readonly body: string
}

/** A stretch of time, in milliseconds since 1970. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

/** A monitor tells once a minute that it is there; after a longer silence it was not. */
const silence = 150_000
/** What is older than this is forgotten. */
const kept = 400 * 24 * 3_600_000

/** What was seen while the project was watched, and when it was watched: for reports. It is no part of the log. */
export class Journal {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** What is known by its id already is passed over. */
  add(seen: readonly Seen[], now: number): void {
    const put = this.#database.prepare("insert or ignore into happenings (id, time, kind, body) values (?, ?, ?, ?)")
    transaction(this.#database, () => {
      for (const { id, time, kind, body } of seen) put.run(id, time, kind, body)
      this.#database.prepare("delete from happenings where time < ?").run(now - kept)
    })
  }

  /** A monitor is there. What a clock told that was wrong, and ahead, does not count. */
  beat(now: number): void {
    transaction(this.#database, () => {
      const last = this.#database
        .prepare("select start, last from beats where start <= ? order by start desc limit 1")
        .get(now)
      const alive = last !== undefined && Math.abs(now - Number(last.last)) <= silence
      if (alive)
        this.#database.prepare("update beats set last = max(last, ?) where start = ?").run(now, Number(last.start))
      else this.#database.prepare("insert or ignore into beats (start, last) values (?, ?)").run(now, now)
      this.#database.prepare("delete from beats where last < ?").run(now - kept)
    })
  }

  /** Oldest first. */
  seen(since: number, until: number): readonly Seen[] {
    return this.#database
      .prepare("select id, time, kind, body from happenings where time >= ? and time < ? order by time, id")
      .all(since, until)
      .map(({ id, time, kind, body }) => ({
        id: String(id),
        time: Number(time),
        kind: String(kind),
        body: String(body),
      }))
  }

  /** When the last happening of some kinds was seen in a folder before a time, in milliseconds since 1970. */
  lastOf(kinds: readonly string[], root: string, before: number): number | undefined {
    const marks = kinds.map(() => "?").join(", ")
    const row = this.#database
      .prepare(
        `select max(time) as time from happenings where kind in (${marks}) and body ->> '$.root' = ? and time < ?`,
      )
      .get(...kinds, root, before)
    return row?.time == null ? undefined : Number(row.time)
  }

  /** When a monitor was there, oldest first. */
  watched(): readonly Stretch[] {
    return this.#database
      .prepare("select start, last from beats order by start")
      .all()
      .map(({ start, last }) => ({ start: Number(start), end: Number(last) }))
  }
}
