import type { GitEntry } from "./entries.ts"
import { type Git, nulParts } from "./git.ts"

/** A path that differs between two states; `null`: it is not there. Renamed files are one that goes and one that comes. */
export interface GitChange {
  readonly path: string
  readonly before: GitEntry | null
  readonly after: GitEntry | null
}

const raw = ["--raw", "-z", "--no-renames", "--no-abbrev", "--no-ext-diff", "--ignore-submodules=none", "--relative"]

/** What the next commit changes. Before the first commit that is all that is staged. */
export function stagedChanges(git: Git, paths: readonly string[] = []): readonly GitChange[] {
  return parseRaw(nulParts(git.run(["diff", "--cached", ...raw, "--", ...paths])))
}

/** What differs between two commits. */
export function changesBetween(git: Git, before: string, after: string): readonly GitChange[] {
  return parseRaw(nulParts(git.run(["diff-tree", "-r", ...raw, "--end-of-options", before, after])))
}

/** What differs between a commit and the files on the disk; what is not added, and not ignored, comes in. Of what lies on the disk only the mode is told. */
export function changesSince(git: Git, commit: string): readonly GitChange[] {
  const tracked = parseRaw(nulParts(git.run(["diff", ...raw, commit, "--"])))
  const others = nulParts(git.run(["ls-files", "--others", "--exclude-standard", "-z"]))
  return [...tracked, ...others.map((path) => ({ path, before: null, after: { mode: "100644", oid: "" } }))]
}

/** Entries of `--raw -z`: `:MODE MODE OID OID STATUS`, then the path. */
export function parseRaw(parts: readonly string[]): readonly GitChange[] {
  const changes: GitChange[] = []
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [, modeBefore, modeAfter, before, after] =
      /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) \w/.exec(parts[at] ?? "") ?? []
    changes.push({
      path: parts[at + 1] ?? "",
      before: entryOf(modeBefore, before),
      after: entryOf(modeAfter, after),
    })
  }
  return changes
}

function entryOf(mode: string | undefined, oid: string | undefined): GitEntry | null {
  return mode === undefined || oid === undefined || /^0+$/.test(mode) ? null : { mode, oid }
}
