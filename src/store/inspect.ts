import { openCheckpoint, originOf } from "./checkpoint.ts"
import { connect, type Database, pragma } from "./database.ts"
import { endOf, endText } from "./end.ts"
import { migrations } from "./migrations.ts"
import { parseVerifier } from "./note.ts"
import { type Owner, ownersOf } from "./owners.ts"
import { linesOf, metaOf, wholeContent } from "./rows.ts"
import { type Chain, headOf, readChain } from "./verifyLog.ts"

export interface Inspected extends Chain {
  readonly owners: readonly Owner[]
  /** The signed note of the log's end. */
  readonly head: string
}

export type Inspection =
  | { readonly ok: true; readonly store: Inspected }
  | { readonly ok: false; readonly reason: string }

/**
 * Looks at all that a store holds: the pages of the database, its tables, each entry against the one before it and all of them against the head, each
 * content against its checksum, and what is known good against what the log says was accepted.
 */
export function inspect(database: Database): Inspection {
  const no = (reason: string): Inspection => ({ ok: false, reason })
  const pages = pragma(database, "integrity_check")
  if (pages !== "ok") return no(`the database is not whole (${String(pages).split("\n")[0]})`)
  if (schemaOf(database) !== expectedSchema()) return no("its tables are not those of a store")
  const lines = linesOf(database)
  const chain = readChain(lines)
  const [problem] = chain.problems
  if (problem !== undefined) return no(`entry ${problem.id}: ${problem.message}`)
  const owners = ownersOf(chain.entries)
  const owner = owners.at(-1)
  if (owner === undefined) return no("its log has no beginning")
  const head = metaOf(database, "head") ?? ""
  const { size, root } = headOf(chain.leaves)
  if (!head.startsWith(`${originOf(owner.store)}\n${size}\n${Buffer.from(root).toString("base64")}\n`))
    return no("its log does not end as its head says")
  const signer = parseVerifier(owner.key)
  if (signer === undefined || !openCheckpoint(head, signer).ok) return no("the head of its log is not signed")
  const end = metaOf(database, "end")
  if (end !== undefined && end !== endText(endOf(chain))) return no("its log does not end as it remembers")
  const content = damagedContent(database)
  if (content !== undefined) return no(`the content ${content.slice(0, 12)} is damaged`)
  const file = wrongFile(database, chain)
  if (file !== undefined) return no(`what is known good of ${file} is not what its log says`)
  return { ok: true, store: { ...chain, owners, head } }
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
  for (const row of database.prepare("select hash, data, crc, sealed from snapshots").iterate())
    if (wholeContent(row) === undefined) return String(row.hash)
  return undefined
}

function wrongFile(database: Database, { entries }: Chain): string | undefined {
  const accepted = new Map<string, string>()
  for (const entry of entries) {
    if (entry.kind === "dropped") for (const { path } of entry.files) accepted.delete(path)
    if (entry.kind !== "accepted") continue
    for (const { path, hash, size, mode, format } of entry.files)
      accepted.set(path, JSON.stringify([path, hash, size, mode, format, entry.id]))
  }
  const rows = database.prepare("select path, hash, size, mode, format, accepted from files").all()
  const wrong = rows.find((row) => accepted.get(String(row.path)) !== JSON.stringify(Object.values(row)))
  if (wrong !== undefined) return String(wrong.path)
  const there = new Set(rows.map(({ path }) => path))
  return [...accepted.keys()].find((path) => !there.has(path))
}
