import { CfgsyncError } from "../../model/errors.ts"
import { type Git, isTooLong } from "./git.ts"
import { readLoose } from "./looseObject.ts"

/**
 * Blobs of a repository by their names, each read once. What was `want`ed is fetched together with the first that is read: a few that were staged just
 * now from their own files, all others by one process.
 */
export interface Objects {
  want(names: Iterable<string>): void
  /** @returns `null` when the repository has no such blob.  @throws `file-unreadable` for one that is larger than `limit` bytes */
  read(name: string, limit: number): Uint8Array | null
  /** Size in bytes, without reading what is large. */
  size(name: string): number
}

/** With more of them git is as quick. */
const mostLoose = 64
const looseLimit = 16 * 1024 * 1024

/** What is read at one time; more is read in several goes, and what is larger by itself not at all. */
const most = 256 * 1024 * 1024

export function openObjects(git: Git): Objects {
  const known = new Map<string, Uint8Array | null>()
  const large = new Map<string, number>()
  const wanted = new Set<string>()
  const keep = (name: string, bytes: Uint8Array | null): void => {
    if (bytes !== null) known.set(name, bytes)
  }
  const load = (name: string): void => {
    const names = [...wanted, name].filter((each) => !known.has(each) && !large.has(each))
    wanted.clear()
    if (names.length <= mostLoose) for (const each of names) keep(each, readLoose(git, each, looseLimit))
    const others = names.filter((each) => !known.has(each))
    for (const [each, bytes] of readAll(git, [...new Set(others)], large)) known.set(each, bytes)
  }
  const find = (name: string): Uint8Array | null => {
    if (!known.has(name) && !large.has(name)) load(name)
    return known.get(name) ?? null
  }
  return {
    want: (names) => {
      for (const name of names) wanted.add(name)
    },
    read: (name, limit) => {
      const bytes = find(name)
      const size = large.get(name) ?? bytes?.length ?? 0
      if (size > limit || large.has(name)) {
        throw new CfgsyncError(
          "file-unreadable",
          `it is larger than ${Math.min(limit, most)} bytes`,
          "raise limits.size if it is meant to be",
        )
      }
      return bytes
    },
    size: (name) => find(name)?.length ?? large.get(name) ?? 0,
  }
}

function readAll(
  git: Git,
  names: readonly string[],
  large: Map<string, number>,
): Iterable<readonly [string, Uint8Array | null]> {
  if (names.length === 0) return []
  try {
    return zip(names, parseBatch(git.run(["cat-file", "--batch"], { input: `${names.join("\n")}\n`, limit: most })))
  } catch (error) {
    if (!isTooLong(error)) throw error
    return readInParts(git, names, large)
  }
}

/** By size: what is too large is only remembered as such, the rest comes in portions. */
function readInParts(git: Git, names: readonly string[], large: Map<string, number>) {
  const lines = git.run(["cat-file", "--batch-check=%(objectsize)"], { input: `${names.join("\n")}\n` }).toString()
  const sizes = new Map(zip(names, lines.trimEnd().split("\n").map(Number)))
  const portions: string[][] = []
  let filled = most
  for (const name of names) {
    const size = sizes.get(name) ?? 0
    if (size > most / 4) large.set(name, size)
    else {
      filled += size + 200
      if (filled > most / 2) {
        portions.push([])
        filled = size
      }
      portions.at(-1)?.push(name)
    }
  }
  return portions.flatMap((portion) => [...readAll(git, portion, large)])
}

function zip<T>(names: readonly string[], values: readonly T[]): readonly (readonly [string, T])[] {
  return names.flatMap((name, index) => {
    const value = values[index]
    return value === undefined ? [] : [[name, value] as const]
  })
}

/** `OID blob SIZE`, the bytes and a line break; or `NAME missing`. */
function parseBatch(output: Buffer): readonly (Uint8Array | null)[] {
  const contents: (Uint8Array | null)[] = []
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf(10, at)
    const [, type, size] = output.toString("utf8", at, end).split(" ")
    const length = size === undefined ? null : Number(size)
    if (length === null) {
      contents.push(null)
      at = end + 1
    } else {
      contents.push(type === "blob" ? output.subarray(end + 1, end + 1 + length) : null)
      at = end + length + 2
    }
  }
  return contents
}
