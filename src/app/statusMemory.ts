import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { KnownGood } from "../store/store.ts"
import type { Look } from "../system/look.ts"
import type { Tree } from "../system/walkMemory.ts"
import { cacheFolder, checksum } from "./cache.ts"
import type { Since } from "./drift.ts"
import { octal } from "./octal.ts"

export type Good = Pick<KnownGood, "hash" | "mode" | "accepted">

/** What a file held, and how it looked then. */
export interface Held {
  readonly hash: string
  readonly look: Look
}

/** Rows by path; a Map is one. */
interface Table<T> {
  readonly size: number
  keys(): Iterable<string>
  has(path: string): boolean
  get(path: string): T | undefined
}

/** What files held, by path; whoever only asks whether that is still so makes no row. */
export interface Contents extends Table<Held> {
  /** What the file held when it looked so; `undefined`: it did not, or is not known. */
  hashIf(path: string, look: Look): string | undefined
}

/** What `status` found the last time. */
export interface StatusMemory {
  /** What the store looked like, see `stampOf`: as long as it does, what it says is what stands here. */
  readonly stamp: string
  /** By path in the project. */
  readonly good: Table<Good>
  /** Who accepted states, by the number of the acceptance. */
  readonly acceptances: ReadonlyMap<number, Since>
  /** What files held, by how they looked: settled looks only. */
  readonly contents: Table<Held>
  /** The last walk through the folders, of which each was settled. `key`: what was looked for. */
  readonly tree?: Tree | undefined
}

export interface Recalled extends StatusMemory {
  readonly contents: Contents
}

/** A project with fewer files is read as quickly. */
const least = 200
const version = 3

/**
 * The first line of the file, in JSON, behind which it goes on with what is read as it stands: doubles in the order of this machine, then texts. Rows are in the
 * order of their paths, which are put together with a sign between them that no path has in it.
 */
interface Head {
  readonly version: number
  readonly root: string
  readonly stamp: string
  readonly acceptances: readonly (readonly [number, Since])[]
  /** What was looked for in the last walk; `null`: there was none. */
  readonly key: string | null
  /** How many doubles there are of contents, good, and folders. */
  readonly numbers: readonly number[]
  /** Bytes of the paths and hashes of contents and good, of the paths of the walk and of its folders. `null`: the same as those of contents. */
  readonly texts: readonly (number | null)[]
}

interface Columns {
  readonly paths: string
  /** 64 digits a path, or none. */
  readonly hashes: string
  /** As many a path as the table says. */
  readonly numbers: Float64Array
}

const between = "//"
const digits = 64

/** @returns `undefined` where nothing is remembered, or it is damaged */
export function recallStatus(root: string): Recalled | undefined {
  try {
    const bytes = aligned(readFileSync(fileOf(root)))
    const end = bytes.indexOf(10) + 1
    const head: Head = JSON.parse(bytes.toString("utf8", 0, end))
    if (head.version !== version || head.root !== root) return undefined
    const { numbers, texts } = behind(bytes, end, head)
    const [paths = "", hashes = "", goodPaths = paths, goodHashes = hashes, walked = paths, foldersPaths = ""] = texts
    const [held = none, states = none, looks = none] = numbers
    const contents = rowsOf({ paths, hashes, numbers: held }, 5)
    const good = rowsOf({ paths: goodPaths, hashes: goodHashes, numbers: states }, 2, contents)
    const folders = rowsOf({ paths: foldersPaths, hashes: "", numbers: looks }, 5)
    return {
      stamp: head.stamp,
      acceptances: new Map(head.acceptances),
      contents: {
        ...tableOf(contents, (at) => ({ hash: hashAt(contents, at), look: lookAt(contents, at) })),
        hashIf: (path, look) => hashIf(contents, path, look),
      },
      good: tableOf(good, (at) => ({
        hash: hashAt(good, at),
        mode: octal(good.numbers[at * 2] ?? 0),
        accepted: good.numbers[at * 2 + 1] ?? 0,
      })),
      tree:
        head.key === null
          ? undefined
          : {
              key: head.key,
              paths: walked === paths ? contents.paths : pathsIn(walked),
              folders: new Map(folders.paths.map((path, at) => [path, lookAt(folders, at)])),
            },
    }
  } catch {
    return undefined
  }
}

const none = new Float64Array()

/** Doubles are read where they stand, which must be at a multiple of their size. */
function aligned(bytes: Buffer): Buffer {
  return bytes.byteOffset % Float64Array.BYTES_PER_ELEMENT === 0 ? bytes : Buffer.from(new Uint8Array(bytes).buffer)
}

/** @throws Error for a file that is shorter or longer than its head says */
function behind(
  bytes: Buffer,
  start: number,
  { numbers, texts }: Head,
): { readonly numbers: readonly Float64Array[]; readonly texts: readonly (string | undefined)[] } {
  let at = start
  const doubles = numbers.map((length) => {
    const read = new Float64Array(bytes.buffer, bytes.byteOffset + at, length)
    at += read.byteLength
    return read
  })
  const read = texts.map((length) => {
    if (length === null) return undefined
    at += length
    return bytes.toString("utf8", at - length, at)
  })
  if (at !== bytes.length) throw new Error("damaged")
  return { numbers: doubles, texts: read }
}

/** A memory that cannot be written is only slower. */
export function keepStatus(root: string, { stamp, good, contents, acceptances, tree }: StatusMemory): void {
  if (contents.size < least) return
  const held = columnsOf(contents, ({ hash, look }) => ({ hash, numbers: numbersOf(look) }))
  const goods = columnsOf(good, ({ hash, mode, accepted }) => ({
    hash,
    numbers: [Number.parseInt(mode, 8), accepted],
  }))
  const folders = columnsOf(tree?.folders ?? new Map<string, Look>(), (look) => ({
    hash: "",
    numbers: numbersOf(look),
  }))
  const unlike = (text: string, other: string) => (text === other ? null : text)
  const texts = [
    held.paths,
    held.hashes,
    unlike(goods.paths, held.paths),
    unlike(goods.hashes, held.hashes),
    unlike(tree?.paths.join(between) ?? held.paths, held.paths),
    folders.paths,
  ].map((text) => (text === null ? null : Buffer.from(text)))
  const numbers = [held, goods, folders].map((columns) => columns.numbers)
  const head: Head = {
    version,
    root,
    stamp,
    acceptances: [...acceptances],
    key: tree?.key ?? null,
    numbers: numbers.map(({ length }) => length),
    texts: texts.map((text) => text?.length ?? null),
  }
  const doubles = numbers.map(({ buffer }) => Buffer.from(buffer))
  try {
    mkdirSync(cacheFolder(), { recursive: true, mode: 0o700 })
    const temporary = `${fileOf(root)}.${process.pid}`
    const pieces = [firstLine(head), ...doubles, ...texts.flatMap((text) => text ?? [])]
    writeFileSync(temporary, Buffer.concat(pieces), { mode: 0o600 })
    renameSync(temporary, fileOf(root))
  } catch {
    // No home, full disk, read-only.
  }
}

/** Filled up with spaces, so that doubles can follow. */
function firstLine(head: Head): Buffer {
  const json = Buffer.from(JSON.stringify(head))
  const size = Float64Array.BYTES_PER_ELEMENT
  return Buffer.concat([json, Buffer.from(`${" ".repeat(size - 1 - (json.length % size))}\n`)])
}

function fileOf(root: string): string {
  return join(cacheFolder(), `status-${checksum(root)}`)
}

interface Rows {
  readonly paths: readonly string[]
  /** The row of a path. */
  readonly find: (path: string) => number | undefined
  readonly hashes: string
  readonly numbers: Float64Array
}

/** @param like whose paths are taken where they are the same.  @throws Error for columns that do not fit together */
function rowsOf({ paths: text, hashes, numbers }: Columns, width: number, like?: Rows & { readonly text: string }) {
  const paths = like !== undefined && like.text === text ? like.paths : pathsIn(text)
  if (numbers.length !== paths.length * width || ![0, digits * paths.length].includes(hashes.length))
    throw new Error("damaged")
  return { text, paths, hashes, numbers, find: finderIn(paths) }
}

/** Paths are nearly always asked for in their order; only for others is an index made. */
function finderIn(paths: readonly string[]): Rows["find"] {
  let next = 0
  let index: ReadonlyMap<string, number> | undefined
  return (path) => {
    if (paths[next] === path) return next++
    index ??= new Map(paths.map((each, at) => [each, at]))
    const at = index.get(path)
    if (at !== undefined) next = at + 1
    return at
  }
}

/** Rows are made when they are asked for. */
function tableOf<T>({ paths, find }: Rows, rowAt: (at: number) => T): Table<T> {
  return {
    size: paths.length,
    keys: () => paths,
    has: (path) => find(path) !== undefined,
    get: (path) => {
      const at = find(path)
      return at === undefined ? undefined : rowAt(at)
    },
  }
}

function hashIf(rows: Rows, path: string, { inode, size, mtime, ctime, mode }: Look): string | undefined {
  const { numbers, find } = rows
  const row = find(path)
  if (row === undefined) return undefined
  const at = row * 5
  const isSame =
    numbers[at] === inode &&
    numbers[at + 1] === size &&
    numbers[at + 2] === mtime &&
    numbers[at + 3] === ctime &&
    numbers[at + 4] === mode
  return isSame ? hashAt(rows, row) : undefined
}

function hashAt({ hashes }: Rows, at: number): string {
  return hashes.slice(at * digits, (at + 1) * digits)
}

function lookAt({ numbers }: Rows, row: number): Look {
  const at = row * 5
  return {
    inode: numbers[at] ?? 0,
    size: numbers[at + 1] ?? 0,
    mtime: numbers[at + 2] ?? 0,
    ctime: numbers[at + 3] ?? 0,
    mode: numbers[at + 4] ?? 0,
  }
}

function numbersOf({ inode, size, mtime, ctime, mode }: Look): readonly number[] {
  return [inode, size, mtime, ctime, mode]
}

function pathsIn(text: string): readonly string[] {
  return text === "" ? [] : text.split(between)
}

function columnsOf<T>(
  table: Table<T>,
  columns: (row: T) => { readonly hash: string; readonly numbers: readonly number[] },
): Columns {
  const paths = [...table.keys()]
  const rows = paths.flatMap((path) => table.get(path) ?? []).map(columns)
  return {
    paths: paths.join(between),
    hashes: rows.map(({ hash }) => hash).join(""),
    numbers: Float64Array.from(rows.flatMap((row) => row.numbers)),
  }
}
