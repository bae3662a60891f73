import { randomUUID } from "node:crypto"
import { closeSync, constants, existsSync, openSync, renameSync, rmSync } from "node:fs"
import { join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { keysOf } from "./auditKey.ts"
import { Besides } from "./besides.ts"
import { Damage, type Database, inWords, openDatabase, transaction } from "./database.ts"
import { endOf } from "./end.ts"
import type { Alarm } from "./entry.ts"
import { type Inspected, inspect } from "./inspect.ts"
import type { Opened, Opening } from "./opening.ts"
import { openAnyCheckpoint, ownersOf } from "./owners.ts"
import { sizeOf, syncFolder } from "./privateFile.ts"
import { insertLine } from "./rows.ts"
import { type Saved, salvage } from "./salvage.ts"
import { ownershipOf, standingOf } from "./standing.ts"
import { Store } from "./store.ts"
import { readChain } from "./verifyLog.ts"
import type { Memory } from "./witness.ts"

/** A store that is looked at whole. One that is damaged is set aside, and what proves itself in it goes on in a new one; where none is, one is made. */
export function lookedAt(opening: Opening, memory: Memory | undefined): Opened {
  const { file, options } = opening
  const found = sizeOf(file) > 0 ? look(file, options.now()) : undefined
  if (found?.ok === true)
    return { database: found.database, end: endOf(found.store), ...standingOf(found.store, opening, memory) }
  const saved = found === undefined ? nothing : salvaged(opening, found.aside, memory)
  const told = found !== undefined ? damaged(found, saved) : memory === undefined ? undefined : gone(memory)
  const alarm: Alarm | undefined = told && { kind: "alarm", ...told.alarm, checkpoint: memory?.checkpoint ?? null }
  const { id, notices } = make(opening, saved, alarm)
  const made = look(file, options.now())
  if (!made.ok) throw new CfgsyncError("write-failed", `the new store ${file} cannot be read: ${made.reason}`)
  const base = { database: made.database, id, end: endOf(made.store), events: [] }
  if (told === undefined) return { ...base, notices }
  return { ...base, ...(alarm && { alarm }), notices: [`the store ${file} ${told.notice}`, ...notices] }
}

const nothing: Saved = { lines: [], seen: 0, contents: [], besides: new Besides() }

function gone({ store }: Memory) {
  return {
    alarm: { reason: "missing", detail: `store ${store}`, aside: null },
    notice: "was deleted, with its history and all that was known to be good; a new one was begun",
  } as const
}

function damaged({ reason, aside }: Extract<Looked, { readonly ok: false }>, { lines, seen, contents }: Saved) {
  const saved = `${lines.length} of ${Math.max(seen, lines.length)} entries and ${contents.length} contents were saved`
  return {
    alarm: { reason: "damaged", detail: `${reason}; ${saved}`, aside },
    notice: `is damaged: ${reason}; it was set aside as ${aside}, and ${saved} from it`,
  } as const
}

/** @param aside name of the file that was set aside. */
function salvaged({ file, signer, keys }: Opening, aside: string, memory: Memory | undefined): Saved {
  const own = keysOf(keys, signer)
  const believed = (note: string) => {
    const opened = openAnyCheckpoint(note, own)
    return opened.ok ? opened.checkpoint : undefined
  }
  return salvage(join(file, "..", aside), believed, memory === undefined ? [] : [memory.checkpoint])
}

/** Under another name first, so that there never is a store without the beginning of its log. */
function make(
  opening: Opening,
  { lines, contents, besides }: Saved,
  alarm: Alarm | undefined,
): Pick<Opened, "id" | "notices"> {
  const { place, file, signer, options } = opening
  setAside(file, options.now())
  const fresh = `${file}.new`
  for (const end of ends) rmSync(fresh + end, { force: true })
  closeSync(openSync(fresh, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600))
  const chain = readChain(lines)
  const id = randomUUID()
  const own =
    lines.length > 0
      ? ownershipOf(ownersOf(chain.entries), opening, false)
      : { id, events: [{ kind: "opened", store: id, key: signer.text } as const], notices: [] }
  const database = openDatabase(fresh)
  const writing = { signer, now: options.now, remember: () => {} }
  const store = new Store({ place, database, id: own.id, end: endOf(chain), writing, release: () => {} })
  try {
    inWords(fresh, () =>
      transaction(database, () => {
        for (const [index, line] of lines.entries()) {
          const entry = chain.entries[index]
          if (entry !== undefined) insertLine(database, entry.id, line, entry)
        }
        besides.write(database)
      }),
    )
    store.append(lines.length > 0 ? [alarm ?? [], own.events].flat() : [own.events, alarm ?? []].flat(), contents)
  } finally {
    store.close()
  }
  renameSync(fresh, file)
  syncFolder(place.folder)
  return own
}

type Looked =
  | { readonly ok: true; readonly database: Database; readonly store: Inspected }
  | { readonly ok: false; readonly reason: string; readonly aside: string }

/** Opens what is there; what is damaged is set aside. */
function look(file: string, now: string): Looked {
  let database: Database | undefined
  let reason: string
  try {
    const opened = openDatabase(file)
    database = opened
    const inspected = inWords(file, () => inspect(opened))
    if (inspected.ok) return { ok: true, database, store: inspected.store }
    reason = inspected.reason
    database.close()
  } catch (error) {
    database?.close()
    if (!(error instanceof Damage)) throw error
    reason = error.message
  }
  return { ok: false, reason, aside: setAside(file, now) }
}

/** A database and what belongs to it. */
const ends = ["-wal", "-shm", ""]

/** A log of changes without its database would be taken for that of the next one, so it goes too. @returns the new name */
function setAside(file: string, now: string): string {
  const plain = `store.db.damaged-${now.replaceAll(/[:.]/g, "-")}`
  let name = plain
  for (let count = 2; existsSync(join(file, "..", name)); count++) name = `${plain}-${count}`
  for (const end of ends) if (existsSync(file + end)) renameSync(file + end, join(file, "..", name + end))
  return name
}
