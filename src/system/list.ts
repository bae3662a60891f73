import { type Dirent, type PathLike, readdirSync, realpathSync, type Stats, statSync } from "node:fs"
import { join, relative, sep } from "node:path"
import { globSync } from "tinyglobby"
import { folderLook, type Look } from "./look.ts"
import { literalPaths, matcherOf, meaning, withUsualIgnores } from "./match.ts"
import { isInside } from "./read.ts"

/** What a walk found, and every folder that it read, by its path below the root ("." for that), as it looked before. */
export interface Walk {
  readonly paths: readonly string[]
  readonly folders: ReadonlyMap<string, Look>
}

/** Remembers walks, so that folders in which nothing has changed need not be read again. */
export interface Walks {
  /** @param key tells what was looked for.  @returns `undefined` where that is not known, or a folder is not as it was */
  recall(key: string): readonly string[] | undefined
  /** Not called for a tree that has links: what those lead to can change elsewhere. */
  keep(key: string, walk: Walk): void
}

/**
 * Regular files under `root` that match one of `patterns` and none of `ignore`, sorted by code unit.
 * Patterns are relative to the root: `opencode.json{,c}` names files of the root folder only, `**\/opencode.json` those at any depth.
 * A pattern without wildcards costs one look-up; others walk only the folders in which they can match. Folders that may not be read are left out.
 */
export function listFiles(
  root: string,
  patterns: readonly string[],
  ignore: readonly string[],
  walks?: Walks,
): readonly string[] {
  const ignored = withUsualIgnores(patterns, ignore)
  const wanted = meaning(patterns)
  const literal = wanted.map(literalPaths)
  const walked = wanted.filter((_, index) => literal[index] === null)
  const links = new Set<string>()
  const there = walked.length === 0 ? [] : walkOnce(root, walked, ignored, links, walks)
  const named = literal.flatMap((paths) => paths ?? []).filter((path) => isFileWithin(root, path))
  if (named.length === 0 && links.size === 0) return there
  const found = new Set(there)
  const isIgnored = named.length === 0 ? () => false : matcherOf(ignored)
  for (const path of named) if (!isIgnored(path)) found.add(path)
  return withoutAliases(root, [...found].sort(byCodeUnit), links)
}

/** Each file once: under its own name where that is among the paths, else under the first of its links. */
function withoutAliases(root: string, paths: readonly string[], links: ReadonlySet<string>): readonly string[] {
  if (links.size === 0) return paths
  const real = new Map(paths.map((path) => [path, throughLink(path, links) ? realName(root, path) : path]))
  const seen = new Set(paths.filter((path) => real.get(path) === path))
  return paths.filter((path) => {
    const place = real.get(path) ?? path
    if (place === path) return true
    if (seen.has(place)) return false
    seen.add(place)
    return true
  })
}

function throughLink(path: string, links: ReadonlySet<string>): boolean {
  const names = path.split("/")
  return names.some((_, index) => links.has(names.slice(0, index + 1).join("/")))
}

function realName(root: string, path: string): string {
  return relative(root, realpathSync.native(join(root, path)))
    .split(sep)
    .join("/")
}

/** For `sort`: order of UTF-16 code units, the same on every machine. */
function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function isFileWithin(root: string, path: string): boolean {
  const full = join(root, path)
  if (!isInside(root, full) || path === "") return false
  try {
    return statSync(full, { throwIfNoEntry: false })?.isFile() === true && isInside(root, realpathSync.native(full))
  } catch {
    return false
  }
}

/** @returns sorted */
function walkOnce(
  root: string,
  patterns: readonly string[],
  ignore: readonly string[],
  links: Set<string>,
  walks: Walks | undefined,
): readonly string[] {
  if (walks === undefined) return walk(root, patterns, ignore, links)
  const key = JSON.stringify([patterns, ignore])
  const known = walks.recall(key)
  if (known !== undefined) return known
  const folders = new Map<string, Look>()
  let whole = true
  const paths = walk(root, patterns, ignore, links, (folder, look, plain) => {
    whole &&= plain && look !== null
    if (look !== null) folders.set(folder, look)
  })
  if (whole) walks.keep(key, { paths, folders })
  return paths
}

/** @param plain whether there is no link in it */
type OnFolder = (folder: string, look: Look | null, plain: boolean) => void

/** @param links the links met on the way are added, relative to the root */
function walk(
  root: string,
  patterns: readonly string[],
  ignore: readonly string[],
  links: Set<string>,
  onFolder?: OnFolder,
): readonly string[] {
  const options = { cwd: root, ignore, dot: true, expandDirectories: false, followSymbolicLinks: false } as const
  return globSync(patterns, { ...options, fs: { readdirSync: plainFolders(root, links, onFolder) } }).sort(byCodeUnit)
}

/**
 * `readdirSync` that shows the tree as if it had no links: a link to a file or folder inside the root looks like one, others are not shown.
 * The library itself would follow them out of the root and round in circles. A folder is entered through links once in a walk, and never from within itself.
 */
function plainFolders(root: string, links: Set<string>, onFolder?: OnFolder): typeof readdirSync {
  const entered = new Set<string>()
  const read = (folder: PathLike): Dirent[] => {
    // Before it is read: whoever changes it from then on changes how it looks.
    const look = onFolder === undefined ? null : folderLook(String(folder))
    let plain = false
    let entries: Dirent[]
    try {
      entries = readdirSync(folder, { withFileTypes: true })
      plain = !entries.some((entry) => entry.isSymbolicLink())
    } finally {
      // One that may not be read is told of too.
      onFolder?.(relative(root, String(folder)).split(sep).join("/") || ".", look, plain)
    }
    if (plain) return entries
    const here = realpathSync.native(folder)
    return entries
      .sort((a, b) => byCodeUnit(a.name, b.name))
      .flatMap((entry) => {
        if (!entry.isSymbolicLink()) return [entry]
        const target = linkTarget(root, join(entry.parentPath, entry.name))
        if (target === null) return []
        if (target.stat.isDirectory()) {
          if (isInside(target.place, here) || entered.has(target.place)) return []
          entered.add(target.place)
        }
        links.add(relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"))
        return [shownAs(entry, target.stat)]
      })
  }
  // The library calls it in this one of its many forms.
  return read as unknown as typeof readdirSync
}

function shownAs(entry: Dirent, stat: Stats): Dirent {
  const kind = { isSymbolicLink: () => false, isFile: () => stat.isFile(), isDirectory: () => stat.isDirectory() }
  return Object.assign(Object.create(entry) as Dirent, kind)
}

function linkTarget(root: string, link: string): { readonly place: string; readonly stat: Stats } | null {
  try {
    const place = realpathSync.native(link)
    return isInside(root, place) ? { place, stat: statSync(place) } : null
  } catch {
    return null
  }
}
