import { type ValueChange, valueChanges } from "../engine/valueChanges.ts"
import { hasErrors } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { Finding } from "../model/finding.ts"
import { decode, type Source } from "../model/source.ts"
import type { AcceptedFile } from "../store/entry.ts"
import { keyOf } from "../store/place.ts"
import type { KnownGood, Store } from "../store/store.ts"
import { sha256 } from "../system/hash.ts"
import { leaveOutAccepted } from "./accepted.ts"
import { checkPaths } from "./check.ts"
import { nameHere } from "./history.ts"
import { keepable } from "./keepable.ts"
import { keptContent } from "./keptContent.ts"
import { type Project, projectPath } from "./project.ts"
import { hashOnDisk, openProjectStore } from "./projectStore.ts"
import type { Recording } from "./record.ts"
import { openRun } from "./run.ts"
import { refuseOutside, selectFiles } from "./selectFiles.ts"
import { placeOf } from "./storePlace.ts"

type Tell = (notice: string) => void

export interface AcceptResult {
  /** The entry of the history; absent when nothing was accepted. */
  readonly id?: number
  readonly accepted: readonly { readonly path: string; readonly kept: boolean }[]
  /** Errors, for which nothing was accepted. */
  readonly findings: readonly Finding[]
  readonly sources: ReadonlyMap<string, Source>
}

/**
 * Declare the present state of files known-good: all of them, or none where one has an error.
 * @throws CfgsyncError for a file that is not there or of no known format, and when it cannot be recorded.
 */
export async function acceptFiles(
  project: Project,
  arguments_: readonly string[],
  { reason, recording }: { readonly reason: string; readonly recording: Recording },
): Promise<AcceptResult> {
  const paths = selectFiles(project, arguments_)
  const run = await openRun(project, paths)
  const seen = await checkPaths(run, paths, new Map())
  const { findings } = await leaveOutAccepted(project, seen.findings, seen.sources)
  const errors = findings.filter(({ severity, file }) => severity === "error" && paths.includes(file))
  if (errors.length > 0) return { accepted: [], findings: errors, sources: seen.sources }
  const files = paths.map((path) => ({ path, ...readGood(project, run.format(path)?.name, path) }))
  const keep = await keepable(project, files)
  const store = await openProjectStore(project, { create: true, tell: recording.tell })
  if (store === undefined) throw new Error("a store that was to be made is not there")
  try {
    const { place } = store
    const entries = files.map(
      ({ path, content, mode, format }): AcceptedFile => ({
        path: keyOf(place, project.root, path),
        hash: sha256(content),
        size: content.length,
        mode,
        format,
      }),
    )
    const { actor, command } = recording
    const [id] = store.append(
      [{ kind: "accepted", actor, command, worktree: place.worktree, files: entries, reason }],
      files.flatMap(({ content }) => keep(content) ?? []),
    )
    const accepted = files.map(({ path, content }) => ({ path, kept: keep(content) !== undefined }))
    return { ...(id === undefined ? {} : { id }), accepted, findings: [], sources: seen.sources }
  } finally {
    store.close()
  }
}

function readGood({ system, settings }: Project, format: string | undefined, path: string) {
  const content = system.read(path, settings.limits.size)
  if (content === null) throw new CfgsyncError("file-not-found", `${path} does not exist`)
  if (format === undefined)
    throw new CfgsyncError("format-unknown", `${path} has a format that cfgsync does not know, so it cannot be judged`)
  return { content, format, mode: (system.stat(path)?.mode ?? 0o644).toString(8).padStart(4, "0") }
}

/** `new`: nothing of it was ever accepted. */

type FileStanding = "clean" | "drifted" | "missing" | "unreadable" | "new"

export interface FileStatus {
  readonly path: string
  readonly state: FileStanding
  /** What is known to be good of it. */
  readonly good?: Pick<KnownGood, "hash" | "accepted">
}

/** How every managed file stands to its known-good state, and every other file that has one, by path. */
export async function statusOf(project: Project, paths: readonly string[], tell: Tell): Promise<readonly FileStatus[]> {
  const store = await openProjectStore(project, { create: false, tell })
  const known = store?.knownGood() ?? new Map<string, KnownGood>()
  store?.close()
  const place = placeOf(project)
  const good = new Map([...known].map(([key, file]) => [nameHere({ place }, project, key), file]))
  const inside = [...good.keys()].filter((path) => paths.length === 0 && !path.startsWith("/"))
  const named = paths.length === 0 ? [] : paths.map((path) => nameOf(project, path)).filter((path) => good.has(path))
  const there = paths.filter((path) => !named.includes(nameOf(project, path)))
  const selected = paths.length > 0 && there.length === 0 ? [] : selectFiles(project, there)
  return [...new Set([...selected, ...inside, ...named])].sort().map((path): FileStatus => {
    const file = good.get(path)
    const state = standing(project, path, file)
    return { path, state, ...(file === undefined ? {} : { good: { hash: file.hash, accepted: file.accepted } }) }
  })
}

function nameOf(project: Project, path: string): string {
  const name = projectPath(project, path)
  refuseOutside(project, path, name)
  return name
}

function standing({ system }: Project, path: string, good: KnownGood | undefined): FileStanding {
  const now = hashOnDisk(system, path)
  if (now === null) return "missing"
  if (now === "") return "unreadable"
  if (good === undefined) return "new"
  const sameMode = system.stat(path)?.mode === Number.parseInt(good.mode, 8)
  return now === good.hash && sameMode ? "clean" : "drifted"
}

export interface Drift {
  readonly path: string
  readonly before: Source
  /** `null`: the file is not there. */
  readonly after: Source | null
  /** Permission bits, where they differ. */
  readonly mode?: { readonly before: string; readonly after: string }
  /** By structure; `null` where one of the two does not parse. */
  readonly changes: readonly ValueChange[] | null
}

/** From the known-good state of a file to what it is now. @throws CfgsyncError where nothing is known good, or its content was not kept */
export async function driftOf(project: Project, argument: string, tell: Tell): Promise<Drift> {
  const path = nameOf(project, argument)
  const { good, content } = await goodOf(project, path, tell)
  const before = decode(path, content)
  const bytes = project.system.read(path, project.settings.limits.size)
  const after = bytes === null ? null : decode(path, bytes)
  if (!before.ok) throw new CfgsyncError("file-invalid", `the known-good state of ${path} is no text`)
  if (after?.ok === false) throw new CfgsyncError("file-unreadable", `${path}: ${after.reason}`)
  const now = after?.source ?? null
  const mode = project.system.stat(path)?.mode.toString(8).padStart(4, "0")
  return {
    path,
    before: before.source,
    after: now,
    ...(mode === undefined || mode === good.mode ? {} : { mode: { before: good.mode, after: mode } }),
    changes: await changesBetween(project, path, before.source, now),
  }
}

async function goodOf(project: Project, path: string, tell: Tell) {
  const store: Store | undefined = await openProjectStore(project, { create: false, tell })
  try {
    const good = store?.knownGood().get(keyOf(store.place, project.root, path))
    if (store === undefined || good === undefined)
      throw new CfgsyncError(
        "not-possible-here",
        `nothing is known to be good of ${path}`,
        "`cfgsync accept` declares the present state known-good",
      )
    return { good, content: await keptContent(project, store, good.hash, path) }
  } finally {
    store?.close()
  }
}

async function changesBetween(
  project: Project,
  path: string,
  before: Source,
  after: Source | null,
): Promise<readonly ValueChange[] | null> {
  const format = (await openRun(project, [path])).format(path)
  if (format === undefined || after === null) return null
  const [old, now] = [before, after].map((source) => format.parse(source, project.settings.limits))
  if (old === undefined || now === undefined || hasErrors(old) || hasErrors(now)) return null
  const count = Math.max(old.documents.length, now.documents.length)
  return Array.from({ length: count }, (_, document) =>
    valueChanges(old.documents[document]?.value, now.documents[document]?.value).map((change) => ({
      ...change,
      document,
    })),
  ).flat()
}
