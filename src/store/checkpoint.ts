import type { TreeHead } from "./merkle.ts"
import { openNote, type Signer, signNote, type Verifier } from "./note.ts"

/** What a log was at one moment, in the form of C2SP tlog-checkpoint. */
export interface Checkpoint extends TreeHead {
  /** `cfgsync/` and the id of the store. */
  readonly origin: string
}

export function originOf(store: string): string {
  return `cfgsync/${store}`
}

export function signCheckpoint({ origin, size, root }: Checkpoint, signer: Signer): string {
  return signNote(`${origin}\n${size}\n${Buffer.from(root).toString("base64")}\n`, signer)
}

export type OpenedCheckpoint =
  | { readonly ok: true; readonly checkpoint: Checkpoint }
  | { readonly ok: false; readonly reason: string }

/** Believed only when it bears a signature of this signer. */
export function openCheckpoint(note: string, verifier: Verifier): OpenedCheckpoint {
  const text = openNote(note, verifier)
  if (text === undefined) return { ok: false, reason: `it bears no valid signature of ${verifier.text}` }
  const [origin = "", size = "", root = ""] = text.split("\n")
  const bytes = Buffer.from(root, "base64")
  if (origin === "" || !/^(?:0|[1-9]\d{0,14})$/.test(size) || bytes.length !== 32)
    return { ok: false, reason: "it is no checkpoint: it has no origin, size and root" }
  return { ok: true, checkpoint: { origin, size: Number(size), root: bytes } }
}
