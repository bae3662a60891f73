import { dirname } from "node:path/posix"
import { literalStart } from "./literalStart.ts"
import { matcherOf, meaning, withUsualIgnores } from "./match.ts"

/** What `System.list` lists, asked of one path. Whether it is a file is not asked. */
export function fileMatcher(patterns: readonly string[], ignore: readonly string[]): (path: string) => boolean {
  const wanted = matcherOf(patterns.map((pattern) => pattern.replace(/^\.\//, "")))
  const ignored = matcherOf(withUsualIgnores(patterns, ignore))
  return (path) => wanted(path) && !ignored(path)
}

/**
 * Whether files that match the patterns may lie in a folder or below it. @param also files that are of interest whatever the patterns say
 * @returns a function of a path relative to the root, "" for the root itself
 */
export function folderMatcher(
  patterns: readonly string[],
  ignore: readonly string[],
  also: readonly string[],
): (folder: string) => boolean {
  const deep: string[] = []
  const level: string[] = []
  for (const pattern of meaning(patterns)) addFolders(pattern.replace(/^\.\//, ""), deep, level)
  const isAbove = matcherOf(level)
  const isBelow = matcherOf(deep)
  const closed = withUsualIgnores(patterns, ignore).flatMap((glob) =>
    glob.endsWith("/**") ? [glob, glob.slice(0, -3)] : [],
  )
  const isClosed = matcherOf(closed)
  const named = new Set(also.flatMap(foldersAbove))
  return (folder) => folder === "" || named.has(folder) || ((isAbove(folder) || isBelow(folder)) && !isClosed(folder))
}

/** Folders on the way to files. */
export function foldersTo(paths: readonly string[]): readonly string[] {
  return [...new Set(paths.flatMap(foldersAbove))]
}

/** The folder in which all is that a glob means: "." where it begins with a wildcard. */
export function startOf(glob: string): string {
  return dirname(`${literalStart(glob.replace(/^(?:\.?\/)+/, ""))}x`)
}

/** Whether a glob means files in folders below that. */
export function isDeep(glob: string): boolean {
  return glob.slice(literalStart(glob).length).includes("/") || glob.includes("**")
}

/** A pattern for all that a glob may mean, with no more wildcards than a walk needs. */
export function belowStart(glob: string): string {
  const start = startOf(glob)
  return `${start === "." ? "" : `${start}/`}${isDeep(glob) ? "**" : "*"}`
}

/** `deep`: globs of folders in which any folder may matter; `level`: of single folders on the way. */
function addFolders(pattern: string, deep: string[], level: string[]): void {
  const names = pattern.split("/")
  for (const [index, name] of names.slice(0, -1).entries()) {
    const above = names.slice(0, index + 1).join("/")
    if (name.includes("**") || /[{}()]/.test(above)) {
      deep.push([...names.slice(0, index), "**"].join("/"))
      return
    }
    level.push(above)
  }
}

function foldersAbove(path: string): readonly string[] {
  const folder = dirname(path)
  return folder === "." || folder === "/" || folder.startsWith("..") ? [] : [folder, ...foldersAbove(folder)]
}
