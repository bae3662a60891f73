import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { unless } from "../failure.ts"
import type { GitChange } from "./changes.ts"
import type { GitEntry } from "./entries.ts"
import type { CachedTree, IndexedFile, IndexFile } from "./indexFile.ts"
import { readLoose } from "./looseObject.ts"
import type { GitPlace } from "./place.ts"

/** Larger folders are left to git. */
const limit = 16 * 1024 * 1024

/**
 * What is staged against the last commit, without starting git: of the folders in which something was staged since it was made, what both hold is compared. These
 * lie in files of their own as a rule, because the last commits wrote them.
 * @returns paths from the top; `null` where only git can tell: before the first commit, in a conflict, where objects are packed
 */
export function changesToHead(place: GitPlace, { files, tree }: IndexFile): readonly GitChange[] | null {
  if (tree === null || files.some(({ stage, intended, path }) => stage > 0 || intended || path.includes("\uFFFD"))) {
    return null
  }
  const head = treeOfHead(place)
  if (head === null) return null
  try {
    const changes = new Comparison(place, files).of("", 0, files.length, head, tree)
    return changes.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
  } catch (error) {
    if (error instanceof Unread) return null
    throw error
  }
}

/** An object is not to be had here. */
class Unread extends Error {}

interface TreeItem extends GitEntry {
  readonly name: string
}

class Comparison {
  readonly #place: GitPlace
  readonly #files: readonly IndexedFile[]

  constructor(place: GitPlace, files: readonly IndexedFile[]) {
    this.#place = place
    this.#files = files
  }

  /** @param prefix of the folder, ending with a slash.  @param from and `to` where in the index its files stand.  @param head its object in the last commit */
  of(prefix: string, from: number, to: number, head: string | null, known: CachedTree | undefined): GitChange[] {
    if (head !== null && known?.oid === head) return []
    const before = new Map((head === null ? [] : readTree(this.#place, head)).map((item) => [item.name, item]))
    const changes: GitChange[] = []
    for (let at = from; at < to; ) {
      const file = this.#files[at]
      if (file === undefined) throw new Unread()
      const [name = "", ...more] = file.path.slice(prefix.length).split("/", 2)
      const old = before.get(name)
      before.delete(name)
      if (more.length === 0) {
        changes.push(...this.#file(file, old))
        at++
      } else {
        const folder = `${prefix}${name}/`
        const end = this.#endOf(folder, at, to)
        const isFolder = old !== undefined && old.mode === folderMode
        if (old !== undefined && !isFolder) changes.push({ path: prefix + name, before: entryOf(old), after: null })
        changes.push(...this.of(folder, at, end, isFolder ? old.oid : null, known?.children.get(name)))
        at = end
      }
    }
    for (const item of before.values()) changes.push(...this.#gone(prefix, item))
    return changes
  }

  #file({ path, mode, oid }: IndexedFile, old: TreeItem | undefined): readonly GitChange[] {
    const after = { mode, oid }
    if (old === undefined) return [{ path, before: null, after }]
    if (old.mode === folderMode)
      return [...this.of(`${path}/`, 0, 0, old.oid, undefined), { path, before: null, after }]
    const before = entryOf(old)
    return before.oid === oid && before.mode === mode ? [] : [{ path, before, after }]
  }

  #gone(prefix: string, item: TreeItem): readonly GitChange[] {
    const path = prefix + item.name
    if (item.mode === folderMode) return this.of(`${path}/`, 0, 0, item.oid, undefined)
    return [{ path, before: entryOf(item), after: null }]
  }

  /** The files of a folder stand together. */
  #endOf(folder: string, from: number, to: number): number {
    let end = from
    while (end < to && this.#files[end]?.path.startsWith(folder) === true) end++
    return end
  }
}

const folderMode = "40000"

/** Of permissions git knows two; old commits may hold others. */
function entryOf({ mode, oid }: TreeItem): GitEntry {
  if (!mode.startsWith("100")) return { mode, oid }
  return { mode: (Number.parseInt(mode, 8) & 0o100) === 0 ? "100644" : "100755", oid }
}

/** @throws Unread */
function readTree(place: GitPlace, oid: string): readonly TreeItem[] {
  const bytes = readLoose(place, oid, limit, "tree")
  if (bytes === null) throw new Unread()
  const items: TreeItem[] = []
  for (let at = 0; at < bytes.length; ) {
    const nameAt = bytes.indexOf(32, at) + 1
    const end = bytes.indexOf(0, nameAt)
    if (nameAt === 0 || end < 0 || end + 21 > bytes.length) throw new Unread()
    const name = bytes.toString("utf8", nameAt, end)
    if (name.includes("\uFFFD")) throw new Unread()
    items.push({ mode: bytes.toString("latin1", at, nameAt - 1), name, oid: bytes.toString("hex", end + 1, end + 21) })
    at = end + 21
  }
  return items
}

/** @returns `null` where it is not plain what HEAD means */
function treeOfHead(place: GitPlace): string | null {
  const packed = read(join(place.common, "packed-refs")) ?? ""
  // Objects may be replaced by others.
  if (packed.includes(" refs/replace/") || existsSync(join(place.common, "refs/replace"))) return null
  const head = read(join(place.own, "HEAD"))?.trim() ?? ""
  const branch = /^ref: (refs\/heads\/[^\0]+)$/.exec(head)?.[1]
  const oid = branch === undefined ? head : oidOf(place, branch, packed)
  if (oid === null || !/^[0-9a-f]{40}$/.test(oid)) return null
  const commit = readLoose(place, oid, limit, "commit")?.toString("latin1") ?? ""
  return /^tree ([0-9a-f]{40})\n/.exec(commit)?.[1] ?? null
}

function oidOf({ common }: GitPlace, branch: string, packed: string): string | null {
  const loose = read(join(common, ...branch.split("/")))
  if (loose !== null) return loose.trim()
  const line = packed.split("\n").find((each) => each.endsWith(` ${branch}`))
  return line?.split(" ")[0] ?? null
}

function read(path: string): string | null {
  return unless(["ENOENT", "ENOTDIR", "EISDIR", "EACCES"], null, () => readFileSync(path, "utf8"))
}
