import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { mayHoldSecrets, recognise } from "../secrets/recognise.ts"
import { packageFolder } from "./package.ts"

/** Set by the build to a hash of the sources; when cfgsync runs from its sources there is no cache, because they change. */
const build = process.env.CFGSYNC_BUILD

/** What the build computed beforehand, then what this user's runs did. Only the second is written, unless the build says otherwise. */
const shipped = join(packageFolder, "dist", "cache")

/** Where it keeps what this user's runs found out. */
export function cacheFolder(): string {
  return process.env.CFGSYNC_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "cfgsync")
}

/** What a file of the cache holds. The whole key stands in it, so that two keys of one name are no danger, only slower. */
interface Entry<T> {
  readonly key: string
  readonly value: T
}

/**
 * A value that depends on nothing but `key` and the code of cfgsync, computed once. It must survive JSON.
 * A cache that cannot be read or written is only slower: it never fails, and a damaged entry is computed again.
 * @param quoted what the entry would tell of the user's own texts: where a secret is in it, it is not kept
 */
export async function cached<T>(kind: string, key: string, make: () => Promise<T>, quoted = ""): Promise<T> {
  if (build === undefined) return make()
  const name = nameOf(kind, key)
  for (const folder of [shipped, cacheFolder()]) {
    const entry = entryAt<T>(join(folder, name), key)
    if (entry !== undefined) return entry.value
  }
  const value = await make()
  if (await holdsSecret(quoted)) return value
  try {
    const folder = cacheFolder()
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const temporary = join(folder, `.${name}.${process.pid}`)
    writeFileSync(temporary, JSON.stringify({ key, value } satisfies Entry<T>), { mode: 0o600 })
    renameSync(temporary, join(folder, name))
  } catch {
    // No home, full disk, read-only: next time it is computed again.
  }
  return value
}

/** Of files that came with the cache one that was changed later is no longer what it was made from; those of one installation come within a minute. */
const installation = 60_000

/**
 * What the build computed from files of the package, so that they need not be read.
 * @param key tells their names and sizes.  @returns `undefined` where it did not, or one of them may be another by now
 */
export function builtBefore<T>(kind: string, key: string, files: readonly string[]): T | undefined {
  const path = join(shipped, nameOf(kind, key))
  try {
    const made = statSync(path).mtimeMs
    if (files.some((file) => statSync(file).mtimeMs > made + installation)) return undefined
  } catch {
    return undefined
  }
  return entryAt<T>(path, key)?.value
}

function nameOf(kind: string, key: string): string {
  return `${kind}-${build}-${checksum(key)}.json`
}

/** @returns `undefined` for what is absent, damaged, or of another key */
function entryAt<T>(path: string, key: string): Entry<T> | undefined {
  try {
    const entry: Entry<T> = JSON.parse(readFileSync(path, "utf8"))
    return entry.key === key ? entry : undefined
  } catch {
    return undefined
  }
}

/** What holds one is computed anew each time: rules and configurations may quote what nobody else should keep. */
async function holdsSecret(text: string): Promise<boolean> {
  return mayHoldSecrets(text) && (await recognise(text)).length > 0
}

/** A name for a key: FNV-1a of its length and some of it. A digest of all of it would cost every start the loading of OpenSSL. */
export function checksum(text: string): string {
  const step = Math.ceil(text.length / 1000) || 1
  let sum = 0x811c9dc5 ^ text.length
  for (let index = 0; index < text.length; index += step) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193)
  return (sum >>> 0).toString(16).padStart(8, "0")
}
