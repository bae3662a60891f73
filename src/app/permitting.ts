import { guardsOf, openedMode } from "../engine/weakening.ts"
import type { Drifts, Present } from "./drift.ts"
import { presentOf } from "./driftCheck.ts"
import type { Project } from "./project.ts"
import { openRun } from "./run.ts"

/** Those of some changed files that permit more than what was accepted, so that they wait for a person whatever their policy is. */
export async function permittingMore(
  project: Project,
  drifts: Drifts,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  const asked = paths.flatMap((path): readonly { readonly path: string; readonly now: Present | null }[] => {
    const now = presentOf(path, project)
    if (now === undefined) return []
    const opened = now !== null && openedMode(drifts.good(path)?.mode ?? now.mode, now.mode)
    return opened || guardsOf(path).length > 0 ? [{ path, now }] : []
  })
  if (asked.length === 0) return new Set()
  const run = await openRun(
    project,
    asked.map(({ path }) => path),
  )
  const found = new Set<string>()
  for (const { path, now } of asked) {
    const drift = await drifts.of(path, now, run.format(path))
    if (drift !== undefined && drift.weakened.length > 0) found.add(path)
  }
  return found
}
