import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { KnownGood } from "../store/store.ts"
import type { Walk } from "../system/list.ts"
import type { Look } from "../system/look.ts"
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
export interface Table<T> {
  readonly size: number
  keys(): Iterable<string>
  has(path: string): boolean
  get(path: string): T | undefined
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
  readonly tree?: (Walk & { readonly key: string }) | undefined
}

/** A project with fewer files is read as quickly. */
const least = 200
const version = 2

/**
 * A few long texts, which are read many times as fast as lists of short ones and of numbers. Rows are in the order of their paths, which are put together
 * with a sign between them that no path has in it.
 */
interface Written {
  readonly version: number
  readonly root: string
  readonly stamp: string
  readonly acceptances: readonly (readonly [number, Since])[]
  readonly contents: Columns
  readonly good: Columns
  readonly tree: { readonly key: string; readonly paths: string | null; readonly folders: Columns } | null
}

/** `null`: the same as those of `contents`. */
interface Columns {
  readonly paths: string | null
  /** 64 digits a path, or none. */
  readonly hashes: string | null
  /** Doubles in base64, as many a path as the table says. */
  readonly numbers: string
}

const between = "//"
const digits = 64

/** @returns `undefined` where nothing is remembered, or it is damaged */
export function recallStatus(root: string): StatusMemory | undefined {
  try {
    const written: Written = JSON.parse(readFileSync(fileOf(root), "utf8"))
    if (written.version !== version || written.root !== root) return undefined
    const contents = rowsOf(written.contents, 5)
    const good = rowsOf(written.good, 2, contents)
    return {
      stamp: written.stamp,
      acceptances: new Map(written.acceptances),
      contents: tableOf(contents, (at) => ({ hash: hashAt(contents, at), look: lookAt(contents, at) })),
      good: tableOf(good, (at) => ({
        hash: hashAt(good, at),
        mode: octal(good.numbers[at * 2] ?? 0),
        accepted: good.numbers[at * 2 + 1] ?? 0,
      })),
      tree: treeOf(written, contents),
    }
  } catch {
    return undefined
  }
}

function treeOf({ tree }: Written, contents: Rows): StatusMemory["tree"] {
  if (tree === null) return undefined
  const folders = rowsOf(tree.folders, 5)
  return {
    key: tree.key,
    paths: tree.paths === null ? contents.paths : pathsIn(tree.paths),
    folders: new Map(folders.paths.map((path, at) => [path, lookAt(folders, at)])),
  }
}

/** A memory that cannot be written is only slower. */
export function keepStatus(root: string, { stamp, good, contents, acceptances, tree }: StatusMemory): void {
  if (contents.size < least) return
  const held = columnsOf(contents, ({ hash, look }) => ({ hash, numbers: numbersOf(look) }))
  const goods = columnsOf(good, ({ hash, mode, accepted }) => ({
    hash,
    numbers: [Number.parseInt(mode, 8), accepted],
  }))
  const same = held.paths === goods.paths
  const paths = tree?.paths.join(between)
  const written: Written = {
    version,
    root,
    stamp,
    acceptances: [...acceptances],
    contents: held,
    good: {
      paths: same ? null : goods.paths,
      hashes: same && held.hashes === goods.hashes ? null : goods.hashes,
      numbers: goods.numbers,
    },
    tree:
      tree === undefined || paths === undefined
        ? null
        : {
            key: tree.key,
            paths: paths === held.paths ? null : paths,
            folders: columnsOf(tree.folders, (look) => ({ hash: "", numbers: numbersOf(look) })),
          },
  }
  try {
    mkdirSync(cacheFolder(), { recursive: true, mode: 0o700 })
    const temporary = `${fileOf(root)}.${process.pid}`
    writeFileSync(temporary, JSON.stringify(written), { mode: 0o600 })
    renameSync(temporary, fileOf(root))
  } catch {
    // No home, full disk, read-only.
  }
}

function fileOf(root: string): string {
  return join(cacheFolder(), `status-${checksum(root)}.json`)
}

interface Rows {
  readonly paths: readonly string[]
  /** The row of a path. */
  readonly find: (path: string) => number | undefined
  readonly hashes: string
  readonly numbers: Float64Array
}

/** @param contents whose columns are taken where it has none of its own.  @throws Error for columns that do not fit together */
function rowsOf({ paths: text, hashes: own, numbers: encoded }: Columns, width: number, contents?: Rows): Rows {
  const paths = text === null ? (contents?.paths ?? []) : pathsIn(text)
  const hashes = own ?? contents?.hashes ?? ""
  const numbers = new Float64Array(new Uint8Array(Buffer.from(encoded, "base64")).buffer)
  if (numbers.length !== paths.length * width || ![0, digits * paths.length].includes(hashes.length))
    throw new Error("damaged")
  return { paths, hashes, numbers, find: finderIn(paths) }
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
): Columns & { readonly paths: string } {
  const paths = [...table.keys()]
  const rows = paths.flatMap((path) => table.get(path) ?? []).map(columns)
  const numbers = Float64Array.from(rows.flatMap((row) => row.numbers))
  return {
    paths: paths.join(between),
    hashes: rows.map(({ hash }) => hash).join(""),
    numbers: Buffer.from(numbers.buffer).toString("base64"),
  }
}
