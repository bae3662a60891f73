import { CfgsyncError } from "../model/errors.ts"
import { fileOf } from "../store/place.ts"
import type { KnownGood, Store } from "../store/store.ts"
import { type Git, openGit } from "../system/git/git.ts"
import { openObjects } from "../system/git/objects.ts"
import { sha256 } from "../system/hash.ts"
import { keepable, type PathContent } from "./keepable.ts"
import type { Remembered } from "./storePlace.ts"

interface Found extends PathContent {
  readonly from: "git" | "the disk"
}

/**
 * Looks for the known-good contents that a damaged store lost where they may be as well: on the disk, if the file is still what was accepted, and in all
 * that git ever knew of it. The hash says that it is the right one.
 */
export async function refill(store: Store, remembered: Remembered, tell: (notice: string) => void): Promise<void> {
  const lost = [...store.knownGood().values()].filter(({ hash }) => !store.knows(hash))
  if (lost.length === 0) return
  const onDisk = lost.flatMap((good) => fromDisk(good, store, remembered))
  const elsewhere = lost.filter(({ hash }) => !onDisk.some(({ content }) => sha256(content) === hash))
  const found = [...onDisk, ...fromGit(elsewhere, store)]
  const keep = await keepable(remembered, found)
  const contents = found.flatMap(({ content }) => keep(content) ?? [])
  if (contents.length > 0) store.append([], contents)
  const count = (from: Found["from"]) => found.filter((each) => each.from === from && keep(each.content)).length
  tell(
    `known-good contents that were lost: ${lost.length}; taken back from git: ${count("git")}, from the disk: ${count("the disk")}`,
  )
}

function fromDisk({ path, hash }: KnownGood, { place }: Store, { system }: Remembered): readonly Found[] {
  try {
    const content = system.read(fileOf(place, path), Number.MAX_SAFE_INTEGER)
    return content !== null && sha256(content) === hash ? [{ path, content, from: "the disk" }] : []
  } catch (error) {
    if (error instanceof CfgsyncError) return []
    throw error
  }
}

function fromGit(lost: readonly KnownGood[], { place }: Store): readonly Found[] {
  if (lost.length === 0 || place.home === null) return []
  try {
    // What is not in the object database is not fetched.
    const git = openGit(place.home, { ...process.env, GIT_NO_LAZY_FETCH: "1" })
    if (git === null) return []
    const objects = openObjects(git)
    const blobs = lost.map((good) => ({ ...good, names: blobsOf(git, good.path) }))
    objects.want(blobs.flatMap(({ names }) => names))
    return blobs.flatMap(({ path, hash, size, names }): readonly Found[] => {
      for (const name of names) {
        const content = objects.size(name) === size ? objects.read(name, size) : null
        if (content !== null && sha256(content) === hash) return [{ path, content, from: "git" }]
      }
      return []
    })
  } catch (error) {
    if (error instanceof CfgsyncError) return []
    throw error
  }
}

/** Names of all that a path ever held in any branch. */
function blobsOf(git: Git, path: string): readonly string[] {
  const log = git.run([
    "log",
    "--all",
    "--format=",
    "--raw",
    "-m",
    "--no-renames",
    "--no-abbrev",
    "--no-ext-diff",
    "--",
    path,
  ])
  const names = [...log.toString().matchAll(/^:\d+ \d+ ([0-9a-f]+) ([0-9a-f]+)/gm)].flatMap(
    ([, before = "", after = ""]) => [before, after],
  )
  return [...new Set(names)].filter((name) => !/^0+$/.test(name))
}
