import { join } from "node:path"
import { type Conflict, conflictsIn } from "../engine/conflictMarkers.ts"
import { applyEdits } from "../engine/edits.ts"
import { ancestorOfMarks } from "../engine/merge/ancestorOfMarks.ts"
import type { Merged, MergeRequest } from "../engine/merge/mergeTexts.ts"
import { type Format, hasErrors } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { Finding } from "../model/finding.ts"
import { decode, encode, type Source } from "../model/source.ts"
import { type Git, openGit } from "../system/git/git.ts"
import { formatOf } from "./formats.ts"
import { brokenBy, mergeSources } from "./merge.ts"
import { type Project, projectPath } from "./project.ts"
import { openRecorder, type Recording } from "./record.ts"
import { openRun, type Run } from "./run.ts"
import { refuseOutside } from "./selectFiles.ts"

export interface ResolveOptions {
  readonly recording: Recording
  readonly prefer?: MergeRequest["prefer"]
  readonly dryRun: boolean
}

/** What became of a file with an unfinished merge. */
export interface ResolvedFile {
  readonly path: string
  /** `left`: nothing could be done, and nothing was. */
  readonly state: "resolved" | "conflicts" | "left"
  readonly before: Source
  readonly after: Source
  readonly conflicts: Merged["conflicts"]
  readonly broken: readonly Finding[]
  readonly reason?: string
}

/**
 * Finish by structure what a merge by lines left in files: all are written, or none. What a person has resolved in them already stays.
 * @throws CfgsyncError for a file that cannot be read, or has no unfinished merge; and as every recorded write
 */
export async function resolveMerges(
  project: Project,
  arguments_: readonly string[],
  options: ResolveOptions,
): Promise<readonly ResolvedFile[]> {
  const git = openGit(project.root, process.env)
  const named = [...new Set(arguments_)].map((argument) => ({ argument, path: projectPath(project, argument) }))
  for (const { argument, path } of named) refuseOutside(project, argument, path)
  const paths = named.map(({ path }) => path)
  const run = await openRun(project, paths)
  const files: ResolvedFile[] = []
  for (const path of paths) files.push(await resolveFile(run, path, git, options))
  const changed = files.filter(({ before, after }) => before.text !== after.text)
  if (options.dryRun || changed.length === 0) return files
  const writes = changed.map(({ path, before, after }) => ({
    path,
    before: encode(before.text, before.bom),
    after: encode(after.text, after.bom),
  }))
  const contents = writes.flatMap(({ path, before, after }) => [before, after].map((content) => ({ path, content })))
  const recorder = await openRecorder(project, options.recording, { contents })
  try {
    recorder.system.write(writes)
  } finally {
    recorder.close()
  }
  return files
}

async function resolveFile(run: Run, path: string, git: Git | null, { prefer }: ResolveOptions): Promise<ResolvedFile> {
  const { project } = run
  const before = readSource(project, path)
  const unfinished = sidesOf(before, git, project, await formatOf(path))
  if ("reason" in unfinished) return left(before, unfinished.reason)
  const { sides, labels } = unfinished
  const merged = await mergeSources(sides, {
    path,
    run,
    limits: project.settings.limits,
    markers: { labels, size: 7 },
    ...(prefer === undefined ? {} : { prefer }),
  })
  if (merged.by === "lines") return left(before, merged.reason ?? "it could not be merged by structure")
  const broken = merged.marked ? [] : await brokenBy(run, merged.source, sides)
  const { conflicts, source: after } = merged
  return { path, state: merged.marked ? "conflicts" : "resolved", before, after, conflicts, broken }
}

function left(before: Source, reason: string): ResolvedFile {
  return { path: before.path, state: "left", before, after: before, conflicts: [], broken: [], reason }
}

function readSource({ system, settings }: Project, path: string): Source {
  const bytes = system.read(path, settings.limits.size)
  if (bytes === null) throw new CfgsyncError("file-not-found", `${path} does not exist`)
  const decoded = decode(path, bytes)
  if (decoded.ok) return decoded.source
  throw new CfgsyncError("file-unreadable", `${path}: ${decoded.reason}`)
}

interface Unfinished {
  readonly sides: Pick<MergeRequest, "base" | "ours" | "theirs">
  readonly labels: MergeRequest["markers"]["labels"]
}

/** The two sides as the marks in the file have them, so that nothing is lost of what was resolved by hand; and what git says stood there before. */
function sidesOf(
  file: Source,
  git: Git | null,
  project: Project,
  format: Format | undefined,
): Unfinished | { readonly reason: string } {
  const conflicts = conflictsIn(file.text)
  const stage = (number: 1 | 2 | 3) => stageOf(git, project, file, number)
  const [first] = conflicts
  if (first === undefined) {
    const [ours, theirs] = [stage(2), stage(3)]
    if (ours === undefined || theirs === undefined || unified(ours) !== unified(file))
      throw new CfgsyncError("usage", `${file.path} has no conflict markers`, "there is no unfinished merge in it")
    return {
      sides: { base: stage(1) ?? nothing(file), ours: file, theirs },
      labels: { ours: "ours", theirs: "theirs" },
    }
  }
  const side = (text: (conflict: Conflict) => string): Source => ({
    ...file,
    text: applyEdits(
      file.text,
      conflicts.map((each) => ({ start: each.start, end: each.end, text: text(each) })),
    ),
  })
  const parses = (text: string) =>
    format === undefined || !hasErrors(format.parse({ ...file, text }, project.settings.limits))
  const told = (): Source | undefined => {
    const text = ancestorOfMarks(file.text, conflicts, parses)
    return text === undefined ? undefined : { ...file, text }
  }
  const base =
    stage(1) ??
    (stage(2) !== undefined && stage(3) !== undefined ? nothing(file) : (told() ?? ancestorOf(git, project, file)))
  if (base === undefined) return { reason: "neither git nor the markers tell what stood there before both sides" }
  const [ours = "", theirs = ""] = first.names
  return {
    sides: { base, ours: side((each) => each.ours), theirs: side((each) => each.theirs) },
    labels: {
      ours: ours || "ours",
      theirs: theirs || "theirs",
      ...(first.base === undefined ? {} : { base: first.baseName ?? "" }),
    },
  }
}

function nothing(file: Source): Source {
  return { ...file, text: "" }
}

function unified({ text }: Source): string {
  return text.replaceAll("\r\n", "\n")
}

/** What the index holds of a file in a conflict: 1 the ancestor, 2 ours, 3 theirs. */
function stageOf(git: Git | null, project: Project, file: Source, stage: number): Source | undefined {
  return blobOf(git, project, file, `:${stage}`)
}

/** `git add` and `git commit -a` take that out of the index; what is being merged is still known then. */
function ancestorOf(git: Git | null, project: Project, file: Source): Source | undefined {
  if (git === null) return undefined
  const { status, stdout } = git.ask(["merge-base", "--all", "HEAD", "MERGE_HEAD"])
  const bases = status === 0 ? stdout.toString("utf8").trim().split("\n") : []
  if (bases.length > 0) return bases.length === 1 ? blobOf(git, project, file, bases[0] ?? "") : undefined
  return blobOf(git, project, file, "CHERRY_PICK_HEAD^") ?? blobOf(git, project, file, "REBASE_HEAD^")
}

function blobOf(git: Git | null, { root }: Project, { path }: Source, tree: string): Source | undefined {
  if (git === null) return undefined
  const { status, stdout } = git.ask(["cat-file", "blob", `${tree}:./${path}`])
  if (status !== 0) return undefined
  const decoded = decode(join(root, path), stdout)
  return decoded.ok ? { ...decoded.source, path } : undefined
}
