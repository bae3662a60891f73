import type { MonitorEvent } from "../model/monitorEvent.ts"
import { queueNotices, settleConcerns, type Telling } from "./notices.ts"
import { noticesOf, settledBy } from "./noticesOf.ts"
import type { Project } from "./project.ts"
import { openProjectStore } from "./projectStore.ts"
import { untoldRepairs } from "./untoldRepairs.ts"

/**
 * Puts down what a monitor saw, for reports, and hands on what people should hear; on the disk when it returns.
 * @param isFirst it has put down nothing yet: then it tells also what the one before it was killed with
 */
export async function keepEvents(
  project: Project,
  events: readonly MonitorEvent[],
  telling: Telling,
  isFirst = false,
): Promise<void> {
  const [begin] = events
  if (begin === undefined) return
  const now = Date.now()
  const all = [...(isFirst ? await untoldRepairs(project, begin.time, telling) : []), ...events]
  const seen = all
    .filter(({ kind }) => kind !== "heartbeat")
    .map((event) => ({ id: event.id, time: Date.parse(event.time), kind: event.kind, body: JSON.stringify(event) }))
  // Before it is put down that this was seen: who is killed in between has it handed on once more, under the same ids.
  await queueNotices(project, all.flatMap(noticesOf), telling)
  await settleConcerns(project, all.flatMap(settledBy), telling)
  const store = await openProjectStore(project, { ...telling, create: true })
  try {
    store?.journal.add(seen, now)
    store?.journal.beat(now)
  } finally {
    store?.close()
  }
}
