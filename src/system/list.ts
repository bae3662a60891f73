import { type Dirent, type PathLike, readdirSync, realpathSync, type Stats, statSync } from "node:fs"
import { join } from "node:path"
import { globSync } from "tinyglobby"
import { literalPaths, matcherOf, withUsualIgnores } from "./match.ts"
import { isInside } from "./read.ts"

/**
 * Regular files under `root` that match one of `patterns` and none of `ignore`, sorted by code unit.
 * Patterns are relative to the root: `opencode.json{,c}` names files of the root folder only, `**\/opencode.json` those at any depth.
 * A pattern without wildcards costs one look-up; others walk only the folders in which they can match. Folders that may not be read are left out.
 */
export function listFiles(root: string, patterns: readonly string[], ignore: readonly string[]): readonly string[] {
  const ignored = withUsualIgnores(patterns, ignore)
  const literal = patterns.map(literalPaths)
  const walked = patterns.filter((_, index) => literal[index] === null)
  const found = new Set(walked.length === 0 ? [] : walk(root, walked, ignored))
  const named = literal.flatMap((paths) => paths ?? []).filter((path) => isFileWithin(root, path))
  const isIgnored = named.length === 0 ? () => false : matcherOf(ignored)
  for (const path of named) if (!isIgnored(path)) found.add(path)
  return [...found].sort(byCodeUnit)
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

function walk(root: string, patterns: readonly string[], ignore: readonly string[]): readonly string[] {
  const options = { cwd: root, ignore, dot: true, expandDirectories: false, followSymbolicLinks: false } as const
  return globSync(patterns, { ...options, fs: { readdirSync: plainFolders(root) } })
}

/**
 * `readdirSync` that shows the tree as if it had no links: a link to a file or folder inside the root looks like one, others are not shown.
 * The library itself would follow them out of the root and round in circles. A folder is entered through links once in a walk, and never from within itself.
 */
function plainFolders(root: string): typeof readdirSync {
  const entered = new Set<string>()
  const read = (folder: PathLike): Dirent[] => {
    const entries = readdirSync(folder, { withFileTypes: true })
    if (!entries.some((entry) => entry.isSymbolicLink())) return entries
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
