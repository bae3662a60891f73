import { applyAccepted } from "../engine/accept.ts"
import { matcher } from "../engine/glob.ts"
import { type Planned, type PlannedFile, planRepairs, type RepairRequest } from "../engine/plan.ts"
import type { Finding } from "../model/finding.ts"
import type { Deferred, Plan } from "../model/plan.ts"
import type { FixResult } from "../model/result.ts"
import { encode, type Source } from "../model/source.ts"
import { circumstances, readAccepted, writeAccepted } from "./accepted.ts"
import { type CheckOptions, checkPaths, checkRun, inOrder } from "./check.ts"
import { type AffectedBy, Dependents, seenAnew } from "./dependents.ts"
import type { Project } from "./project.ts"
import type { Recording } from "./record.ts"
import type { Run } from "./run.ts"
import { selectFiles } from "./selectFiles.ts"
import { hasStore } from "./storePlace.ts"
import type { Dependencies, Files } from "./world.ts"
import { type Written, writePlan } from "./writePlan.ts"

export type Choose = NonNullable<RepairRequest["choose"]>

export interface FixOptions extends CheckOptions {
  /** Also make repairs that may lose something. */
  readonly unsafe: boolean
  /** Plan and prove, write nothing. */
  readonly dryRun: boolean
  /** Asked before each repair. */
  readonly choose?: Choose
  /** Absent: recorded as the work of a program. */
  readonly recording?: Recording
  /** What the rules of all files ask for, where that is known already. */
  readonly dependencies?: AffectedBy
}

/** Check, repair what can be proven, and say what is left. @throws CfgsyncError as `check`, and when the disk fails and nothing could be written: every file is as it was then. */
export async function fix(project: Project, options: FixOptions): Promise<FixResult> {
  const { run, result, paths, dependencies: seen, keep } = await checkRun(project, options)
  const dependencies = seenAnew(await unseenDependencies(run, options), seen)
  const before = readAccepted(project)
  // A proof looks at more files and rules than were asked for; what it saw there was there before.
  const asked = new Set([...paths, ...result.findings.map(({ file }) => file)])
  const wanted: Wanted = ({ findings, files }, version) => {
    const sources = new Map(files.flatMap((file) => sourceEntry(file, version(file)?.source)))
    const there = before.filter(({ file }) => files.includes(file))
    return applyAccepted(findings, sources, there, circumstances(project)).findings.filter(
      (finding) => asked.has(finding.file) && keep(finding),
    )
  }
  const planned = await planRun(run, result.findings.map(keptOnly(options.recording)), dependencies, {
    ...options,
    wanted,
  })
  const made = await carryOut(run, planned, { dependencies, paths, wanted }, options)
  const written = !options.dryRun && made.plan.files.length > 0
  const sources = new Map([
    ...result.sources,
    ...made.plan.files.map(({ path, after }) => [path, { path, ...after }] as const),
  ])
  // Only a run that saw every file knows which of the accepted findings are gone.
  const all = options.selected === undefined && (options.paths ?? []).length === 0
  if (written && before.length > 0 && all) await shrinkAccepted(run, paths, before)
  return { ...result, findings: inOrder(made.findings), sources, plan: made.plan, deferred: made.deferred, written }
}

/** What is put back is kept first, so without a record nothing is put back. */
function keptOnly(recording: Recording | undefined): (finding: Finding) => Finding {
  const reason = "it is only put back where what is there now can be kept, so not with --no-record"
  return (finding) =>
    recording?.on === false && finding.kind === "drift" ? { ...finding, repairs: [], hindrance: reason } : finding
}

type Wanted = NonNullable<RepairRequest["wanted"]>

function sourceEntry(file: string, source: Source | null | undefined): readonly (readonly [string, Source])[] {
  return source == null ? [] : [[file, source]]
}

/** Take out of the accepted findings those that are there no longer. */
async function shrinkAccepted(
  run: Run,
  paths: readonly string[],
  before: ReturnType<typeof readAccepted>,
): Promise<void> {
  const { findings, sources } = await checkPaths(run, paths, new Map())
  const { remaining } = applyAccepted(findings, sources, before, circumstances(run.project))
  if (remaining.length < before.length) writeAccepted(run.project, remaining)
}

/** Write what is planned, unless it is a dry run; what could not be written is deferred, and the disk asked what is left. */
async function carryOut(
  run: Run,
  planned: Planned,
  {
    dependencies,
    paths,
    wanted,
  }: { readonly dependencies: AffectedBy; readonly paths: readonly string[]; readonly wanted: Wanted },
  { dryRun, recording }: FixOptions,
): Promise<Planned> {
  if (dryRun || planned.plan.files.length === 0) return planned
  const { plan, failed } = await writeRecorded(run.project, planned.plan, dependencies, recording)
  if (failed.length === 0) return { ...planned, plan }
  const there = new Set([...paths, ...planned.plan.files.filter(({ before }) => before !== null).map(pathOf)])
  const { findings, sources } = await checkPaths(run, [...there], new Map())
  const left = wanted({ findings, files: [...there] }, (path) => ({ source: sources.get(path) ?? null }))
  return { plan, findings: left, deferred: [...planned.deferred, ...failed] }
}

async function writeRecorded(
  project: Project,
  plan: Plan,
  dependencies: AffectedBy,
  recording: Recording | undefined,
): Promise<Written> {
  const [{ openRecorder, unattended }, { actorOfLinks }] = await Promise.all([
    import("./record.ts"),
    import("./actor.ts"),
  ])
  const contents = plan.files.flatMap(({ path, before, after }) =>
    [before ?? [], after].flat().map(({ text, bom }) => ({ path, content: encode(text, bom) })),
  )
  const rules = (path: string) => [
    ...new Set(
      plan.fixed
        .filter(({ repair }) => repair.steps.some(({ file }) => file === path))
        .map(({ finding }) => finding.rule),
    ),
  ]
  const asked = recording ?? unattended("fix")
  const how = { ...asked, actor: actorOfLinks(plan, asked.actor) }
  const good = await ownGood(project, plan, how)
  const recorder = await openRecorder(project, how, { contents, rules, good })
  try {
    return writePlan(recorder.system, plan, dependencies)
  } finally {
    recorder.close()
  }
}

/** Where nothing is remembered, nothing is known good. */
async function ownGood(project: Project, { files }: Plan, recording: Recording): Promise<ReadonlyMap<string, string>> {
  if (!recording.on || !hasStore(project)) return new Map()
  const { goodChanges } = await import("./ownChanges.ts")
  const changes = files.map(({ path, before, after, mode }) => ({
    path,
    before: before && encode(before.text, before.bom),
    after: encode(after.text, after.bom),
    mode,
  }))
  return goodChanges(project, changes, recording)
}

function pathOf({ path }: { readonly path: string }): string {
  return path
}

/** Where only some files were checked: what the rules of the others ask for, because a repair must not break those either. */
async function unseenDependencies(run: Run, { paths = [], stdin, dependencies }: FixOptions): Promise<AffectedBy> {
  if (dependencies !== undefined) return dependencies
  return new Dependents(paths.length === 0 && stdin === undefined ? [] : await dependenciesOf(run))
}

/** What the rules of all managed files ask for of other files. */
export async function dependenciesOf(run: Run): Promise<ReadonlyMap<string, Dependencies>> {
  const asking = run.rules
    .filter(({ reads }) => reads.some(({ file }) => file !== null))
    .map(({ files }) => matcher(files))
  const managed = selectFiles(run.project, [])
  const linked = run.linkedFiles(managed)
  const others = managed.filter((path) => linked.has(path) || asking.some((matches) => matches(path)))
  return (await checkPaths(run, others, new Map())).dependencies
}

/** The plan for what a check found; nothing is written. */
export async function planRun(
  run: Run,
  findings: readonly Finding[],
  dependencies: AffectedBy,
  options: Pick<RepairRequest, "unsafe" | "choose" | "wanted"> & { readonly dryRun?: boolean },
): Promise<Planned> {
  await run.prepareEdits()
  const ground = groundOf(run, dependencies)
  const refused = new Map<string, string>()
  const open = (path: string) => {
    const refusal = options.dryRun === false ? run.project.system.refusal(path) : undefined
    if (refusal === undefined) return ground.open(path)
    refused.set(path, [refusal.message, refusal.hint ?? []].flat().join("; "))
    return undefined
  }
  const planned = await planRepairs({
    findings,
    ...ground,
    open,
    unsafe: options.unsafe,
    ...(options.choose === undefined ? {} : { choose: options.choose }),
    ...(options.wanted === undefined ? {} : { wanted: options.wanted }),
  })
  return { ...planned, deferred: planned.deferred.map((deferred) => withRefusal(deferred, refused)) }
}

/** The planner only knows that a file could not be edited: here it is known why. */
function withRefusal(deferred: Deferred, refused: ReadonlyMap<string, string>): Deferred {
  const attempts = deferred.attempts.map((attempt) => {
    const reason = attempt.repair.steps.flatMap(({ file }) => refused.get(file) ?? [])[0]
    return reason === undefined || attempt.step !== "edit" ? attempt : { ...attempt, step: "write" as const, reason }
  })
  const last = attempts.at(-1)
  return last?.step === "write" ? { ...deferred, step: last.step, reason: last.reason, attempts } : deferred
}

/** What a plan stands on: the files as they are, and the check of all that a change concerns. */
export function groundOf(run: Run, dependencies: AffectedBy): Pick<RepairRequest, "open" | "check" | "limits"> {
  const view = run.files(new Map())
  return {
    open: (path) => openFile(path, run, view),
    limits: run.project.settings.limits,
    check: async (changed, planned) => {
      const files = affected([...changed.keys()], dependencies)
      return { files, findings: (await checkPaths(run, files, new Map([...planned, ...changed]))).findings }
    },
  }
}

function openFile(path: string, run: Run, view: Files): PlannedFile | undefined {
  const state = view.state(path, false)
  const format = run.format(path)
  if (format === undefined || state.kind === "unreadable") return undefined
  const mode = view.mode(path)
  return { source: state.kind === "text" ? state.source : null, format, ...(mode === undefined ? {} : { mode }) }
}

/** The changed files and those whose rules asked for them. */
function affected(changed: readonly string[], dependencies: AffectedBy): readonly string[] {
  const dependents = changed.flatMap((path) => dependencies.dependentsOf(path))
  return [...new Set([...changed, ...dependents])].sort()
}
