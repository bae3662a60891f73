import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { KnownGood } from "../store/store.ts"
import type { Look } from "../system/look.ts"
import { cacheFolder, checksum } from "./cache.ts"
import type { Since } from "./drift.ts"
import { octal } from "./octal.ts"

export type Good = Pick<KnownGood, "hash" | "mode" | "accepted">

/** What `status` found the last time. */
export interface StatusMemory {
  /** What the store looked like, see `stampOf`: as long as it does, what it says is what stands here. */
  readonly stamp: string
  /** By path in the project. */
  readonly good: ReadonlyMap<string, Good>
  /** Who accepted states, by the number of the acceptance. */
  readonly acceptances: ReadonlyMap<number, Since>
  /** What files held, by how they looked: settled looks only. */
  readonly contents: ReadonlyMap<string, { readonly hash: string; readonly look: Look }>
}

/** A project with fewer files is read as quickly. */
const least = 200
const version = 1

/** Lists of equal length, which are read several times as fast as a list of objects. */
interface Written {
  readonly version: number
  readonly root: string
  readonly stamp: string
  readonly good: Columns
  readonly contents: Columns
  readonly acceptances: readonly (readonly [number, Since])[]
}

interface Columns {
  readonly paths: readonly string[]
  /** Of what is known good "" where the file holds just that. */
  readonly hashes: readonly string[]
  /** As many a path as there are numbers. */
  readonly numbers: readonly number[]
}

/** @returns `undefined` where nothing is remembered, or it is damaged */
export function recallStatus(root: string): StatusMemory | undefined {
  try {
    const written: Written = JSON.parse(readFileSync(fileOf(root), "utf8"))
    if (written.version !== version || written.root !== root) return undefined
    const { stamp, acceptances } = written
    const contents = rowsOf(written.contents, 5, (_, hash, numbers, at) => ({ hash, look: lookOf(numbers, at) }))
    const good = rowsOf(written.good, 2, (path, hash, numbers, at) => ({
      hash: hash === "" ? (contents.get(path)?.hash ?? "") : hash,
      mode: octal(numbers[at] ?? 0),
      accepted: numbers[at + 1] ?? 0,
    }))
    return { stamp, good, contents, acceptances: new Map(acceptances) }
  } catch {
    return undefined
  }
}

/** A memory that cannot be written is only slower. */
export function keepStatus(root: string, { stamp, good, contents, acceptances }: StatusMemory): void {
  if (contents.size < least) return
  const written: Written = {
    version,
    root,
    stamp,
    good: columnsOf(
      good,
      (path, { hash }) => (contents.get(path)?.hash === hash ? "" : hash),
      ({ mode, accepted }) => [Number.parseInt(mode, 8), accepted],
    ),
    contents: columnsOf(
      contents,
      (_, { hash }) => hash,
      ({ look: { inode, size, mtime, ctime, mode } }) => [inode, size, mtime, ctime, mode],
    ),
    acceptances: [...acceptances],
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

function lookOf(numbers: readonly number[], at: number): Look {
  const [inode = 0, size = 0, mtime = 0, ctime = 0, mode = 0] = numbers.slice(at, at + 5)
  return { inode, size, mtime, ctime, mode }
}

/** @throws Error for columns that do not fit together */
function rowsOf<T>(
  { paths, hashes, numbers }: Columns,
  width: number,
  rowOf: (path: string, hash: string, numbers: readonly number[], at: number) => T,
): ReadonlyMap<string, T> {
  if (hashes.length !== paths.length || numbers.length !== paths.length * width) throw new Error("damaged")
  return new Map(paths.map((path, index) => [path, rowOf(path, hashes[index] ?? "", numbers, index * width)]))
}

function columnsOf<T>(
  rows: ReadonlyMap<string, T>,
  hashOf: (path: string, row: T) => string,
  numbersOf: (row: T) => readonly number[],
): Columns {
  const all = [...rows]
  return {
    paths: all.map(([path]) => path),
    hashes: all.map(([path, row]) => hashOf(path, row)),
    numbers: all.flatMap(([, row]) => numbersOf(row)),
  }
}
