import { CfgsyncError } from "../model/errors.ts"
import type { RejectedFile } from "../store/entry.ts"
import { keyOf } from "../store/place.ts"
import { sha256 } from "../system/hash.ts"
import { actIn } from "./act.ts"
import { Drifts, type Present } from "./drift.ts"
import { presentOf } from "./driftCheck.ts"
import { keepable } from "./keepable.ts"
import type { Project } from "./project.ts"
import { openProjectStore } from "./projectStore.ts"
import { withoutSecrets } from "./redact.ts"
import { contentsOf, type RestoreOptions, type RestoreResult, restoreFiles, type Wanted } from "./restore.ts"
import { nameOf } from "./status.ts"

/**
 * Refuse what became of files: put their known-good states back, all or none, and remember what was refused.
 * @throws CfgsyncError as {@link restoreFiles}; `not-possible-here` for a file of which nothing is known good.
 */
export async function rejectFiles(
  project: Project,
  arguments_: readonly string[],
  { reason, ...options }: RestoreOptions & { readonly reason: string },
): Promise<RestoreResult> {
  const names = [...new Set(arguments_.map((path) => nameOf(project, path)))]
  const drifts = await Drifts.open(project)
  const wanted = names.map((path) => goodState(path, drifts))
  const before = new Map(names.map((path) => [path, presentOf(path, project) ?? null]))
  const contents = await known(project, wanted, options)
  const result = await restoreFiles(project, wanted, contents, options)
  if (result.written && options.recording.on) await remember(project, result, before, { reason, ...options })
  return result
}

function goodState(path: string, drifts: Drifts): Wanted {
  const good = drifts.good(path)
  if (good !== undefined) return { path, hash: good.hash, mode: good.mode }
  throw new CfgsyncError(
    "not-possible-here",
    `nothing is known to be good of ${path}, so there is nothing to put in the place of what is there`,
    "`cfgsync accept` says that a state is good",
  )
}

async function known(project: Project, wanted: readonly Wanted[], { recording }: RestoreOptions) {
  const store = await openProjectStore(project, { create: false, tell: recording.tell })
  if (store === undefined) throw new CfgsyncError("not-possible-here", "nothing is remembered here yet")
  try {
    return await contentsOf(project, store, wanted)
  } finally {
    store.close()
  }
}

/** The contents that were refused stand in the store since the write itself. */
async function remember(
  project: Project,
  { files }: RestoreResult,
  before: ReadonlyMap<string, Present | null>,
  { reason, recording }: RestoreOptions & { readonly reason: string },
): Promise<void> {
  const refused = files.map(({ path }) => ({ path, now: before.get(path) ?? null }))
  const contents = refused.flatMap(({ path, now }) => (now === null ? [] : [{ path, content: now.content }]))
  const keep = await keepable(project, contents)
  const store = await openProjectStore(project, { create: true, tell: recording.tell })
  if (store === undefined) throw new Error("a store that was to be made is not there")
  try {
    const good = store.knownGood()
    const rejected = refused.map(({ path, now }): RejectedFile => {
      const key = keyOf(store.place, project.root, path)
      return { path: key, hash: now === null ? null : sha256(now.content), good: good.get(key)?.hash ?? "" }
    })
    const why = await withoutSecrets(reason)
    const { act, news } = actIn(store, project, recording)
    store.append(
      [...news, { kind: "rejected", ...act, files: rejected, reason: why }],
      contents.flatMap(({ content }) => keep(content) ?? []),
    )
  } finally {
    store.close()
  }
}
