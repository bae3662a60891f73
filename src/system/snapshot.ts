import { isAbsolute, posix } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import type { GitEntries, GitEntry } from "./git/entries.ts"
import type { Objects } from "./git/objects.ts"
import { matcherOf, withUsualIgnores } from "./match.ts"
import { absolutePath, isInside } from "./read.ts"
import { readOnly } from "./readOnly.ts"
import type { FileStat, System } from "./system.ts"

/** A state that git keeps: what is staged, or a commit. */
export interface GitState {
  readonly entries: () => GitEntries
  /** What is known of single files before all entries are asked for; `null`: it is not there. */
  readonly known?: ReadonlyMap<string, GitEntry | null>
  readonly objects: Objects
  /**
   * Of files on the disk that the state does not hold, those that count all the same: nobody commits what is ignored, so that it is there whatever the
   * state is. Absent: none.
   */
  readonly beside?: (paths: readonly string[]) => ReadonlySet<string>
}

/**
 * The world as it would be if the files of the project were those of a state. What lies outside of the project, the variables and the commands are those
 * of `base`. Of permissions git keeps only whether a file is executable: the others are those on the disk where the file is there.
 */
export function snapshotSystem(base: System, state: GitState): System {
  const view = new Snapshot(base, state)
  return {
    ...readOnly(base),
    read: (path, limit) => view.read(path, limit),
    stat: (path) => view.stat(path),
    list: (patterns, ignore) => view.list(patterns, ignore),
    refusal: (path) => new CfgsyncError("write-refused", `${path} stands in a state that is past`),
  }
}

/** Where a path leads to in a state. */
export type Place =
  | { readonly kind: "blob"; readonly path: string; readonly entry: GitEntry }
  | { readonly kind: "folder" | "nothing" | "disk"; readonly path: string }
  /** A link that leads out of the project, nowhere or round in a circle. */
  | { readonly kind: "astray"; readonly path: string; readonly reason: string }

const mostLinks = 40
const linkLimit = 4096

export class Snapshot {
  readonly #base: System
  readonly #state: GitState
  #folders: ReadonlySet<string> | undefined

  constructor(base: System, state: GitState) {
    this.#base = base
    this.#state = state
  }

  read(path: string, limit: number): Uint8Array | null {
    const place = this.place(path)
    switch (place.kind) {
      case "nothing":
        return null
      case "disk":
        return this.#base.read(place.path, limit)
      case "folder":
        throw new CfgsyncError("file-unreadable", `${path} is a folder`)
      case "astray":
        throw new CfgsyncError("file-unreadable", `${path} ${place.reason}`)
      case "blob":
        return this.#content(place.entry, path, limit)
    }
  }

  #content({ oid }: GitEntry, path: string, limit: number): Uint8Array {
    try {
      const bytes = this.#state.objects.read(oid, limit)
      if (bytes !== null) return bytes
      throw new CfgsyncError("file-unreadable", "git does not have its content", "`git fsck` looks at the repository")
    } catch (error) {
      if (!(error instanceof CfgsyncError) || error.code !== "file-unreadable") throw error
      throw new CfgsyncError(error.code, `${path}: ${error.message}`, error.hint, { cause: error })
    }
  }

  stat(path: string): FileStat | null {
    const place = this.place(path)
    const other = { size: 0, mtimeNs: 0n, links: 1 }
    switch (place.kind) {
      case "nothing":
        return null
      case "disk":
        return this.#base.stat(place.path)
      case "folder":
        return { ...other, kind: "directory", mode: 0o755 }
      case "astray":
        return { ...other, kind: "other", mode: 0o777 }
      case "blob": {
        const { objects } = this.#state
        const { oid, mode } = place.entry
        // Asked of every file that a rule names, and its size of hardly any.
        const size = () => objects.size(oid)
        return {
          ...other,
          kind: "file",
          mode: this.#mode(place.path, mode),
          get size() {
            return size()
          },
        }
      }
    }
  }

  #mode(path: string, mode: string): number {
    const executable = mode === "100755"
    const disk = this.#diskStat(path)
    if (disk?.kind === "file" && ((disk.mode & 0o100) !== 0) === executable) return disk.mode
    return executable ? 0o755 : 0o644
  }

  #diskStat(path: string): FileStat | null {
    try {
      return this.#base.stat(path)
    } catch (error) {
      if (error instanceof CfgsyncError) return null
      throw error
    }
  }

  list(patterns: readonly string[], ignore: readonly string[]): readonly string[] {
    const wanted = matcherOf(patterns)
    const ignored = matcherOf(withUsualIgnores(patterns, ignore))
    const entries = this.#state.entries()
    const found = new Set<string>()
    const links: string[] = []
    for (const [path, { mode }] of entries) {
      if (mode === "120000") links.push(path)
      else if (mode !== "160000" && wanted(path) && !ignored(path)) found.add(path)
    }
    for (const link of links) this.#addLinked(link, found, (path) => wanted(path) && !ignored(path))
    for (const path of this.#listBeside(patterns, ignore)) found.add(path)
    return [...found].sort()
  }

  /** A file once, under its own name where that is listed; a link to a folder shows what is in it. */
  #addLinked(link: string, found: Set<string>, wanted: (path: string) => boolean): void {
    const place = this.place(link)
    if (place.kind === "blob" && wanted(link) && !found.has(place.path)) found.add(link)
    if (place.kind !== "folder" || place.path === "" || link.startsWith(`${place.path}/`)) return
    for (const [path, { mode }] of this.#state.entries()) {
      if (mode === "160000" || mode === "120000" || !path.startsWith(`${place.path}/`)) continue
      const name = `${link}${path.slice(place.path.length)}`
      if (wanted(name) && !found.has(path)) found.add(name)
    }
  }

  #listBeside(patterns: readonly string[], ignore: readonly string[]): readonly string[] {
    const { beside, entries } = this.#state
    if (beside === undefined) return []
    const candidates = this.#base.list(patterns, ignore).filter((path) => !entries().has(path))
    const there = beside(candidates)
    return candidates.filter((path) => there.has(path) && this.place(path).kind === "disk")
  }

  /** @throws `path-invalid` as every system */
  place(path: string): Place {
    const { root } = this.#base
    const full = absolutePath(root, path)
    if (!isInside(root, full)) return { kind: "disk", path }
    return this.#follow(full === root ? "" : full.slice(root.endsWith("/") ? root.length : root.length + 1), mostLinks)
  }

  #follow(path: string, left: number): Place {
    if (left === 0) return { kind: "astray", path, reason: "is one of links that go round in a circle" }
    const known = this.#state.known?.get(path)
    if (isFile(known)) return { kind: "blob", path, entry: known }
    const entries = this.#state.entries()
    const entry = entries.get(path)
    if (isFile(entry)) return { kind: "blob", path, entry }
    const names = path.split("/")
    for (const [index] of names.entries()) {
      const outer = names.slice(0, index + 1).join("/")
      const on = entries.get(outer)
      if (on?.mode === "160000") return { kind: "disk", path }
      if (on?.mode === "120000") return this.#link(outer, on, names.slice(index + 1), left)
      if (on !== undefined && index + 1 < names.length) return { kind: "nothing", path }
    }
    if (path === "" || this.#isFolder(path)) return { kind: "folder", path }
    const beside = this.#diskStat(path) !== null && this.#state.beside?.([path]).has(path) === true
    return { kind: beside ? "disk" : "nothing", path }
  }

  #link(link: string, { oid }: GitEntry, rest: readonly string[], left: number): Place {
    const target = new TextDecoder().decode(this.#state.objects.read(oid, linkLimit) ?? new Uint8Array())
    const inside = isAbsolute(target)
      ? isInside(this.#base.root, target)
        ? posix.relative(this.#base.root, target)
        : null
      : posix.normalize(posix.join(posix.dirname(link), target))
    if (inside === null || inside === ".." || inside.startsWith("../")) {
      return { kind: "astray", path: link, reason: `leads out of the project, to ${target}` }
    }
    const path = posix.join(inside, ...rest).replace(/^\.$|^\.\/|\/$/g, "")
    const place = this.#follow(path, left - 1)
    return place.kind === "nothing" && rest.length === 0
      ? { kind: "astray", path: link, reason: "is a link to nothing" }
      : place
  }

  #isFolder(path: string): boolean {
    this.#folders ??= foldersOf(this.#state.entries())
    return this.#folders.has(path)
  }
}

function isFile(entry: GitEntry | null | undefined): entry is GitEntry {
  return entry != null && entry.mode !== "120000" && entry.mode !== "160000"
}

function foldersOf(entries: GitEntries): ReadonlySet<string> {
  const folders = new Set<string>()
  for (const path of entries.keys()) {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const folder = path.slice(0, at)
      if (folders.has(folder)) break
      folders.add(folder)
    }
  }
  return folders
}
