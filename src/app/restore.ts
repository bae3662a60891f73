import { CfgsyncError } from "../model/errors.ts"
import type { Finding } from "../model/finding.ts"
import { formatPath } from "../model/path.ts"
import type { FileVersion } from "../model/plan.ts"
import { decode, type Source } from "../model/source.ts"
import type { Store } from "../store/store.ts"
import type { FileWrite } from "../system/system.ts"
import { checkPaths } from "./check.ts"
import { Dependents } from "./dependents.ts"
import { groundOf } from "./fix.ts"
import { keptContent } from "./keptContent.ts"
import { octal } from "./octal.ts"
import { goodChanges } from "./ownChanges.ts"
import type { Project } from "./project.ts"
import { openRecorder, type Recording } from "./record.ts"
import { openRun } from "./run.ts"
import { selectFiles } from "./selectFiles.ts"

/** What a file shall be again. `hash: null`: not there. `mode` is octal digits; absent: as it is. */
export interface Wanted {
  readonly path: string
  readonly hash: string | null
  readonly mode?: string
}

export interface RestoreOptions {
  readonly recording: Recording
  /** Prove, write nothing. */
  readonly dryRun: boolean
  /** Also where a check finds errors in the result that are not there now. */
  readonly unsafe: boolean
  readonly undoes?: number
}

/** A file that is put back, from what it holds to what it will hold; `null`: it is not there. */
export interface RestoredFile {
  readonly path: string
  readonly before: Source | null
  readonly after: Source | null
  readonly mode?: string
}

export interface RestoreResult {
  /** Files that were other than wanted. */
  readonly files: readonly RestoredFile[]
  readonly written: boolean
}

/**
 * The contents that are wanted, taken from the store before it is closed.
 * @throws CfgsyncError `not-possible-here` for one that is not kept.
 */
export async function contentsOf(
  project: Project,
  store: Store,
  wanted: readonly Wanted[],
): Promise<ReadonlyMap<string, Uint8Array | null>> {
  const contents = new Map<string, Uint8Array | null>()
  for (const { path, hash } of wanted)
    contents.set(path, hash === null ? null : await keptContent(project, store, hash, path))
  return contents
}

/**
 * Put files back: all or none, and only if they are still what the proof was made from. The proof: every content is a text, and a check of the files and
 * all that depend on them finds no error that it does not find now.
 * @throws CfgsyncError `edit-refused` when the proof fails; as `System.write`; when the change cannot be recorded.
 */
export async function restoreFiles(
  project: Project,
  wanted: readonly Wanted[],
  contents: ReadonlyMap<string, Uint8Array | null>,
  options: RestoreOptions,
): Promise<RestoreResult> {
  const writes = wanted.flatMap((each) => writeOf(project, each, contents.get(each.path) ?? null))
  const files = writes.map(restoredFile)
  if (files.length === 0) return { files, written: false }
  if (!options.unsafe) await prove(project, files)
  if (options.dryRun) return { files, written: false }
  const good = await goodChanges(
    project,
    writes.map(({ path, before, after, mode }) => ({
      path,
      before,
      after,
      mode: mode === undefined ? undefined : octal(mode),
    })),
    options.recording,
    options.undoes !== undefined,
  )
  const recorder = await openRecorder(project, options.recording, {
    good,
    contents: writes.flatMap(({ path, before, after }) =>
      [before ?? [], after ?? []].flat().map((content) => ({ path, content })),
    ),
    ...(options.undoes === undefined ? {} : { undoes: options.undoes }),
  })
  try {
    recorder.system.write(writes)
  } finally {
    recorder.close()
  }
  return { files, written: true }
}

/** Nothing for a file that is as wanted already. */
function writeOf({ system }: Project, { path, mode }: Wanted, after: Uint8Array | null): readonly FileWrite[] {
  const before = system.read(path, Number.MAX_SAFE_INTEGER)
  const bits = mode === undefined ? undefined : Number.parseInt(mode, 8)
  const sameMode = bits === undefined || after === null || system.stat(path)?.mode === bits
  const same = before === null || after === null ? before === after : Buffer.compare(before, after) === 0
  if (same && sameMode) return []
  return [{ path, before, after, ...(bits === undefined || sameMode ? {} : { mode: bits }) }]
}

function restoredFile({ path, before, after, mode }: FileWrite): RestoredFile {
  return {
    path,
    before: before === null ? null : sourceOf(path, before),
    after: after === null ? null : mustDecode(path, after),
    ...(mode === undefined ? {} : { mode: octal(mode) }),
  }
}

/** What stands there now may be anything, and is only shown. */
function sourceOf(path: string, bytes: Uint8Array): Source {
  const decoded = decode(path, bytes)
  return decoded.ok ? decoded.source : { path, text: new TextDecoder().decode(bytes), bom: false }
}

function mustDecode(path: string, bytes: Uint8Array): Source {
  const decoded = decode(path, bytes)
  if (decoded.ok) return decoded.source
  throw new CfgsyncError("edit-refused", `${path} was not put back: ${decoded.reason}`)
}

async function prove(project: Project, files: readonly RestoredFile[]): Promise<void> {
  const targets = files.map(({ path }) => path)
  const paths = [...new Set([...selectFiles(project, []), ...targets])].sort()
  const run = await openRun(project, paths)
  const { dependencies } = await checkPaths(run, paths, new Map())
  const changed = new Map(
    files.map(({ path, after, mode }): [string, FileVersion] => [
      path,
      { source: after, ...(mode === undefined ? {} : { mode }) },
    ]),
  )
  const after = await groundOf(run, new Dependents(dependencies)).check(changed, new Map())
  const { findings } = await checkPaths(run, after.files, new Map())
  const known = new Set(findings.map(keyOf))
  const [broken] = after.findings.filter((finding) => finding.severity === "error" && !known.has(keyOf(finding)))
  if (broken === undefined) return
  throw new CfgsyncError(
    "edit-refused",
    `nothing was put back: ${broken.file} would have an error that it has not now: ${broken.message} (${broken.rule})`,
    "--unsafe puts it back all the same",
  )
}

function keyOf({ file, document, rule, path, message }: Finding): string {
  return JSON.stringify([file, document, rule, formatPath(path), message])
}
