import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto"
import { existsSync, linkSync, readFileSync, renameSync, rmSync, statSync } from "node:fs"
import { dirname, join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { takeLock } from "./lock.ts"
import { type Signer, type Verifier, verifierOf } from "./note.ts"
import { handOver, handOverOf, provesHandOver } from "./owners.ts"
import { makePrivateFolder, syncFolder, writePrivateFile } from "./privateFile.ts"

const signerName = "cfgsync"
const patience = 10_000

/**
 * The user's key for the checkpoints of all logs, made when it is first needed. It lies outside of every project, so that who can write to a project
 * only cannot sign for its log.
 * @param folder `…/cfgsync` below the user's configuration.  @throws CfgsyncError when it cannot be read or made, or others may read it
 */
export function auditKey(folder: string): Signer {
  const path = join(folder, "audit.key")
  if (!existsSync(path)) makeKey(path)
  const signer = readSigner(path)
  const next = `${path}.next`
  if (!existsSync(next)) return signer
  // A rotation was stopped: it is done where the old key has named the new one, and has not begun where it has not.
  const fresh = readSigner(next)
  if (handOversIn(folder).some((note) => provesHandOver(note, signer.text, fresh.text))) {
    renameSync(next, path)
    syncFolder(folder)
    return fresh
  }
  return signer
}

/** The notes by which each key of the user named the next, oldest first. Nothing in them is secret. */
function handOversIn(folder: string): readonly string[] {
  try {
    const notes: unknown = JSON.parse(readFileSync(join(folder, "audit.handovers"), "utf8"))
    return Array.isArray(notes) ? notes.filter((note) => typeof note === "string") : []
  } catch {
    return []
  }
}

/** All public keys that the user ever had, the present one first. */
export function keysOf(folder: string, { text }: Verifier): readonly string[] {
  return [text, ...handOversIn(folder).flatMap((note) => handOverOf(note)?.from ?? [])]
}

/** The hand-overs that lead from one key to another; `undefined`: none do. */
export function handOversBetween(folder: string, from: string, to: string): readonly string[] | undefined {
  const notes = handOversIn(folder)
  const way: string[] = []
  for (let at = from; at !== to; ) {
    const note = notes.find((each) => handOverOf(each)?.from === at)
    if (note === undefined || way.includes(note)) return undefined
    way.push(note)
    at = handOverOf(note)?.to ?? ""
  }
  return way
}

/**
 * Puts a new key in the place of the user's own, which names it first and is destroyed then. Every log says so at its next start. Stopped at any
 * moment, it is done or not begun.
 * @returns both public keys.
 */
export function rotateAuditKey(folder: string): { readonly from: Verifier; readonly to: Verifier } {
  const path = join(folder, "audit.key")
  const from = auditKey(folder)
  const release = takeLock(folder, patience)
  if (release === undefined)
    throw new CfgsyncError("write-failed", "another cfgsync is about the keys", "run cfgsync again")
  try {
    const next = `${path}.next`
    rmSync(next, { force: true })
    makeKey(next)
    const to = readSigner(next)
    writePrivateFile(join(folder, "audit.handovers"), JSON.stringify([...handOversIn(folder), handOver(from, to)]))
    syncFolder(folder)
    renameSync(next, path)
    syncFolder(folder)
    return { from, to }
  } finally {
    release()
  }
}

function readSigner(path: string): Signer {
  if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0)
    throw new CfgsyncError("write-refused", `others may read the key ${path}`, `chmod 600 ${path}`)
  const text = readFileSync(path, "utf8")
  if (text !== lastRead?.text) {
    const privateKey = parseKey(path, text)
    lastRead = { text, signer: { ...verifierOf(signerName, createPublicKey(privateKey)), privateKey } }
  }
  return lastRead.signer
}

let lastRead: { readonly text: string; readonly signer: Signer } | undefined

function parseKey(path: string, text: string): KeyObject {
  try {
    const key = createPrivateKey(text)
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
