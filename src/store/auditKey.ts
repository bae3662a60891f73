import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto"
import { existsSync, linkSync, readFileSync, rmSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { type Signer, verifierOf } from "./note.ts"
import { makePrivateFolder, syncFolder, writePrivateFile } from "./privateFile.ts"

const signerName = "cfgsync"

/**
 * The user's key for the checkpoints of all logs, made when it is first needed. It lies outside of every project, so that who can write to a project
 * only cannot sign for its log.
 * @param folder `…/cfgsync` below the user's configuration.  @throws CfgsyncError when it cannot be read or made, or others may read it
 */
export function auditKey(folder: string): Signer {
  const path = join(folder, "audit.key")
  if (!existsSync(path)) makeKey(path)
  if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0)
    throw new CfgsyncError("write-refused", `others may read the key ${path}`, `chmod 600 ${path}`)
  const privateKey = readKey(path)
  return { ...verifierOf(signerName, createPublicKey(privateKey)), privateKey }
}

function readKey(path: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(path))
    if (key.asymmetricKeyType === "ed25519") return key
  } catch {
    // Said below, with what to do.
  }
  throw new CfgsyncError(
    "write-refused",
    `${path} is no Ed25519 key`,
    "take it back from a backup; without it no earlier checkpoint can be checked",
  )
}

/** Two that start at once agree on the one that was there first. */
function makeKey(path: string): void {
  makePrivateFolder(dirname(path))
  const { privateKey } = generateKeyPairSync("ed25519")
  const fresh = `${path}.${process.pid}.new`
  writePrivateFile(fresh, privateKey.export({ type: "pkcs8", format: "pem" }).toString())
  try {
    linkSync(fresh, path)
  } catch (error) {
    if (!existsSync(path)) throw error
  } finally {
    rmSync(fresh, { force: true })
  }
  syncFolder(dirname(path))
}
