import type { Finding } from "../model/finding.ts"
import { keyOf } from "../store/place.ts"
import { actIn } from "./act.ts"
import type { Project } from "./project.ts"
import { openProjectStore } from "./projectStore.ts"
import type { Recording } from "./record.ts"

/** Put into the log that findings are tolerated from now on. @throws CfgsyncError when it cannot be recorded */
export async function recordTolerated(
  project: Project,
  findings: readonly Finding[],
  { reason, until }: { readonly reason: string; readonly until: string },
  recording: Recording,
): Promise<void> {
  const counts = new Map<string, number>()
  for (const { file } of findings) counts.set(file, (counts.get(file) ?? 0) + 1)
  const store = await openProjectStore(project, { create: true, tell: recording.tell })
  if (store === undefined) throw new Error("a store that was to be made is not there")
  try {
    const { act, news } = actIn(store, project, recording)
    const files = [...counts].map(([path, number]) => ({
      path: keyOf(store.place, project.root, path),
      findings: number,
    }))
    store.append([...news, { kind: "tolerated", ...act, files, reason, until }])
  } finally {
    store.close()
  }
}
