import type { MonitorEvent } from "../model/monitorEvent.ts"
import type { Journal } from "../store/journal.ts"
import { type Change, historyOf } from "./history.ts"
import { eventOf, repairedIdentity } from "./monitor/tell.ts"
import type { Telling } from "./notices.ts"
import type { Project } from "./project.ts"
import { openProjectStore } from "./projectStore.ts"

/**
 * A monitor that is killed right after a repair has told nobody of it: the history has. One that ends in order has told of all.
 * @param before the present monitor repaired nothing by then: a time in UTC.
 */
export async function untoldRepairs(
  project: Project,
  before: string,
  telling: Telling,
): Promise<readonly MonitorEvent[]> {
  const store = await openProjectStore(project, { ...telling, create: false })
  try {
    if (store === undefined) return []
    const { since, told } = lastTold(store.journal, project.root, Date.parse(before))
    return historyOf(store, project, store.entriesSince(since))
      .filter((item) => item.kind === "change")
      .filter(({ actor, command, outcome }) => actor.kind === "watch" && command === "watch" && outcome === "written")
      .filter(({ id, time, worktree }) => worktree === store.place.worktree && time < before && !told.has(id))
      .map(eventFor)
  } finally {
    store?.close()
  }
}

/** Whoever begins tells what the one before was killed with, and whoever ends in order tells all: a monitor of the same folder, because others share the store. */
function lastTold(journal: Journal, root: string, before: number) {
  const since = journal.lastOf(["started", "stopped"], root, before) ?? 0
  const told = journal
    .seen(since, before)
    .filter(({ kind }) => kind === "repaired")
    .flatMap(({ body }) => changesIn(JSON.parse(body)))
  return { since: new Date(since).toISOString(), told: new Set(told) }
}

function changesIn(body: { readonly changes?: readonly number[] }): readonly number[] {
  return body.changes ?? []
}

function eventFor({ id, time, files }: Change): MonitorEvent {
  const repairs = files.flatMap(({ path, rules }) =>
    rules.map((rule) => ({ file: path, rule, title: "it was told of late, because the monitor was ended" })),
  )
  const paths = files.map(({ path }) => path)
  return eventOf(
    { kind: "repaired", files: paths, repairs, milliseconds: 0, changes: [id] },
    repairedIdentity([id]),
    new Date(time),
  )
}
