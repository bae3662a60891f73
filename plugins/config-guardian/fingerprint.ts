import { hash } from "node:crypto"

/** What a file says that the hash of another is. */
export type Fingerprint =
  | { readonly algorithm: "sha256" | "sha512" | "sha1" | "md5"; readonly hex: string }
  /** It cannot be told what it is a hash of. */
  | { readonly algorithm: null; readonly text: string }

const lengths: ReadonlyMap<number, "sha256" | "sha512" | "sha1" | "md5"> = new Map([
  [64, "sha256"],
  [128, "sha512"],
  [40, "sha1"],
  [32, "md5"],
])

/** @param text hex, perhaps behind the name of the algorithm: `sha256:12ab…` */
export function readFingerprint(text: string): Fingerprint {
  const hex = text
    .trim()
    .replace(/^(?:sha-?(?:1|256|512)|md5)[:=-]/i, "")
    .toLowerCase()
  const algorithm = /^[0-9a-f]+$/.test(hex) ? lengths.get(hex.length) : undefined
  return algorithm === undefined ? { algorithm: null, text } : { algorithm, hex }
}

/** Whether a content is what was said of it. */
export function isOf(fingerprint: Fingerprint, content: Uint8Array): boolean {
  return fingerprint.algorithm !== null && hash(fingerprint.algorithm, content, "hex") === fingerprint.hex
}
