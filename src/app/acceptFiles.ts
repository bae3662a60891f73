import { CfgsyncError } from "../model/errors.ts"
import type { Finding } from "../model/finding.ts"
import { decode, type Source } from "../model/source.ts"
import type { AcceptedFile, Act, Event } from "../store/entry.ts"
import { keyOf, type StorePlace } from "../store/place.ts"
import { sha256 } from "../system/hash.ts"
import { leaveOutAccepted } from "./accepted.ts"
import { actIn } from "./act.ts"
import { checkPaths } from "./check.ts"
import { type Drift, Drifts, type Present } from "./drift.ts"
import { presentOf } from "./driftCheck.ts"
import { refusedByClient } from "./goodness.ts"
import { keepable } from "./keepable.ts"
import type { Project } from "./project.ts"
import { openProjectStore } from "./projectStore.ts"
import type { Recording } from "./record.ts"
import { withoutSecrets } from "./redact.ts"
import { openRun } from "./run.ts"
import { selectFiles } from "./selectFiles.ts"
import { nameOf } from "./status.ts"

/** A file that is about to be accepted, from its known-good state to what it is now. */
export interface Candidate {
  readonly path: string
  /** Name of the format. */
  readonly format: string
  /** `null`: the file is gone, and nothing shall be known good of it any more. */
  readonly now: Present | null
  /** Absent: it is as it was accepted, or nothing was. */
  readonly drift?: Drift
  /** Nothing was, and the configuration says that its changes are not accepted by themselves. */
  readonly first: boolean
  /** The present text; `null`: gone, or no text. */
  readonly source: Source | null
}

export interface Acceptance {
  readonly candidates: readonly Candidate[]
  /** Errors, for which nothing can be accepted. */
  readonly findings: readonly Finding[]
  readonly sources: ReadonlyMap<string, Source>
}

/**
 * Look at files whose present state shall be declared known-good. Nothing is recorded yet: whoever asks may look at it first.
 * @throws CfgsyncError for a file that is not there and of which nothing is known good, and for one of no known format.
 */
export async function planAcceptance(project: Project, arguments_: readonly string[]): Promise<Acceptance> {
  const drifts = await Drifts.open(project)
  const gone = arguments_.map((path) => nameOf(project, path)).filter((path) => isGone(path, project, drifts))
  const there = arguments_.filter((path) => !gone.includes(nameOf(project, path)))
  const paths = there.length === 0 ? [] : selectFiles(project, there)
  const run = await openRun(project, [...paths, ...gone])
  const seen = await checkPaths(run, paths, new Map())
  const { findings } = await leaveOutAccepted(project, seen.findings, seen.sources)
  const errors = findings.filter(
    ({ severity, file, kind }) => severity === "error" && kind !== "drift" && paths.includes(file),
  )
  if (errors.length > 0) return { candidates: [], findings: errors, sources: seen.sources }
  const candidates = await Promise.all(
    [...paths, ...gone].map(async (path): Promise<Candidate> => {
      const now = gone.includes(path) ? null : mustRead(project, path)
      const format = run.format(path)
      if (format === undefined) throw unknownFormat(path)
      const drift = await drifts.of(path, now, format)
      const decoded = now === null ? undefined : decode(path, now.content)
      const source = decoded?.ok === true ? decoded.source : null
      const first = drifts.good(path) === undefined && drifts.policy(path).acceptance !== "auto"
      return { path, format: format.name, now, source, first, ...(drift === undefined ? {} : { drift }) }
    }),
  )
  const refused = await Promise.all(candidates.map((candidate) => refusals(project, candidate)))
  return { candidates, findings: refused.flat(), sources: seen.sources }
}

/** What the real client that must take a file says against it. */
async function refusals(project: Project, { path, source }: Candidate): Promise<readonly Finding[]> {
  const told = source === null ? undefined : await refusedByClient(project, path, { source })
  return (told ?? []).map((message) => ({
    ...{ file: path, document: 0, rule: "cfgsync/client", kind: "rule", severity: "error", message },
    ...{ path: [], span: { start: 0, end: 0 }, priority: 0, repairs: [] },
  }))
}

function isGone(path: string, project: Project, drifts: Drifts): boolean {
  return drifts.good(path) !== undefined && presentOf(path, project) === null
}

function mustRead(project: Project, path: string): Present {
  const now = presentOf(path, project)
  if (now === null) throw new CfgsyncError("file-not-found", `${path} does not exist`)
  if (now === undefined) throw new CfgsyncError("file-unreadable", `${path} cannot be read`)
  return now
}

function unknownFormat(path: string): CfgsyncError {
  return new CfgsyncError("format-unknown", `${path} has a format that cfgsync does not know, so it cannot be judged`)
}

export interface AcceptResult {
  /** The first entry of the history. */
  readonly id: number
  readonly accepted: readonly { readonly path: string; readonly kept: boolean; readonly gone: boolean }[]
}

/**
 * Declare them known-good: all, or none where one is no longer what was looked at.
 * @throws CfgsyncError `file-changed`, and when it cannot be recorded.
 */
export async function acceptFiles(
  project: Project,
  candidates: readonly Candidate[],
  { reason, recording }: { readonly reason: string; readonly recording: Recording },
): Promise<AcceptResult> {
  const contents = candidates.flatMap(({ path, now }) => (now === null ? [] : [{ path, content: now.content }]))
  const keep = await keepable(project, contents)
  const store = await openProjectStore(project, { create: true, tell: recording.tell })
  if (store === undefined) throw new Error("a store that was to be made is not there")
  try {
    for (const candidate of candidates) refuseChanged(project, candidate)
    const why = await withoutSecrets(reason)
    const { act, news } = actIn(store, project, recording)
    const events = eventsOf(candidates, store.place, project, why, act)
    const id = store.append(
      [...news, ...events],
      contents.flatMap(({ content }) => keep(content) ?? []),
    )[news.length]
    if (id === undefined) throw new Error("an entry without an id")
    return {
      id,
      accepted: candidates.map(({ path, now }) => ({
        path,
        kept: now === null || keep(now.content) !== undefined,
        gone: now === null,
      })),
    }
  } finally {
    store.close()
  }
}

function refuseChanged(project: Project, { path, now }: Candidate): void {
  const is = presentOf(path, project)
  const same =
    is === null || is === undefined || now === null
      ? is === now
      : is.mode === now.mode && Buffer.compare(is.content, now.content) === 0
  if (same) return
  throw new CfgsyncError(
    "file-changed",
    `${path} was changed meanwhile, so nothing was accepted`,
    "look at it again: cfgsync diff",
  )
}

function eventsOf(
  candidates: readonly Candidate[],
  place: StorePlace,
  { root }: Project,
  reason: string,
  act: Act,
): readonly Event[] {
  const files = candidates.flatMap(({ path, now, format }): readonly AcceptedFile[] =>
    now === null
      ? []
      : [
          {
            path: keyOf(place, root, path),
            hash: sha256(now.content),
            size: now.content.length,
            mode: now.mode,
            format,
          },
        ],
  )
  const gone = candidates.flatMap(({ path, now }) => (now === null ? [{ path: keyOf(place, root, path) }] : []))
  return [
    ...(files.length === 0 ? [] : [{ kind: "accepted" as const, ...act, files, reason }]),
    ...(gone.length === 0 ? [] : [{ kind: "dropped" as const, ...act, files: gone, reason }]),
  ]
}
