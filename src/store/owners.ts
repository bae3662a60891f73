import { type Checkpoint, type OpenedCheckpoint, openCheckpoint, originOf } from "./checkpoint.ts"
import type { Entry } from "./entry.ts"
import { openNote, parseVerifier, type Signer, signNote, type Verifier } from "./note.ts"

/** Whose a log is from one of its entries on. */
export interface Owner {
  /** Id of the entry. */
  readonly from: number
  readonly store: string
  /** Public key that signs the checkpoints. */
  readonly key: string
  /** The owner before named this key with his own. */
  readonly proven: boolean
}

/** Oldest first; the last is the one that the log has now. */
export function ownersOf(entries: readonly Entry[]): readonly Owner[] {
  const owners: Owner[] = []
  for (const entry of entries) {
    const last = owners.at(-1)
    if (entry.kind === "opened" || entry.kind === "copied")
      owners.push({ from: entry.id, store: entry.store, key: entry.key, proven: false })
    else if (entry.kind === "rotated" && last !== undefined) {
      const proven = provesHandOver(entry.proof, last.key, entry.key)
      owners.push({ from: entry.id, store: last.store, key: entry.key, proven })
    }
  }
  return owners
}

/** Who signed when a log had so many entries. */
export function ownerAt(owners: readonly Owner[], size: number): Owner | undefined {
  return owners.findLast(({ from }) => from <= size)
}

/** Whether a log that a signer vouches for now is that of a verifier: its own, or handed on from it with each key naming the next. */
export function isOwn(owners: readonly Owner[], verifier: Verifier): boolean {
  const mine = owners.findLastIndex(({ key }) => key === verifier.text)
  return mine >= 0 && owners.slice(mine + 1).every(({ proven }) => proven)
}

/** A checkpoint that one of these keys signed, whichever: what it says is held against the log afterwards. */
export function openAnyCheckpoint(
  note: string,
  keys: readonly string[],
): { readonly ok: true; readonly checkpoint: Checkpoint; readonly key: string } | Refused {
  for (const key of new Set(keys)) {
    const verifier = parseVerifier(key)
    const opened = verifier === undefined ? undefined : openCheckpoint(note, verifier)
    if (opened?.ok === true) return { ...opened, key }
  }
  return { ok: false, reason: `it bears no valid signature of ${keys[0]}` }
}

type Refused = Extract<OpenedCheckpoint, { readonly ok: false }>

/** The origin that a checkpoint of so many entries bears. */
export function originAt(owners: readonly Owner[], size: number): string {
  const owner = ownerAt(owners, size)
  return owner === undefined ? "" : originOf(owner.store)
}

const heading = "cfgsync key hand-over"

/** A note by which a key names the one that comes after it. */
export function handOver(from: Signer, to: Verifier): string {
  return signNote(`${heading}\n${from.text}\n${to.text}\n`, from)
}

export function provesHandOver(note: string, from: string, to: string): boolean {
  const verifier = parseVerifier(from)
  return verifier !== undefined && openNote(note, verifier) === `${heading}\n${from}\n${to}\n`
}

/** Both keys of a hand-over; `undefined` for what is none. */
export function handOverOf(note: string): { readonly from: string; readonly to: string } | undefined {
  const [first, from = "", to = ""] = note.split("\n")
  return first === heading && provesHandOver(note, from, to) ? { from, to } : undefined
}
