import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from "age-encryption"

/** An age key: the identity opens what was sealed to its recipient. */
export interface SealingKey {
  readonly identity: string
  readonly recipient: string
}

export async function newSealingKey(): Promise<SealingKey> {
  return keyOf(await generateX25519Identity())
}

/** @param text an identity file as `age-keygen` writes it.  @returns `undefined` when there is no identity in it */
export async function parseSealingKey(text: string): Promise<SealingKey | undefined> {
  const identity = text.split(/\r?\n/).find((line) => line.startsWith("AGE-SECRET-KEY-"))
  try {
    return identity === undefined ? undefined : await keyOf(identity.trim())
  } catch {
    return undefined
  }
}

async function keyOf(identity: string): Promise<SealingKey> {
  return { identity, recipient: await identityToRecipient(identity) }
}

export function seal(bytes: Uint8Array, { recipient }: SealingKey): Promise<Uint8Array> {
  const encrypter = new Encrypter()
  encrypter.addRecipient(recipient)
  return encrypter.encrypt(bytes)
}

/** @returns `undefined` when it was not sealed to this key, or is damaged. */
export async function unseal(bytes: Uint8Array, { identity }: SealingKey): Promise<Uint8Array | undefined> {
  const decrypter = new Decrypter()
  decrypter.addIdentity(identity)
  try {
    return await decrypter.decrypt(bytes)
  } catch {
    return undefined
  }
}
