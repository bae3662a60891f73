import type { Database } from "./database.ts"
import { transaction } from "./database.ts"

/** A notice on its way through one channel; `body` is JSON. Times are milliseconds since 1970. */
export interface QueuedNotice {
  readonly id: string
  readonly body: string
  readonly queued: number
}

/** A message that was put together for a channel; `body` is JSON. */
export interface OutgoingMessage {
  readonly key: string
  readonly channel: string
  readonly body: string
  readonly made: number
  /** When the next attempt is due. */
  readonly due: number
  readonly attempts: number
  readonly state: "waiting" | "delivered" | "refused"
  /** How the last attempt ended; "" when it was never tried or is delivered. */
  readonly reason: string
}

/** Something that a person must look after; it is told again until it is acknowledged or over. */
export interface Concern {
  readonly id: string
  readonly body: string
  readonly since: number
  readonly acknowledged: string | null
}

/** No attempt is due later than this: a clock that was set back must not hold a message for as long as that. */
const longestWait = 24 * 3_600_000

/** What is delivered is kept for as many messages, so that it can be looked at. */
const kept = 1000

/** What is to be told to whom, kept until it has been: killed at any time, nothing is lost, and nothing is told twice under another key. */
export class Outbox {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** @returns how many of the notices the channel had not been given before. */
  queue(channel: string, notices: readonly Omit<QueuedNotice, "queued">[], now: number): number {
    const put = this.#database.prepare("insert or ignore into notices (channel, id, body, queued) values (?, ?, ?, ?)")
    return transaction(this.#database, () =>
      notices.reduce((count, { id, body }) => count + Number(put.run(channel, id, body, now).changes), 0),
    )
  }

  /** Notices that are in no message yet, oldest first. */
  waiting(channel: string): readonly QueuedNotice[] {
    return this.#database
      .prepare("select id, body, queued from notices where channel = ? and message is null order by queued, id")
      .all(channel)
      .map(({ id, body, queued }) => ({ id: String(id), body: String(body), queued: Number(queued) }))
  }

  /** When the messages of a channel were made, newest first. */
  made(channel: string, since: number): readonly number[] {
    return this.#database
      .prepare("select made from messages where channel = ? and made > ? order by made desc")
      .all(channel, since)
      .map(({ made }) => Number(made))
  }

  /** Puts notices that wait into one message. */
  pack(
    channel: string,
    ids: readonly string[],
    message: { readonly key: string; readonly body: string },
    now: number,
  ): void {
    transaction(this.#database, () => {
      this.#database
        .prepare("insert into messages (key, channel, body, made, due) values (?, ?, ?, ?, ?)")
        .run(message.key, channel, message.body, now, now)
      const mark = this.#database.prepare("update notices set message = ? where channel = ? and id = ?")
      for (const id of ids) mark.run(message.key, channel, id)
    })
  }

  /** Takes the messages that are due, and keeps them from everybody else until `until`: whoever is killed meanwhile has not delivered. */
  claim(now: number, until: number): readonly OutgoingMessage[] {
    return transaction(this.#database, () => {
      this.#database
        .prepare("update messages set due = ?1 where state = 'waiting' and due > ?1 + ?2")
        .run(now, longestWait)
      const due = this.#messages("state = 'waiting' and due <= ? order by due, key", now)
      const take = this.#database.prepare("update messages set due = ?, attempts = attempts + 1 where key = ?")
      for (const { key } of due) take.run(until, key)
      return due.map((message) => ({ ...message, due: until, attempts: message.attempts + 1 }))
    })
  }

  /** How an attempt ended. @param due of the next attempt, where there is to be one */
  conclude(key: string, state: OutgoingMessage["state"], reason: string, due: number): void {
    transaction(this.#database, () => {
      this.#database
        .prepare("update messages set state = ?, reason = ?, due = ? where key = ?")
        .run(state, reason, due, key)
      const old = "select key from messages where state = 'delivered' order by made desc limit -1 offset ?"
      this.#database.prepare(`delete from notices where message in (${old})`).run(kept)
      this.#database.prepare(`delete from messages where key in (${old})`).run(kept)
    })
  }

  /** Tries again what was refused. @returns how many */
  retry(now: number): number {
    const again = "update messages set state = 'waiting', due = ? where state = 'refused'"
    return Number(this.#database.prepare(again).run(now).changes)
  }

  /** The newest first. */
  messages(count: number): readonly OutgoingMessage[] {
    return this.#messages("true order by made desc, key limit ?", count)
  }

  /** When something is to be done next, in messages that were made already; `undefined`: nothing is. */
  nextDue(): number | undefined {
    const due = this.#database.prepare("select min(due) as due from messages where state = 'waiting'").get()?.due
    return due == null ? undefined : Number(due)
  }

  #messages(where: string, value: number): readonly OutgoingMessage[] {
    const columns = "key, channel, body, made, due, attempts, state, reason"
    return this.#database.prepare(`select ${columns} from messages where ${where}`).all(value).map(messageOf)
  }

  /** @returns whether it is new. */
  raise(id: string, body: string, now: number): boolean {
    const put = "insert or ignore into concerns (id, body, since) values (?, ?, ?)"
    return this.#database.prepare(put).run(id, body, now).changes === 1
  }

  /** Those that are neither acknowledged nor over; with `all`, the acknowledged ones too. */
  concerns(all = false): readonly Concern[] {
    const rows = this.#database
      .prepare(
        `select id, body, since, acknowledged from concerns ${all ? "" : "where acknowledged is null"} order by since, id`,
      )
      .all()
    return rows.map(({ id, body, since, acknowledged }) => ({
      id: String(id),
      body: String(body),
      since: Number(since),
      acknowledged: acknowledged == null ? null : String(acknowledged),
    }))
  }

  /** @returns whether there was one to acknowledge. */
  acknowledge(id: string, by: string): boolean {
    const set = "update concerns set acknowledged = ? where id = ? and acknowledged is null"
    return this.#database.prepare(set).run(by, id).changes === 1
  }

  /** It is over: nobody needs to hear of it any more. @returns whether there was one */
  settle(id: string): boolean {
    return this.#database.prepare("delete from concerns where id = ?").run(id).changes === 1
  }
}

function messageOf(row: Readonly<Record<string, unknown>>): OutgoingMessage {
  const state = String(row.state)
  return {
    key: String(row.key),
    channel: String(row.channel),
    body: String(row.body),
    made: Number(row.made),
    due: Number(row.due),
    attempts: Number(row.attempts),
    state: state === "delivered" || state === "refused" ? state : "waiting",
    reason: String(row.reason),
  }
}
