import type { Database } from "./database.ts"

/** In the order in which they refer to each other. */
const tables = ["messages", "notices", "concerns", "happenings", "beats"] as const

type Row = Readonly<Record<string, string | number | null>>

/**
 * What stands in a store beside its log: notices on their way to people, what somebody must look after, what a monitor saw. Nothing proves such a
 * row; of a damaged store those are kept that can be read.
 */
export class Besides {
  readonly #rows: { readonly table: (typeof tables)[number]; readonly row: Row }[] = []

  /** Take what a database has, up to what cannot be read. */
  read(database: Database): void {
    for (const table of tables) {
      try {
        for (const row of database.prepare(`select * from ${table}`).iterate()) {
          const plain = plainRow(row)
          if (plain !== undefined) this.#rows.push({ table, row: plain })
        }
      } catch {
        // The rest of this table is lost.
      }
    }
  }

  /** Put what was read into a new store. */
  write(database: Database): void {
    const there = new Set<string>()
    for (const table of tables) {
      for (const { row } of this.#rows.filter((each) => each.table === table)) {
        // What was put into a message that is lost is told once more.
        const kept = table === "notices" && !there.has(String(row.message)) ? { ...row, message: null } : row
        if (put(database, table, kept) && table === "messages") there.add(String(row.key))
      }
    }
  }
}

/** @returns `undefined` for a row whose body is no JSON any more */
function plainRow(row: Readonly<Record<string, unknown>>): Row | undefined {
  const plain: Record<string, string | number | null> = {}
  for (const [name, value] of Object.entries(row)) {
    if (typeof value !== "string" && typeof value !== "number" && value !== null) return undefined
    plain[name] = value
  }
  try {
    if (typeof plain.body === "string") JSON.parse(plain.body)
    return plain
  } catch {
    return undefined
  }
}

/** @returns whether it is there now: a row that breaks what its table asks for is lost */
function put(database: Database, table: string, row: Row): boolean {
  const names = Object.keys(row)
  try {
    database
      // Not `or ignore`, which passes over all that a table asks for.
      .prepare(
        `insert into ${table} (${names.join(", ")}) values (${names.map(() => "?").join(", ")}) on conflict do nothing`,
      )
      .run(...Object.values(row))
    return true
  } catch {
    // It was damaged.
    return false
  }
}
