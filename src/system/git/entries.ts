import { readFileSync } from "node:fs"
import { basename, dirname, join, relative, sep } from "node:path"
import { CfgsyncError } from "../../model/errors.ts"
import { unless } from "../failure.ts"
import { finalPlace, isInside } from "../read.ts"
import { type Git, nulParts } from "./git.ts"
import { type IndexedFile, type IndexFile, parseIndex } from "./indexFile.ts"

/** What git keeps at a path: `mode` as git writes it (`100644`, `100755`, `120000` a link, `160000` a submodule). */
export interface GitEntry {
  readonly mode: string
  readonly oid: string
}

/** By path relative to the folder. */
export type GitEntries = ReadonlyMap<string, GitEntry>

/** What is staged below the folder; files in a conflict of a merge are left out, and those that are only meant to be added. */
export function indexEntries(git: Git, index?: string): GitEntries {
  const known = readIndex(index ?? git.index)
  return known === null ? listed(git, index) : entriesOf(git, known.files)
}

/** Of what the index says, what `indexEntries` tells. */
export function entriesOf(git: Git, known: readonly IndexedFile[]): GitEntries {
  const prefix = prefixOf(git)
  const entries = new Map<string, GitEntry>()
  for (const { path, mode, oid, stage, intended } of known) {
    if (stage === 0 && !intended && path.startsWith(prefix)) entries.set(path.slice(prefix.length), { mode, oid })
  }
  return entries
}

/** Of a path from the top what comes before that from the folder. */
export function prefixOf(git: Git): string {
  return git.folder === git.top ? "" : `${relative(git.top, git.folder).split(sep).join("/")}/`
}

/** @returns `null` where it is not there, or only git understands it */
export function readIndex(path: string): IndexFile | null {
  const bytes = unless(["ENOENT", "EACCES", "EISDIR"], null, () => readFileSync(path))
  return bytes === null ? null : parseIndex(bytes)
}

/** As git lists it, for an index of a kind that only git reads. */
function listed(git: Git, index: string | undefined): GitEntries {
  const options = index === undefined ? {} : { index }
  const entries = new Map<string, GitEntry>()
  let empty = false
  for (const part of nulParts(git.run(["ls-files", "--stage", "-z"], options))) {
    const [, mode = "", oid = "", stage, path = ""] = /^(\d+) ([0-9a-f]+) (\d)\t(.*)$/s.exec(part) ?? []
    if (stage !== "0") continue
    entries.set(path, { mode, oid })
    empty ||= emptyBlobs.has(oid)
  }
  if (empty) for (const path of intended(git, options)) entries.delete(path)
  return entries
}

const emptyBlobs: ReadonlySet<string> = new Set([
  "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
  "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
])

/** `git add --intent-to-add` puts an empty file into the index, which is in no commit: only the working tree is ahead of it as by a new file. */
function intended(git: Git, options: { readonly index?: string }): readonly string[] {
  const args = ["diff-files", "-z", "--name-only", "--relative", "--diff-filter=A", "--no-ext-diff"]
  return nulParts(git.run(args, options))
}

/** What a commit, or a tree, holds below the folder. */
export function treeEntries(git: Git, commit: string): GitEntries {
  const parts = nulParts(git.run(["ls-tree", "-r", "-z", "--end-of-options", commit]))
  return new Map(
    parts.flatMap((part) => {
      const [, mode, oid, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(part) ?? []
      return mode === undefined || oid === undefined || path === undefined ? [] : [[path, { mode, oid }] as const]
    }),
  )
}

/** The paths, relative to the folder, that git is told to ignore. */
export function ignoredPaths(git: Git, paths: readonly string[]): ReadonlySet<string> {
  return pathsBeside(git, paths).ignored
}

/** The paths that no commit of the repository holds: ignored ones, and those of its submodules, which have commits of their own. */
export function pathsBeside(
  git: Git,
  paths: readonly string[],
): { readonly ignored: ReadonlySet<string>; readonly foreign: ReadonlySet<string> } {
  const first = askIgnored(git, paths)
  if ("ignored" in first) return { ...first, foreign: new Set() }
  const modules = [...indexEntries(git)].flatMap(([path, { mode }]) => (mode === "160000" ? [`${path}/`] : []))
  const foreign = new Set(paths.filter((path) => modules.some((module) => path.startsWith(module))))
  const left = paths.filter((path) => !foreign.has(path))
  const again = foreign.size === 0 ? first : askIgnored(git, left)
  if ("refused" in again) throw new CfgsyncError("git-failed", `git check-ignore failed: ${again.refused}`)
  return { ...again, foreign }
}

/** Git takes none of the questions where one of them is about what lies in a submodule. */
function askIgnored(
  git: Git,
  paths: readonly string[],
): { readonly ignored: ReadonlySet<string> } | { readonly refused: string } {
  if (paths.length === 0) return { ignored: new Set() }
  const places = new Map<string, string[]>()
  for (const path of paths) {
    const place = withoutLinks(git.folder, path)
    if (place !== null) places.set(place, [...(places.get(place) ?? []), path])
  }
  // A name may begin as what git takes for more than a name.
  const input = [...places.keys()].map((path) => `./${path}\0`).join("")
  const { stdout, status, stderr } = git.ask(["check-ignore", "-z", "--stdin"], { input, unsaid: true })
  if (status > 1) return { refused: stderr.trim() }
  return { ignored: new Set(nulParts(stdout).flatMap((path) => places.get(path.slice(2)) ?? [])) }
}

/** The paths, relative to the folder, whose content git keeps in another form than that of the disk: encrypted, or elsewhere. */
export function filteredPaths(git: Git, paths: readonly string[]): ReadonlySet<string> {
  const input = paths.map((path) => `${path}\0`).join("")
  const parts = nulParts(git.run(["check-attr", "-z", "--stdin", "filter"], { input, unsaid: true }))
  const filtered = new Set<string>()
  for (let at = 0; at + 2 < parts.length; at += 3) {
    const [path = "", , value = ""] = parts.slice(at, at + 3)
    if (value !== "unspecified" && value !== "unset") filtered.add(path)
  }
  return filtered
}

/** The same path with no link among its folders, beyond which git does not look. @returns `null` when that is elsewhere */
function withoutLinks(folder: string, path: string): string | null {
  const outer = finalPlace(join(folder, dirname(path)))
  if (outer === null) return path
  return isInside(folder, outer)
    ? relative(folder, join(outer, basename(path)))
        .split(sep)
        .join("/")
    : null
}
