import { createPublicKey, hash, type KeyObject, sign, verify } from "node:crypto"

/** A name and an Ed25519 public key, as C2SP signed notes know a signer. */
export interface Verifier {
  readonly name: string
  readonly key: KeyObject
  /** `name+id+key`, the form in which keys are handed on (C2SP signed-note). */
  readonly text: string
}

export interface Signer extends Verifier {
  readonly privateKey: KeyObject
}

const ed25519 = 1

export function verifierOf(name: string, key: KeyObject): Verifier {
  const raw = rawOf(key)
  return { name, key, text: `${name}+${idOf(name, raw).toString("hex")}+${raw.toString("base64")}` }
}

/** @returns `undefined` for what is no verifier key of an Ed25519 signer. */
export function parseVerifier(text: string): Verifier | undefined {
  const [, name = "", id, encoded = ""] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim()) ?? []
  const raw = Buffer.from(encoded, "base64")
  if (raw.length !== 33 || raw[0] !== ed25519 || idOf(name, raw).toString("hex") !== id) return undefined
  const x = raw.subarray(1).toString("base64url")
  return { name, key: createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" }), text: text.trim() }
}

/** The kind of the key, then the key. */
function rawOf(key: KeyObject): Buffer {
  const { x = "" } = key.export({ format: "jwk" })
  return Buffer.concat([Buffer.of(ed25519), Buffer.from(x, "base64url")])
}

function idOf(name: string, raw: Buffer): Buffer {
  return Buffer.from(hash("sha256", Buffer.concat([Buffer.from(`${name}\n`), raw]), "buffer")).subarray(0, 4)
}

/** Of a key in its text. */
function idIn({ name, text }: Verifier): Buffer {
  return Buffer.from(text.slice(name.length + 1, name.length + 9), "hex")
}

/** @param text ends in a line break. */
export function signNote(text: string, signer: Signer): string {
  const signature = Buffer.concat([idIn(signer), sign(null, Buffer.from(text), signer.privateKey)])
  return `${text}\n— ${signer.name} ${signature.toString("base64")}\n`
}

/** The text of a note that bears a valid signature of this signer; `undefined`: it bears none. Signatures of others are not looked at. */
export function openNote(note: string, verifier: Verifier): string | undefined {
  const end = note.lastIndexOf("\n\n")
  if (end < 0 || !note.endsWith("\n")) return undefined
  const text = note.slice(0, end + 1)
  const id = idIn(verifier)
  for (const line of note.slice(end + 2, -1).split("\n")) {
    const [, name, encoded = ""] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line) ?? []
    const bytes = Buffer.from(encoded, "base64")
    if (name !== verifier.name || bytes.length !== 68 || !bytes.subarray(0, 4).equals(id)) continue
    return verify(null, Buffer.from(text), verifier.key, bytes.subarray(4)) ? text : undefined
  }
  return undefined
}
