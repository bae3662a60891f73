import { CfgsyncError } from "../model/errors.ts"
import { type Content, damagedContent, unpack } from "../store/content.ts"
import type { Store } from "../store/store.ts"
import { secretSettings } from "./keepable.ts"
import { readSecretKey, secretKeyPath } from "./secretKey.ts"
import type { Remembered } from "./storePlace.ts"

/**
 * A content that the store remembers. @param path the file that it was of, for messages.
 * @throws CfgsyncError `not-possible-here` for one that was not kept, or is sealed to a key that is not there
 */
export async function keptContent(
  remembered: Remembered,
  store: Pick<Store, "content" | "file">,
  hash: string,
  path: string,
): Promise<Uint8Array> {
  const content = store.content(hash)
  if (content === undefined)
    throw new CfgsyncError(
      "not-possible-here",
      `the content ${hash.slice(0, 12)} of ${path} was not kept: it is no text, or there is a secret in it and was no key to seal it to`,
      "its hash tells it from others: `cfgsync history` and version control may know it",
    )
  const open = content.sealed ? await unsealed(remembered, content, path) : content
  const bytes = unpack(open)
  if (bytes === undefined) throw damagedContent(hash, store.file)
  return bytes
}

async function unsealed(remembered: Remembered, content: Content, path: string): Promise<Content> {
  const keyPath = secretKeyPath(remembered, { ...(await secretSettings(remembered)), keep: true })
  const key = keyPath === null ? undefined : await readSecretKey(keyPath)
  const refused = (reason: string) =>
    new CfgsyncError(
      "not-possible-here",
      `the content ${content.hash.slice(0, 12)} of ${path} is sealed, because there is a secret in it, and ${reason}`,
      "take the key back from a backup, or name it with `secrets.key` in the configuration",
    )
  if (key === undefined) throw refused(`its key ${keyPath} is not there`)
  const { unseal } = await import("../secrets/seal.ts")
  const data = await unseal(content.data, key)
  if (data === undefined) throw refused(`not to the key ${keyPath}`)
  return { ...content, data, sealed: false }
}
