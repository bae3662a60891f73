import { openedMode } from "../engine/weakening.ts"
import { decode } from "../model/source.ts"
import { sha256 } from "../system/hash.ts"
import { isAgent } from "./actor.ts"
import { Drifts, weakeningTexts } from "./drift.ts"
import { shortcomingsOf } from "./goodness.ts"
import { octal } from "./octal.ts"
import type { Project } from "./project.ts"
import type { Recording } from "./record.ts"
import { redactorFor } from "./redact.ts"
import { openRun } from "./run.ts"

/** A file that cfgsync is about to change. */
export interface OwnChange {
  readonly path: string
  readonly before: Uint8Array | null
  readonly after: Uint8Array | null
  /** Octal digits; absent: as it is. */
  readonly mode?: string | undefined
}

/**
 * Which of the changes that cfgsync is about to make come to a known-good state: the file was as it was accepted, and the result is as good and permits no
 * more. Where the file's changes are asked about, a change that a coding agent asked for waits all the same.
 * @param takesBack a change is taken back: then only what was accepted once is good again, because what was put back or rejected comes back with it.
 * @returns the names of their formats, by path.
 */
export async function goodChanges(
  project: Project,
  changes: readonly OwnChange[],
  { actor, tell }: Pick<Recording, "actor" | "tell">,
  takesBack = false,
): Promise<ReadonlyMap<string, string>> {
  const drifts = await Drifts.open(project)
  const clean = changes.filter(
    (change) => wasClean(change, project, drifts) && (!takesBack || drifts.wasAccepted(change.path, change.after)),
  )
  const contents = new Map(
    clean.flatMap(({ path, after, mode }) => {
      const decoded = after === null ? undefined : decode(path, after)
      return decoded?.ok === true ? [[path, { source: decoded.source, ...(mode === undefined ? {} : { mode }) }]] : []
    }),
  )
  if (contents.size === 0) return new Map()
  const run = await openRun(project, [...contents.keys()])
  const shortcomings = await shortcomingsOf(run, contents)
  const good = new Map<string, string>()
  for (const change of clean) {
    const format = run.format(change.path)
    if (format === undefined || !contents.has(change.path) || shortcomings.has(change.path)) continue
    if (drifts.policy(change.path).acceptance === "ask" && isAgent(actor)) continue
    const known = drifts.good(change.path)?.mode ?? "0000"
    const opened = change.mode !== undefined && openedMode(known, change.mode)
    const weakened = [
      ...weakeningTexts(change.path, change.before, change.after, format, project.settings.limits),
      ...(opened ? [`the file mode from ${known} to ${change.mode}`] : []),
    ]
    if (weakened.length === 0) good.set(change.path, format.name)
    else {
      const told = `${change.path} permits more than what was accepted (${weakened.join("; ")})`
      tell(
        `${(await redactorFor([], [told])).hide(told)}, so it is not known-good: \`cfgsync accept\` says that it is meant`,
      )
    }
  }
  return good
}

function wasClean({ path, before }: OwnChange, { system }: Project, drifts: Drifts): boolean {
  const good = drifts.good(path)
  if (good === undefined || before === null || sha256(before) !== good.hash) return false
  const mode = system.stat(path)?.mode
  return mode !== undefined && octal(mode) === good.mode
}
