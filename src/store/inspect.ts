import { crc32 } from "node:zlib"
import { openCheckpoint, originOf } from "./checkpoint.ts"
import { connect, type Database, pragma } from "./database.ts"
import { migrations } from "./migrations.ts"
import type { Verifier } from "./note.ts"
import { linesOf } from "./store.ts"
import { type Chain, headOf, readChain } from "./verifyLog.ts"

export interface Inspected extends Chain {
  readonly id: string
  readonly lines: readonly string[]
  /** The signed note of the log's end. */
  readonly head: string
}

export type Inspection =
  | { readonly ok: true; readonly store: Inspected }
  | { readonly ok: false; readonly reason: string }

/**
 * Looks at all that a store holds: the pages of the database, its tables, each entry against the one before it and all of them against the head, each
 * content against its checksum, and what is known good against what the log says was accepted.
 * @param verifier the user's own; where the log was begun with that key, its head must bear its signature.
 */
export function inspect(database: Database, verifier?: Verifier): Inspection {
  const no = (reason: string): Inspection => ({ ok: false, reason })
  const pages = pragma(database, "integrity_check")
  if (pages !== "ok") return no(`the database is not whole (${String(pages).split("\n")[0]})`)
  if (schemaOf(database) !== expectedSchema()) return no("its tables are not those of a store")
  const lines = linesOf(database)
  const chain = readChain(lines)
  const [problem] = chain.problems
  if (problem !== undefined) return no(`entry ${problem.id}: ${problem.message}`)
  const [first] = chain.entries
  if (first?.kind !== "opened") return no("its log has no beginning")
  const head = String(database.prepare("select value from meta where name = 'head'").get()?.value ?? "")
  const { size, root } = headOf(chain.leaves)
  if (!head.startsWith(`${originOf(first.store)}\n${size}\n${Buffer.from(root).toString("base64")}\n`))
    return no("its log does not end as its head says")
  if (verifier !== undefined && first.key === verifier.text && !openCheckpoint(head, verifier).ok)
    return no("the head of its log is not signed")
  const content = damagedContent(database)
  if (content !== undefined) return no(`the content ${content.slice(0, 12)} is damaged`)
  const file = wrongFile(database, chain)
  if (file !== undefined) return no(`what is known good of ${file} is not what its log says`)
  return { ok: true, store: { ...chain, id: first.store, lines, head } }
}

let expected: string | undefined

function expectedSchema(): string {
  if (expected !== undefined) return expected
  const model = connect(":memory:")
  for (const migration of migrations) model.exec(migration)
  expected = schemaOf(model)
  model.close()
  return expected
}

function schemaOf(database: Database): string {
  return JSON.stringify(database.prepare("select type, name, sql from sqlite_schema order by type, name").all())
}

function damagedContent(database: Database): string | undefined {
  for (const { hash, data, crc } of database.prepare("select hash, data, crc from snapshots").iterate()) {
    if (!(data instanceof Uint8Array) || crc32(data, crc32(String(hash))) !== crc) return String(hash)
  }
  return undefined
}

function wrongFile(database: Database, { entries }: Chain): string | undefined {
  const accepted = new Map(
    entries.flatMap((entry) =>
      entry.kind === "accepted"
        ? entry.files.map(({ path, hash, size, mode, format }) => [
            path,
            JSON.stringify([path, hash, size, mode, format, entry.id]),
          ])
        : [],
    ),
  )
  const rows = database.prepare("select path, hash, size, mode, format, accepted from files").all()
  const wrong = rows.find((row) => accepted.get(String(row.path)) !== JSON.stringify(Object.values(row)))
  if (wrong !== undefined) return String(wrong.path)
  const there = new Set(rows.map(({ path }) => path))
  return [...accepted.keys()].find((path) => path !== undefined && !there.has(path))
}
