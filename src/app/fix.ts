import { applyAccepted } from "../engine/accept.ts"
import { matcher } from "../engine/glob.ts"
import { type Planned, type PlannedFile, planRepairs, type RepairRequest } from "../engine/plan.ts"
import type { Finding } from "../model/finding.ts"
import type { FilePlan, Plan } from "../model/plan.ts"
import type { FixResult } from "../model/result.ts"
import { encode } from "../model/source.ts"
import type { FileWrite, System } from "../system/system.ts"
import { readAccepted, today, writeAccepted } from "./accepted.ts"
import { type CheckOptions, checkPaths, checkRun, inOrder } from "./check.ts"
import type { Project } from "./project.ts"
import type { Run } from "./run.ts"
import { selectFiles } from "./selectFiles.ts"
import type { Dependencies, Files } from "./world.ts"

export type Choose = NonNullable<RepairRequest["choose"]>

export interface FixOptions extends CheckOptions {
  /** Also make repairs that may lose something. */
  readonly unsafe: boolean
  /** Plan and prove, write nothing. */
  readonly dryRun: boolean
  /** Asked before each repair. */
  readonly choose?: Choose
}

/** Check, repair what can be proven, and say what is left. @throws CfgsyncError as `check`, and when a write was refused or failed: every file is as it was then. */
export async function fix(project: Project, options: FixOptions): Promise<FixResult> {
  const { run, result, dependencies: seen, keep } = await checkRun(project, options)
  const dependencies = new Map([...(await unseenDependencies(run, options)), ...seen])
  const planned = await planRun(run, result.findings, dependencies, options)
  const written = !options.dryRun && planned.plan.files.length > 0
  if (written) writePlan(project.system, planned.plan)
  const sources = new Map([
    ...result.sources,
    ...planned.plan.files.map(({ path, after }) => [path, { path, ...after }] as const),
  ])
  const before = readAccepted(project)
  const accepted = applyAccepted(planned.findings, sources, before, today())
  // Only a run that saw every file knows which of the accepted findings are gone.
  if (written && (options.paths ?? []).length === 0 && accepted.remaining.length < before.length)
    writeAccepted(project, accepted.remaining)
  const findings = inOrder(accepted.findings.filter(keep))
  return { ...result, findings, sources, plan: planned.plan, deferred: planned.deferred, written }
}

/** Where only some files were checked: what the rules of the others ask for, because a repair must not break those either. */
async function unseenDependencies(
  run: Run,
  { paths = [], stdin }: FixOptions,
): Promise<ReadonlyMap<string, Dependencies>> {
  if (paths.length === 0 && stdin === undefined) return new Map()
  const asking = run.rules
    .filter(({ reads }) => reads.some(({ file }) => file !== null))
    .map(({ files }) => matcher(files))
  const others = selectFiles(run.project, []).filter((path) => asking.some((matches) => matches(path)))
  return (await checkPaths(run, others, new Map())).dependencies
}

/** The plan for what a check found; nothing is written. */
export async function planRun(
  run: Run,
  findings: readonly Finding[],
  dependencies: ReadonlyMap<string, Dependencies>,
  options: Pick<FixOptions, "unsafe" | "choose">,
): Promise<Planned> {
  return planRepairs({
    findings,
    ...groundOf(run, dependencies),
    unsafe: options.unsafe,
    ...(options.choose === undefined ? {} : { choose: options.choose }),
  })
}

/** What a plan stands on: the files as they are, and the check of all that a change concerns. */
export function groundOf(
  run: Run,
  dependencies: ReadonlyMap<string, Dependencies>,
): Pick<RepairRequest, "open" | "check" | "limits"> {
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
function affected(changed: readonly string[], dependencies: ReadonlyMap<string, Dependencies>): readonly string[] {
  const dependents = [...dependencies].filter(([, { files, globs }]) =>
    changed.some((path) => files.has(path) || [...globs].some((glob) => matcher([`./${glob}`])(path))),
  )
  return [...new Set([...changed, ...dependents.map(([path]) => path)])].sort()
}

/** All files of a plan, or none. */
function writePlan(system: System, plan: Plan): void {
  system.write(plan.files.map(fileWrite))
}

function fileWrite({ path, before, after, mode }: FilePlan): FileWrite {
  return {
    path,
    before: before === null ? null : encode(before.text, before.bom),
    after: encode(after.text, after.bom),
    ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }),
  }
}
