import { relative, sep } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { type GitEntries, type GitEntry, indexEntries, pathsBeside } from "./git/entries.ts"
import type { Git } from "./git/git.ts"
import { type Objects, openObjects } from "./git/objects.ts"
import { readOnly } from "./readOnly.ts"
import { Snapshot } from "./snapshot.ts"
import type { FileWrite, System } from "./system.ts"

export interface IndexSystemOptions {
  /** Shared with other states of the same repository. */
  readonly objects?: Objects
  /** What is known already of single files that are staged; `null`: the file is not. */
  readonly known?: ReadonlyMap<string, GitEntry | null>
  /** All that is staged, where that was read already. */
  readonly entries?: () => GitEntries
  /** Files that count as they are on the disk where they are not staged. */
  readonly alsoBeside?: (path: string) => boolean
}

/**
 * The world as the next commit would have it: files are what is staged, and `write` stages. A file that git ignores is that of the disk, because it is in
 * no commit; one that is merely not added is not there. `base` is the disk from the folder in which `git` is at work, and is not written.
 */
export function indexSystem(git: Git, base: System, options: IndexSystemOptions = {}): System {
  const objects = options.objects ?? openObjects(git)
  const beside = ignoredBeside(git, options.alsoBeside)
  let view = viewOf(git, base, objects, beside, options)
  return {
    ...readOnly(base),
    read: (path, limit) => view.read(path, limit),
    stat: (path) => view.stat(path),
    list: (patterns, ignore) => view.list(patterns, ignore),
    refusal: (path) => refusalOf(git, view, base, path),
    write: (files) => {
      if (files.length === 0) return
      // What others staged meanwhile counts.
      view = viewOf(git, base, objects, beside)
      const entries = files.map((file) => ({ file, ...target(git, view, base, file) }))
      refuseTwice(entries)
      stageEntries(
        git,
        entries.map(({ file, path, mode }) => ({
          path,
          entry: file.after === null ? null : { mode, oid: storeBlob(git, file.after) },
        })),
      )
      view = viewOf(git, base, objects, beside)
    },
  }
}

function viewOf(
  git: Git,
  base: System,
  objects: Objects,
  beside: (paths: readonly string[]) => ReadonlySet<string>,
  { known, entries: read = () => indexEntries(git) }: Pick<IndexSystemOptions, "known" | "entries"> = {},
): Snapshot {
  let all: GitEntries | undefined
  const entries = () => {
    all ??= read()
    return all
  }
  return new Snapshot(base, { entries, objects, beside, ...(known === undefined ? {} : { known }) })
}

/** Which of some files are in no commit, because git is told to ignore them, they are its own, or a submodule's; each is asked about once. */
export function ignoredBeside(
  git: Git,
  also: (path: string) => boolean = () => false,
): (paths: readonly string[]) => ReadonlySet<string> {
  const asked = new Map<string, boolean>()
  return (paths) => {
    for (const path of paths.filter((each) => each.split("/").includes(".git") || also(each))) asked.set(path, true)
    const fresh = paths.filter((path) => !asked.has(path))
    const { ignored, foreign } = pathsBeside(git, fresh)
    for (const path of fresh) asked.set(path, ignored.has(path) || foreign.has(path))
    return new Set(paths.filter((path) => asked.get(path) === true))
  }
}

/** Put a content into the repository as it is, without filters. @returns its name */
export function storeBlob(git: Git, content: Uint8Array): string {
  return git.run(["hash-object", "-w", "--stdin"], { input: content }).toString("utf8").trim()
}

/** Set entries of the index, or take them out (`null`): all of them or none. @param index another than the one at work */
export function stageEntries(
  git: Git,
  entries: readonly { readonly path: string; readonly entry: GitEntry | null }[],
  index?: string,
): void {
  // Here git takes paths from the top, wherever it is at work.
  const prefix = git.folder === git.top ? "" : `${relative(git.top, git.folder).split(sep).join("/")}/`
  const nothing = entries.some(({ entry }) => entry === null) ? "0".repeat(nameLength(git)) : ""
  const lines = entries.map(({ path, entry }) =>
    entry === null ? `0 ${nothing}\t${prefix}${path}\0` : `${entry.mode} ${entry.oid}\t${prefix}${path}\0`,
  )
  git.run(["update-index", "-z", "--index-info"], {
    input: lines.join(""),
    ...(index === undefined ? {} : { index }),
  })
}

/** Letters in the name of an object. */
function nameLength(git: Git): number {
  return git.run(["rev-parse", "--show-object-format"]).toString("utf8").trim() === "sha256" ? 64 : 40
}

interface Target {
  readonly path: string
  readonly mode: string
}

/** @throws `file-changed` when something else is staged than the plan was made from; `write-refused` */
function target(git: Git, view: Snapshot, base: System, { path, before, mode }: FileWrite): Target {
  const refusal = refusalOf(git, view, base, path)
  if (refusal !== undefined) throw refusal
  const place = view.place(path)
  const staged = place.kind === "nothing" ? null : view.read(path, Number.MAX_SAFE_INTEGER)
  const same = staged === null || before === null ? staged === before : Buffer.compare(staged, before) === 0
  if (!same) throw new CfgsyncError("file-changed", `${path} was staged anew meanwhile`, "run cfgsync again")
  const old = place.kind === "blob" ? place.entry.mode : "100644"
  return { path: place.path, mode: mode === undefined ? old : (mode & 0o100) === 0 ? "100644" : "100755" }
}

function refusalOf(git: Git, view: Snapshot, base: System, path: string): CfgsyncError | undefined {
  const place = view.place(path)
  if (place.kind === "blob") {
    if (isNameOfIndex(git, place.path)) return undefined
    return new CfgsyncError(
      "write-refused",
      `the name of ${path} is no UTF-8, so that it cannot be told to git`,
      "repair the file by hand, or rename it",
    )
  }
  if (place.kind === "folder") return new CfgsyncError("write-refused", `${path} is a folder`)
  if (place.kind === "astray") return new CfgsyncError("write-refused", `${path} ${place.reason}`)
  if (place.kind === "nothing" && base.stat(place.path) === null) return undefined
  return new CfgsyncError("write-refused", `${path} is in no commit, so that a commit cannot repair it`)
}

/** Signs in place of bad bytes are no name: what is staged under them would be another file. */
function isNameOfIndex(git: Git, path: string): boolean {
  return !path.includes("\uFFFD") || git.ask(["ls-files", "--error-unmatch", "--", path]).status === 0
}

function refuseTwice(entries: readonly { readonly file: FileWrite; readonly path: string }[]): void {
  const seen = new Map<string, string>()
  for (const { path, file } of entries) {
    const other = seen.get(path)
    if (other !== undefined) throw new CfgsyncError("write-refused", `${other} and ${file.path} are the same file`)
    seen.set(path, file.path)
  }
}
