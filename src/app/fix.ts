import { applyAccepted } from "../engine/accept.ts"
import { matcher } from "../engine/glob.ts"
import { type PlannedFile, planRepairs, type RepairRequest } from "../engine/plan.ts"
import type { Finding } from "../model/finding.ts"
import type { FilePlan, Plan } from "../model/plan.ts"
import type { FixResult } from "../model/result.ts"
import { encode } from "../model/source.ts"
import type { FileWrite, System } from "../system/system.ts"
import { readAccepted, writeAccepted } from "./accepted.ts"
import { type CheckOptions, checkPaths, checkRun, inOrder, today } from "./check.ts"
import type { Project } from "./project.ts"
import type { Run } from "./run.ts"
import type { Dependencies } from "./world.ts"

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
  const { run, result, dependencies, keep } = await checkRun(project, options)
  const planned = await planRun(run, result.findings, dependencies, options)
  const written = !options.dryRun && planned.plan.files.length > 0
  if (written) writePlan(project.system, planned.plan)
  const accepted = applyAccepted(planned.findings, readAccepted(project), today())
  const findings = inOrder(accepted.findings.filter(keep))
  return { ...result, findings, plan: planned.plan, deferred: planned.deferred, written }
}

/** The plan for what a check found; nothing is written. */
export async function planRun(
  run: Run,
  findings: readonly Finding[],
  dependencies: ReadonlyMap<string, Dependencies>,
  options: Pick<FixOptions, "unsafe" | "choose">,
) {
  const { system, settings } = run.project
  const view = run.files(new Map())
  const open = (path: string): PlannedFile | undefined => {
    const state = view.state(path, false)
    const format = run.format(path)
    if (format === undefined || state.kind === "unreadable") return undefined
    const mode = system.stat(path)?.mode.toString(8).padStart(4, "0")
    return { source: state.kind === "text" ? state.source : null, format, ...(mode === undefined ? {} : { mode }) }
  }
  const files = new Map([...new Set(findings.map(({ file }) => file))].flatMap((path) => entry(path, open(path))))
  return planRepairs({
    findings,
    files,
    open,
    limits: settings.limits,
    unsafe: options.unsafe,
    ...(options.choose === undefined ? {} : { choose: options.choose }),
    check: async (changed) => (await checkPaths(run, affected([...changed.keys()], dependencies), changed)).findings,
  })
}

function entry<T>(path: string, value: T | undefined): [string, T][] {
  return value === undefined ? [] : [[path, value]]
}

/** The changed files and those whose rules asked for them. */
function affected(changed: readonly string[], dependencies: ReadonlyMap<string, Dependencies>): readonly string[] {
  const dependents = [...dependencies].filter(([, { files, globs }]) =>
    changed.some((path) => files.has(path) || [...globs].some((glob) => matcher([`./${glob}`])(path))),
  )
  return [...new Set([...changed, ...dependents.map(([path]) => path)])].sort()
}

/** All files of a plan, or none. */
export function writePlan(system: System, plan: Plan): void {
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
