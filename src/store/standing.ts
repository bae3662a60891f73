import { randomUUID } from "node:crypto"
import { statSync } from "node:fs"
import { handOversBetween, keysOf } from "./auditKey.ts"
import type { Alarm, Event } from "./entry.ts"
import type { Inspected } from "./inspect.ts"
import type { Opened, Opening } from "./opening.ts"
import { handOverOf, type Owner, openAnyCheckpoint } from "./owners.ts"
import { against } from "./verifyLog.ts"
import type { Memory } from "./witness.ts"

type Standing = Pick<Opened, "id" | "events" | "alarm" | "notices">

/** Whose a log is from here on, and what must be written into it for that. @param copy the store it was copied from goes on elsewhere */
export function ownershipOf(
  owners: readonly Owner[],
  { file, keys, signer }: Opening,
  copy: boolean,
): { readonly id: string; readonly events: readonly Event[]; readonly notices: readonly string[] } {
  const { store: id = "", key = "" } = owners.at(-1) ?? {}
  const way = handOversBetween(keys, key, signer.text)
  const rotated = (way ?? []).map((proof): Event => ({ kind: "rotated", key: handOverOf(proof)?.to ?? "", proof }))
  if (way !== undefined && !copy) return { id, events: rotated, notices: [] }
  const fresh = randomUUID()
  const notices =
    way === undefined ? [`the store ${file} came from elsewhere; its log goes on with your key from here`] : []
  return { id: fresh, events: [...rotated, { kind: "copied", store: fresh, key: signer.text }], notices }
}

/** What is remembered against a store that is whole in itself, and whose it is. */
export function standingOf(seen: Inspected, opening: Opening, memory: Memory | undefined): Standing {
  const { file, witness } = opening
  const { store = "" } = seen.owners.at(-1) ?? {}
  const elsewhere = memory?.store === store ? [] : witness.placesOf(store).filter(({ place }) => place !== file)
  const moved = elsewhere.find(({ place }) => statSync(place, { throwIfNoEntry: false }) === undefined)
  const copy = moved === undefined && elsewhere.some(({ place }) => !isSameFile(place, file))
  const own = ownershipOf(seen.owners, opening, copy)
  const known = memory ?? moved
  const problem = known === undefined ? undefined : problemOf(seen, opening, known, store)
  if (moved !== undefined) witness.forget(moved.place)
  if (known === undefined || problem === undefined) return own
  const alarm: Alarm = { kind: "alarm", ...problem, aside: null, checkpoint: known.checkpoint }
  const notice = `the store ${file} is not what it was: ${problem.detail}`
  return { id: own.id, events: [alarm, ...own.events], alarm, notices: [notice, ...own.notices] }
}

function isSameFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false }))
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev
}

function problemOf(
  { leaves, owners }: Inspected,
  { keys, signer }: Opening,
  { store: known, checkpoint: note }: Memory,
  store: string,
): Pick<Alarm, "reason" | "detail"> | undefined {
  if (!owners.some((owner) => owner.store === known))
    return { reason: "replaced", detail: `another store was here (${known})` }
  const opened = openAnyCheckpoint(note, [...keysOf(keys, signer), ...owners.map(({ key }) => key)])
  // What is no checkpoint was not written by cfgsync, and says nothing.
  if (!opened.ok) return undefined
  const [problem] = against(leaves, owners, opened.checkpoint, "what is remembered of it")
  if (problem !== undefined) return { reason: "cut", detail: problem.message }
  return known === store ? undefined : { reason: "replaced", detail: "its log was continued with another key" }
}
