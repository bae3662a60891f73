import type { FileVersion } from "../model/plan.ts"
import { decode } from "../model/source.ts"
import { committedIn } from "./committed.ts"
import { type Drift, Drifts, driftRule, type Present } from "./drift.ts"
import { isExpected, presentOf } from "./driftCheck.ts"
import { whatChanged } from "./driftFindings.ts"
import { fix } from "./fix.ts"
import { shortcomingsOf } from "./goodness.ts"
import type { Project } from "./project.ts"
import type { Recording } from "./record.ts"
import { recordSettled } from "./recordSettled.ts"
import { openRun, type Run } from "./run.ts"
import { selectFiles } from "./selectFiles.ts"
import type { Decision, Settled } from "./settled.ts"

export interface SettleOptions {
  readonly recording: Recording
  /** Decide, write and record nothing. */
  readonly dryRun: boolean
  /** `false`: a strict file is told of and left; `fix` has put it back already, or nothing may be written now. */
  readonly putBack?: boolean
}

/** A managed file that is other than its known-good state, or of which nothing is known good yet. */
interface Case {
  readonly path: string
  readonly now: Present | null
  readonly drift?: Drift
}

/**
 * For every changed managed file, do what its acceptance policy says: accept, let wait, put back. A file of which nothing was accepted is left alone,
 * unless the configuration says `acceptance: "auto"` of it. What is done, and the foreign changes that are seen by it, stand in the log.
 * @param paths in the project, relative to its root; `undefined`: all managed files, also those that are gone.
 * @returns what was done, by path; nothing for files that are as they were accepted.
 * @throws CfgsyncError when it cannot be recorded: then nothing was done.
 */
export async function settleDrift(
  project: Project,
  paths: readonly string[] | undefined,
  options: SettleOptions,
): Promise<readonly Settled[]> {
  if (!options.recording.on) return []
  const drifts = await Drifts.open(project)
  const cases = await casesOf(project, paths, drifts)
  if (cases.length === 0) return []
  const run = await openRun(
    project,
    cases.map(({ path }) => path),
  )
  const decisions = await decide(run, await withDrift(cases, drifts, run))
  const desk = {
    project,
    drifts,
    formatOf: (path: string) => run.format(path)?.name ?? "",
    recording: options.recording,
  }
  // What is seen stands in the log before what is done about it.
  if (!options.dryRun) await recordSettled(decisions, desk)
  const settled = options.putBack === false ? decisions.map(left) : await putBack(project, decisions, options)
  return settled.map(({ path, outcome, reasons }) => ({ path, outcome, reasons }))
}

async function casesOf(
  project: Project,
  paths: readonly string[] | undefined,
  drifts: Drifts,
): Promise<readonly Case[]> {
  const managed = paths ?? [...new Set([...selectFiles(project, []), ...drifts.gone()])].sort()
  return managed.flatMap((path) => {
    const { chosen, acceptance } = drifts.policy(path)
    if (drifts.good(path) === undefined && !(chosen && acceptance === "auto")) return []
    const now = presentOf(path, project)
    if (now === undefined || drifts.isClean(path, now) === true) return []
    return now === null && drifts.good(path) === undefined ? [] : [{ path, now }]
  })
}

async function withDrift(cases: readonly Case[], drifts: Drifts, run: Run): Promise<readonly Case[]> {
  return Promise.all(
    cases.map(async (each) => {
      const drift = await drifts.of(each.path, each.now, run.format(each.path))
      return drift === undefined ? each : { ...each, drift }
    }),
  )
}

async function decide(run: Run, cases: readonly Case[]): Promise<readonly Decision[]> {
  const contents = new Map(cases.flatMap(({ path, now }) => versionOf(path, now)))
  const shortcomings = await shortcomingsOf(run, contents)
  // What is accepted in any case needs no evidence.
  const asked = cases.filter(
    ({ now, drift }) => now !== null && drift !== undefined && drift.policy.acceptance !== "auto",
  )
  const committed = committedIn(
    run.project,
    asked.map(({ path }) => path),
  )
  return Promise.all(
    cases.map(async (each) => ({
      ...each,
      ...(await decideOne(each, shortcomings.get(each.path) ?? unreadable(each, contents), committed)),
    })),
  )
}

function versionOf(path: string, now: Present | null): readonly (readonly [string, FileVersion])[] {
  const decoded = now === null ? undefined : decode(path, now.content)
  return decoded?.ok === true && now !== null ? [[path, { source: decoded.source, mode: now.mode }]] : []
}

function unreadable({ path, now }: Case, contents: ReadonlyMap<string, FileVersion>): readonly string[] {
  return now === null || contents.has(path) ? [] : ["it is no text"]
}

type Choice = Pick<Decision, "outcome" | "reasons" | "cause" | "commit">

async function decideOne(
  { path, now, drift }: Case,
  shortcomings: readonly string[],
  committed: ReturnType<typeof committedIn>,
): Promise<Choice> {
  const commit = now === null ? undefined : committed(path, now.content)
  if (drift === undefined)
    return shortcomings.length > 0
      ? { outcome: "held back", reasons: shortcomings }
      : { outcome: "accepted", reasons: ["nothing was accepted of it before"], cause: "policy" }
  const { policy, weakened, own, quarantined } = drift
  const what = whatChanged(drift)
  const good = shortcomings.length === 0 && weakened.length === 0
  if (policy.acceptance === "strict" && !own && !(good && commit !== undefined)) {
    if (quarantined !== undefined) return { outcome: "quarantined", reasons: [what, quarantined] }
    return { outcome: "put back", reasons: [what, ...shortcomings, ...more(weakened)] }
  }
  if (now === null) return { outcome: policy.acceptance === "ask" ? "pending" : "gone", reasons: [what] }
  if (shortcomings.length > 0) return { outcome: "held back", reasons: [what, ...shortcomings] }
  if (weakened.length > 0) return { outcome: "pending", reasons: [what, ...more(weakened)] }
  if (await isExpected(drift)) return { outcome: "accepted", reasons: [`${what}, as is expected`], cause: "expected" }
  if (commit !== undefined)
    return { outcome: "accepted", reasons: [`${what} by commit ${commit}`], cause: "git", commit }
  if (policy.acceptance === "auto") return { outcome: "accepted", reasons: [what], cause: "policy" }
  return { outcome: "pending", reasons: [what] }
}

function more(weakened: readonly string[]): readonly string[] {
  return weakened.length === 0 ? [] : [`it permits more: ${weakened.join("; ")}`]
}

/** Strict files are left to who reports them. */
function left(decision: Decision): Decision {
  return decision.outcome === "put back"
    ? { ...decision, outcome: "held back", reasons: [...decision.reasons, "`cfgsync fix` puts it back"] }
    : decision
}

/** By the one maker of plans, as the repair of a finding. */
async function putBack(
  project: Project,
  decisions: readonly Decision[],
  { dryRun, recording }: SettleOptions,
): Promise<readonly Decision[]> {
  const strict = decisions.filter(({ outcome }) => outcome === "put back").map(({ path }) => path)
  if (strict.length === 0) return decisions
  const options = { paths: strict, rules: [driftRule], unsafe: false, dryRun, recording }
  const { plan, findings, deferred } = await fix({ ...project, cwd: project.root }, options)
  const back = new Set(plan.files.map(({ path }) => path))
  return decisions.map((decision) => {
    if (decision.outcome !== "put back" || back.has(decision.path)) return decision
    const why = deferred.find(({ finding }) => finding.file === decision.path)?.reason
    const still = findings.some(({ file }) => file === decision.path)
    const reason = why ?? (still ? "it could not be put back" : "it is as it was accepted by now")
    return { ...decision, outcome: "held back" as const, reasons: [...decision.reasons, reason] }
  })
}
