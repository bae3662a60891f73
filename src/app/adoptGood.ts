import type { AcceptedFile, Event } from "../store/entry.ts"
import { keyOf, type StorePlace } from "../store/place.ts"
import { sha256 } from "../system/hash.ts"
import { actIn } from "./act.ts"
import { Drifts } from "./drift.ts"
import { type GoodState, goodInHistory } from "./goodInHistory.ts"
import { keepable } from "./keepable.ts"
import type { Project } from "./project.ts"
import { openProjectStore } from "./projectStore.ts"
import type { Recording } from "./record.ts"
import { selectFiles } from "./selectFiles.ts"

export interface Adopted {
  /** With the commit that is the evidence; without one, as it lies on the disk. */
  readonly good: readonly { readonly path: string; readonly commit?: string }[]
  /** Files of which no state passes. */
  readonly none: readonly string[]
}

/**
 * Find a known-good state for every managed file that has none, so that there is a way back from the first minute.
 * @param written the files that were just made, the configuration first; they stand in the log too.  @throws CfgsyncError when it cannot be recorded
 */
export async function adoptGood(project: Project, recording: Recording, written: readonly string[]): Promise<Adopted> {
  const drifts = await Drifts.open(project)
  const paths = selectFiles(project, []).filter((path) => drifts.good(path) === undefined)
  const { good, none } = await goodInHistory(project, paths, recording.tell)
  if (good.length > 0 || written.length > 0) await record(project, recording, good, written)
  return { good: good.map(({ path, commit }) => (commit === undefined ? { path } : { path, commit })), none }
}

async function record(
  project: Project,
  recording: Recording,
  good: readonly GoodState[],
  written: readonly string[],
): Promise<void> {
  const keep = await keepable(project, good)
  const store = await openProjectStore(project, { create: true, tell: recording.tell })
  if (store === undefined) throw new Error("a store that was to be made is not there")
  try {
    const { place } = store
    const { act, news } = actIn(store, project, recording)
    const key = (path: string) => keyOf(place, project.root, path)
    const files = written.flatMap((path) => {
      const content = project.system.read(path, project.settings.limits.size)
      return content === null ? [] : [{ path: key(path), hash: sha256(content) }]
    })
    const events: readonly Event[] = [
      ...news,
      ...(files.length === 0 ? [] : [{ kind: "initialised" as const, ...act, files }]),
      ...accepted(good, true, place, project).map((each) => ({ ...each, ...act, cause: "git" as const })),
      ...accepted(good, false, place, project).map((each) => ({ ...each, ...act, cause: "policy" as const })),
    ]
    if (events.length > 0)
      store.append(
        events,
        good.flatMap(({ content }) => keep(content) ?? []),
      )
  } finally {
    store.close()
  }
}

function accepted(good: readonly GoodState[], committed: boolean, place: StorePlace, { root }: Project) {
  const files = good
    .filter(({ commit }) => (commit !== undefined) === committed)
    .map(
      ({ path, content, mode, format, commit }): AcceptedFile => ({
        path: keyOf(place, root, path),
        hash: sha256(content),
        size: content.length,
        mode,
        format,
        ...(commit === undefined ? {} : { commit }),
      }),
    )
  const reason = committed ? "the newest commit that passes" : "as it was found"
  return files.length === 0 ? [] : [{ kind: "accepted" as const, files, reason }]
}
