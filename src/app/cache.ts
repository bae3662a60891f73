import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { homedir } from "node:os"
import { join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { mayHoldSecrets, recognise } from "../secrets/recognise.ts"
import { unless } from "../system/failure.ts"
import { packageFolder } from "./package.ts"

/** Set by the build to a hash of the sources; when cfgsync runs from its sources there is no cache, because they change. */
const build = process.env.CFGSYNC_BUILD

/** What the build computed beforehand, then what this user's runs did. Only the second is written, unless the build says otherwise. */
const shipped = join(packageFolder, "dist", "cache")

/** Where it keeps what this user's runs found out. */
export function cacheFolder(): string {
  return process.env.CFGSYNC_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "cfgsync")
}

/** What the first line of a file of the cache holds. The whole key stands in it, so that two keys of one name are no danger, only slower. */
interface Entry<H> {
  readonly key: string
  readonly value: H
  /** Bytes of each line after it. */
  readonly parts: readonly number[]
}

/** A value of which most is mostly not asked for: the head is read at once, a part when it is needed. All of it is JSON. */
export interface Folding<T, H> {
  fold(value: T): { readonly head: H; readonly parts: readonly string[] }
  /** @param part one of those by its number, parsed.  @throws CfgsyncError `file-invalid` where only that is damaged: the file is gone then, so that it is made anew */
  unfold(head: H, part: <P>(index: number) => P): T
}

const unfolded = { fold: <T>(value: T) => ({ head: value, parts: [] }), unfold: <T>(head: T) => head }

/**
 * A value that depends on nothing but `key` and the code of cfgsync, computed once. It must survive JSON.
 * A cache that cannot be read or written is only slower: it never fails, and a damaged entry is computed again.
 * @param quoted what the entry would tell of the user's own texts: where a secret is in it, it is not kept
 */
export function cached<T>(kind: string, key: string, make: () => Promise<T>, quoted = ""): Promise<T> {
  return cachedAs<T, T>(unfolded, kind, key, make, quoted)
}

/** The same of a value that is kept in parts. */
export async function cachedAs<T, H>(
  folding: Folding<T, H>,
  kind: string,
  key: string,
  make: () => Promise<T>,
  quoted = "",
): Promise<T> {
  if (build === undefined) return make()
  const name = nameOf(kind, key)
  for (const folder of [shipped, cacheFolder()]) {
    const value = valueAt(folding, join(folder, name), key)
    if (value !== undefined) return value
  }
  const value = await make()
  if (await holdsSecret(quoted)) return value
  try {
    const folder = cacheFolder()
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const temporary = join(folder, `.${name}.${process.pid}`)
    const { head, parts } = folding.fold(value)
    const rest = parts.map(plain)
    const first = plain(
      JSON.stringify({ key, value: head, parts: rest.map(({ length }) => length) } satisfies Entry<H>),
    )
    writeFileSync(temporary, [first, ...rest].join("\n"), { mode: 0o600 })
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
export function builtBefore<T, H>(
  folding: Folding<T, H>,
  kind: string,
  key: string,
  files: readonly string[],
): T | undefined {
  const path = join(shipped, nameOf(kind, key))
  try {
    const made = statSync(path).mtimeMs
    if (files.some((file) => statSync(file).mtimeMs > made + installation)) return undefined
  } catch {
    return undefined
  }
  return valueAt(folding, path, key)
}

function nameOf(kind: string, key: string): string {
  return `${kind}-${build}-${checksum(key)}.json`
}

/** @returns `undefined` for what is absent, damaged, or of another key */
function valueAt<T, H>({ unfold }: Folding<T, H>, path: string, key: string): T | undefined {
  try {
    const file = new EntryFile(path)
    let at = file.endOfHead
    const entry: Entry<H> = JSON.parse(file.text(0, at))
    const ends = entry.parts.map((length) => {
      at += 1 + length
      return at
    })
    if (entry.key === key && at === file.size) {
      return unfold(entry.value, (part) => {
        const end = ends[part] ?? 0
        return parsedPart(path, () => file.text(end - (entry.parts[part] ?? 0), end))
      })
    }
    file.close()
  } catch {
    // As if it were not there.
  }
  return undefined
}

/** Enough bytes for the head and for the parts that nearly everybody asks for: to touch memory takes longer than what is done with it. */
const soon = 128 * 1024
/** Milliseconds after which all of it is read, so that no file stays open in what runs for long. */
const later = 1000
const lineBreak = 10

/** A file of the cache, of which the beginning is read at once and the rest when something of it is asked for: the same file, whatever stands in its place by then. */
class EntryFile {
  readonly size: number
  readonly endOfHead: number
  readonly #bytes: Buffer
  #known = 0
  #file: number | undefined

  constructor(path: string) {
    const file = openSync(path, "r")
    this.#file = file
    this.size = fstatSync(file).size
    this.#bytes = Buffer.allocUnsafe(this.size)
    this.#readTo(Math.min(this.size, soon))
    if (!this.#bytes.subarray(0, this.#known).includes(lineBreak)) this.#readTo(this.size)
    const end = this.#bytes.subarray(0, this.#known).indexOf(lineBreak)
    this.endOfHead = end < 0 ? this.size : end
    if (this.#file !== undefined) setTimeout(() => this.#readRest(), later).unref()
  }

  text(from: number, to: number): string {
    if (to > this.#known) this.#readTo(this.size)
    return this.#bytes.toString("latin1", from, to)
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file)
    this.#file = undefined
  }

  #readTo(end: number): void {
    if (this.#file === undefined) return
    this.#known += readSync(this.#file, this.#bytes, this.#known, end - this.#known, this.#known)
    if (this.#known < end) throw new Error("the file is shorter than it was")
    if (end === this.size) this.close()
  }

  #readRest(): void {
    try {
      this.#readTo(this.size)
    } catch {
      // Who asks for something of it will see.
    }
  }
}

function parsedPart<P>(path: string, read: () => string): P {
  try {
    return JSON.parse(read())
  } catch (cause) {
    unless(["EACCES", "EPERM", "EROFS"], undefined, () => rmSync(path, { force: true }))
    throw new CfgsyncError("file-invalid", `${path} is damaged`, "it is removed where it can be: run cfgsync again", {
      cause,
    })
  }
}

/** JSON with nothing but ASCII in it, which is read without being decoded: that took longer than all the rest. */
function plain(json: string): string {
  return json.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
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
