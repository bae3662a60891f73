import { existsSync, linkSync, readFileSync, rmSync, statSync } from "node:fs"
import { homedir } from "node:os"
import { dirname, join, resolve } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import type { SealingKey } from "../secrets/seal.ts"
import { configFolder } from "../store/place.ts"
import { makePrivateFolder, syncFolder, writePrivateFile } from "../store/privateFile.ts"
import type { SecretSettings } from "./config.ts"
import { environmentOf, type Remembered } from "./storePlace.ts"

/** Where the key lies that contents with secrets are sealed to; `null`: such contents are not kept at all. */
export function secretKeyPath(remembered: Remembered, { keep, key }: SecretSettings): string | null {
  if (keep === false) return null
  if (key === undefined) return join(configFolder(environmentOf(remembered)), "secrets.key")
  const home = remembered.system.environment("HOME") || homedir()
  return resolve(remembered.system.root, key.replace(/^~(?=\/)/, home))
}

/** @returns `undefined` when it is not there.  @throws CfgsyncError when it is no age key, or others may read it */
export async function readSecretKey(path: string): Promise<SealingKey | undefined> {
  if (!existsSync(path)) return undefined
  if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0)
    throw new CfgsyncError("write-refused", `others may read the key ${path}`, `chmod 600 ${path}`)
  const { parseSealingKey } = await import("../secrets/seal.ts")
  const key = await parseSealingKey(readFileSync(path, "utf8"))
  if (key !== undefined) return key
  throw new CfgsyncError(
    "write-refused",
    `${path} is no age key`,
    "age-keygen makes one; or take it back from a backup",
  )
}

/**
 * The key that contents with secrets are sealed to. The user's own is made when it is first needed, outside of every project; one that the
 * configuration names is not.
 * @returns `undefined` when there is none and none can be made.
 */
export async function secretKey(remembered: Remembered, settings: SecretSettings): Promise<SealingKey | undefined> {
  const path = secretKeyPath(remembered, settings)
  if (path === null) return undefined
  if (!existsSync(path) && settings.key === undefined) await makeKey(path)
  return readSecretKey(path)
}

/** Two that start at once agree on the one that was there first. Where it cannot be made, there is none. */
async function makeKey(path: string): Promise<void> {
  const { newSealingKey } = await import("../secrets/seal.ts")
  const { identity, recipient } = await newSealingKey()
  const fresh = `${path}.${process.pid}.new`
  try {
    makePrivateFolder(dirname(path))
    writePrivateFile(
      fresh,
      `# cfgsync seals contents with secrets to this key\n# public key: ${recipient}\n${identity}\n`,
    )
    linkSync(fresh, path)
    syncFolder(dirname(path))
  } catch {
    // It was there first, or the folder cannot be written: who asks sees which.
  } finally {
    rmSync(fresh, { force: true })
  }
}
