import { resolve } from "node:path"
import { withMarkers } from "../engine/merge/markers.ts"
import { cleanText, mergeLines } from "../engine/merge/mergeLines.ts"
import { type Merged, type MergeRequest, mergeTexts } from "../engine/merge/mergeTexts.ts"
import { defaultLimits, type Limits } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { Finding } from "../model/finding.ts"
import { formatPath } from "../model/path.ts"
import { decode, encode, type Source } from "../model/source.ts"
import type { System } from "../system/system.ts"
import { checkPaths } from "./check.ts"
import { declaredLists } from "./declaredLists.ts"
import { formatOf } from "./formats.ts"
import type { Project } from "./project.ts"
import { openRun, type Run } from "./run.ts"

export interface MergeFiles {
  readonly base: string
  readonly ours: string
  readonly theirs: string
  /** The name of the file that is merged, relative to the root of the project: it tells the format, and the rules. */
  readonly path: string
  /** Where the result goes; `null`: nowhere. */
  readonly output: string | null
  readonly prefer?: MergeRequest["prefer"]
  readonly markers: MergeRequest["markers"]
}

export interface MergeResult extends Omit<Merged, "source"> {
  readonly text: Uint8Array
  /** Errors of the result that neither side has. */
  readonly broken: readonly Finding[]
  /** Why the rules could not be asked. */
  readonly unchecked?: string
  /** The texts that the result tells of. */
  readonly sources: readonly Source[]
}

/** The ground of a merge: without a project only the format of the file is known. */
export type MergeGround = Pick<Project, "cwd" | "system"> & { readonly project?: Project }

/**
 * Merge three files as version control hands them over, and write the result. Whatever is wrong with them, the result is no worse than a merge by lines.
 * @throws CfgsyncError when a file cannot be read or written
 */
export async function mergeFiles(ground: MergeGround, request: MergeFiles): Promise<MergeResult> {
  const { system, project } = ground
  const limits = project?.settings.limits ?? defaultLimits
  const [base, ours, theirs] = [request.base, request.ours, request.theirs].map((file) => readSide(ground, file))
  if (base === undefined || ours === undefined || theirs === undefined) throw new Error("three sides are read")
  const result = await mergeSides({ base, ours, theirs }, request, limits, project)
  if (request.output !== null) writeResult(system, resolve(ground.cwd, request.output), result.text)
  return result
}

interface Sides<T> {
  readonly base: T
  readonly ours: T
  readonly theirs: T
}

function readSide({ cwd, system }: MergeGround, file: string): Uint8Array {
  const bytes = system.read(resolve(cwd, file), Number.MAX_SAFE_INTEGER)
  if (bytes === null) throw new CfgsyncError("file-not-found", `${file} does not exist`)
  return bytes
}

async function mergeSides(
  bytes: Sides<Uint8Array>,
  { path, prefer, markers }: Pick<MergeFiles, "path" | "prefer" | "markers">,
  limits: Limits,
  project: Project | undefined,
): Promise<MergeResult> {
  const [base, ours, theirs] = [bytes.base, bytes.ours, bytes.theirs].map((each) => decode(path, each))
  if (base?.ok !== true || ours?.ok !== true || theirs?.ok !== true) return mergeBytes(bytes, prefer, markers)
  const sources = { base: base.source, ours: ours.source, theirs: theirs.source }
  const { run, unchecked } = await openRules(project, path)
  const asked = { path, limits, markers, ...(prefer === undefined ? {} : { prefer }) }
  const merged = await mergeSources(sources, run === undefined ? asked : { ...asked, run })
  const judged = merged.marked ? { broken: [] } : await judge(run, merged.source, sources, unchecked)
  const text = encode(merged.source.text, merged.source.bom)
  return { ...merged, ...judged, text, sources: [sources.ours, sources.theirs] }
}

/** Rules that cannot be read are no reason not to merge. */
async function openRules(
  project: Project | undefined,
  path: string,
): Promise<{ readonly run?: Run; readonly unchecked?: string }> {
  if (project === undefined || path.startsWith("..")) return {}
  try {
    return { run: await openRun(project, [path]) }
  } catch (error) {
    if (!(error instanceof CfgsyncError)) throw error
    return { unchecked: error.message }
  }
}

async function judge(
  run: Run | undefined,
  merged: Source,
  sides: Sides<Source>,
  unchecked: string | undefined,
): Promise<Pick<MergeResult, "broken" | "unchecked">> {
  if (run === undefined) return unchecked === undefined ? { broken: [] } : { broken: [], unchecked }
  try {
    return { broken: await brokenBy(run, merged, sides) }
  } catch (error) {
    if (!(error instanceof CfgsyncError)) throw error
    return { broken: [], unchecked: error.message }
  }
}

/** By structure where the format is known. A mistake of ours must not cost more than the structure. */
export async function mergeSources(
  sides: Sides<Source>,
  {
    path,
    run,
    ...how
  }: {
    readonly path: string
    readonly limits: Limits
    /** Knows what the rules and schemas of the file say of its lists. */
    readonly run?: Run
  } & Pick<MergeRequest, "prefer" | "markers">,
): Promise<Merged> {
  const format = await formatOf(path)
  const request = { ...sides, ...how }
  try {
    if (format === undefined) return mergeTexts(request)
    const declared = run === undefined ? {} : { declared: await declaredLists(run, sides.ours, format) }
    return mergeTexts({ ...request, ...declared, format })
  } catch (error) {
    const reason = `the merge by structure failed: ${error instanceof Error ? error.message : String(error)}`
    return { ...mergeTexts(request), reason }
  }
}

/** What is no UTF-8 is merged by its lines, each byte as it is; what is no text at all is left as it is on our side, as version control does it. */
function mergeBytes(
  bytes: Sides<Uint8Array>,
  prefer: MergeRequest["prefer"],
  markers: MergeRequest["markers"],
): MergeResult {
  const reason = "a side is not valid UTF-8"
  const nothing = { conflicts: [], broken: [], sources: [] }
  const [base, ours, theirs] = [bytes.base, bytes.ours, bytes.theirs].map((each) =>
    Buffer.from(each).toString("latin1"),
  )
  if (base === undefined || ours === undefined || theirs === undefined) throw new Error("three sides are read")
  if ([base, ours, theirs].some((each) => each.includes("\0")))
    return { ...nothing, text: bytes.ours, marked: true, by: "lines", reason: "a side is no text" }
  const pieces = mergeLines(base, ours, theirs)
  const marked = prefer === undefined && cleanText(pieces) === undefined
  const text = marked
    ? withMarkers(pieces, markers)
    : pieces.map((piece) => ("text" in piece ? piece.text : piece[prefer ?? "ours"])).join("")
  return { ...nothing, text: Buffer.from(text, "latin1"), marked, by: "lines", reason }
}

function writeResult(system: System, path: string, after: Uint8Array): void {
  const before = system.read(path, Number.MAX_SAFE_INTEGER)
  if (before !== null && Buffer.compare(before, after) === 0) return
  system.write([{ path, before, after }])
}

/**
 * The errors of a merged text that neither side has. What asks for other files is left out: while a merge is under way they are in no state that was meant.
 */
export async function brokenBy(run: Run, merged: Source, sides: Sides<Source>): Promise<readonly Finding[]> {
  const { path } = merged
  const elsewhere = new Set(
    run.rules.filter(({ reads }) => reads.some(({ file }) => file !== null)).map(({ id }) => id),
  )
  const errorsOf = async (source: Source) => {
    const { findings } = await checkPaths(run, [path], new Map([[path, { source }]]))
    return findings.filter(({ file, severity, rule }) => file === path && severity === "error" && !elsewhere.has(rule))
  }
  const found = await errorsOf(merged)
  if (found.length === 0) return []
  const known = new Set([...(await errorsOf(sides.ours)), ...(await errorsOf(sides.theirs))].map(keyOf))
  return found.filter((finding) => !known.has(keyOf(finding)))
}

function keyOf({ document, rule, path, message }: Finding): string {
  return JSON.stringify([document, rule, formatPath(path), message])
}
