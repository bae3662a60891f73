import type { Planned } from "../../engine/plan.ts"
import { CfgsyncError } from "../../model/errors.ts"
import { type Finding, type Severity, severities } from "../../model/finding.ts"
import type { Deferred, Plan } from "../../model/plan.ts"
import type { CheckResult, FixResult } from "../../model/result.ts"
import { resolveCommit } from "../../system/git/commits.ts"
import { filteredPaths } from "../../system/git/entries.ts"
import { inOrder } from "../check.ts"
import { Dependents, seenAnew } from "../dependents.ts"
import { type Project, type ProjectOptions, projectPath } from "../project.ts"
import type { Recording } from "../record.ts"
import type { Run } from "../run.ts"
import { type Changed, type Compared, changedOf, compareStates, managedOf } from "./compare.ts"
import { type Opening, openStagedProject, ownOpening, type StagedProject, stateOf } from "./openState.ts"

export interface PreCommitOptions extends ProjectOptions {
  /** Only these of the staged files, as given on the command line; none: all. */
  readonly paths?: readonly string[]
  /** Over what the configuration says. */
  readonly policy?: Project["settings"]["hooks"]["preCommit"]
  readonly recording: Recording
  /** Absent: by this process for itself. */
  readonly opening?: Opening
}

/** What a commit would bring in, and what was done about it. */
export interface PreCommitResult {
  readonly project: Project
  /** What is left of what came in; with the repairs where some were made. */
  readonly result: CheckResult | FixResult
  /** What was there before in the same files, and is not blocked. */
  readonly standing: readonly Finding[]
  readonly blocked: boolean
  /** Files whose repair is in the commit only. */
  readonly leftInTree: readonly string[]
  /** Files that git keeps in another form than they are used in, so that what is staged says nothing. */
  readonly unread: readonly string[]
}

/**
 * Judge what is staged, together with all that it depends on as it is staged, against the last commit. Only what the commit brings in counts; what was wrong before
 * is told. With the policy `fix` what can be proven is repaired first.
 * @returns `null` when no managed file is staged
 */
export async function preCommit(options: PreCommitOptions): Promise<PreCommitResult | null> {
  const { opening = ownOpening } = options
  const opened = await openStagedProject(options, opening)
  const { project, git, objects, disk, changes } = opened
  const policy = options.policy ?? project.settings.hooks.preCommit
  if (policy === "off") return null
  const changed = concerned(project, changedOf(changes), options.paths ?? [])
  if (managedOf(project, changed).length === 0 && !hasOwnRules(project, changed)) return null
  const before = () => stateOf(git, objects, resolveCommit(git, "HEAD"), disk)
  const compared = await compareStates(project, changed, before, { rules: opening.rules })
  const { result, standing, unread } = withoutFiltered(compared, opened)
  const { hooks } = project.settings
  const repairs = policy === "fix" && result.findings.length > 0
  if (repairs) opening.beforeWriting()
  const judged = repairs
    ? await repair(opened, compared, result, changed, options.recording)
    : { result, leftInTree: [] }
  const severity = hooks.severity
  const blocking = [...judged.result.findings, ...(hooks.standing === "block" ? standing : [])]
  return {
    project,
    ...judged,
    standing: hooks.standing === "off" ? [] : standing,
    unread,
    blocked: policy !== "warn" && blocking.some((finding) => atLeast(finding.severity, severity)),
  }
}

function atLeast(severity: Severity, threshold: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(threshold)
}

function concerned(project: Project, changed: readonly Changed[], paths: readonly string[]): readonly Changed[] {
  if (paths.length === 0) return changed
  const named = new Set(paths.map((path) => projectPath(project, path)))
  return changed.filter(({ path }) => named.has(path))
}

/** A file that is not managed itself may be one that a rule of the project asks for; those that are shipped speak of managed files. */
function hasOwnRules({ settings }: Project, changed: readonly Changed[]): boolean {
  return changed.length > 0 && settings.rules.some((rule) => !rule.startsWith("cfgsync:"))
}

/** What git stores encrypted, or elsewhere, is no configuration as it is staged. */
function withoutFiltered({ result, standing }: Compared, { git }: StagedProject) {
  const files = [...new Set([...result.findings, ...standing].map(({ file }) => file))]
  const unread = files.length === 0 ? new Set<string>() : filteredPaths(git, files)
  const read = ({ file }: Finding) => !unread.has(file)
  return {
    result: { ...result, findings: result.findings.filter(read) },
    standing: standing.filter(read),
    unread: [...unread],
  }
}

interface Repaired {
  readonly result: FixResult
  readonly leftInTree: readonly string[]
}

/** Only files of the commit are repaired, and only what came in. */
async function repair(
  opened: StagedProject,
  compared: Compared,
  result: CheckResult,
  changed: readonly Changed[],
  recording: Recording,
): Promise<Repaired> {
  const { dependenciesOf, planRun } = await import("../fix.ts")
  const run = ofCommit(compared.run, new Set(changed.filter(({ there }) => there).map(({ path }) => path)))
  const dependencies = seenAnew(new Dependents(await dependenciesOf(run)), compared.dependencies)
  const asked = new Set(compared.paths)
  const planned = await planRun(run, result.findings, dependencies, {
    unsafe: false,
    dryRun: false,
    wanted: ({ findings, files }, version) => {
      const sources = new Map(
        files.flatMap((file) => {
          const source = version(file)?.source ?? null
          return source === null ? [] : [[file, source] as const]
        }),
      )
      return compared.cameIn(
        findings.filter(({ file }) => asked.has(file)),
        sources,
      ).fresh
    },
  })
  const made = await carryOut(opened, run, planned, result.findings, recording)
  const sources = new Map([
    ...result.sources,
    ...made.plan.files.map(({ path, after }) => [path, { path, ...after }] as const),
  ])
  return {
    leftInTree: made.leftInTree,
    result: {
      ...result,
      findings: inOrder(made.findings),
      sources,
      plan: made.plan,
      deferred: made.deferred,
      written: made.plan.files.length > 0,
    },
  }
}

interface Made {
  readonly plan: Plan
  readonly deferred: readonly Deferred[]
  readonly findings: readonly Finding[]
  readonly leftInTree: readonly string[]
}

async function carryOut(
  opened: StagedProject,
  run: Run,
  { plan, deferred, findings }: Planned,
  before: readonly Finding[],
  recording: Recording,
): Promise<Made> {
  if (plan.files.length === 0) return { plan, deferred, findings, leftInTree: [] }
  try {
    const { stageRepairs } = await import("./stageRepairs.ts")
    return { plan, deferred, findings, ...(await stageRepairs(opened, run, plan, recording)) }
  } catch (error) {
    if (!(error instanceof CfgsyncError)) throw error
    const why = { step: "write", reason: error.message } as const
    const failed = plan.fixed.map(({ finding, repair }) => ({ finding, attempts: [{ repair, ...why }], ...why }))
    return { plan: { files: [], fixed: [] }, deferred: [...deferred, ...failed], findings: before, leftInTree: [] }
  }
}

/** The same run, in which nothing but the files of the commit may be repaired. */
function ofCommit(run: Run, paths: ReadonlySet<string>): Run {
  const { system } = run.project
  const refusal = (path: string) =>
    paths.has(path)
      ? system.refusal(path)
      : new CfgsyncError("write-refused", `${path} is not part of this commit`, "stage it, or run `cfgsync fix`")
  return run.on({ ...run.project, system: { ...system, refusal } })
}
