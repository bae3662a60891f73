import type { CompiledRule } from "../engine/compiled.ts"
import { matcher } from "../engine/glob.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { Finding, Severity } from "../model/finding.ts"
import { severities } from "../model/finding.ts"
import type { CheckResult } from "../model/result.ts"
import { decode, type Source } from "../model/source.ts"
import { leaveOutAccepted } from "./accepted.ts"
import { confirmAhead } from "./confirm.ts"
import { storeFinding } from "./driftMeasure.ts"
import { formatTable } from "./formats.ts"
import { type Project, projectPath } from "./project.ts"
import { openRun, type Run } from "./run.ts"
import { refuseOutside, selectFiles } from "./selectFiles.ts"
import { hasStore } from "./storePlace.ts"
import { idleSuppressions } from "./suppressions.ts"
import { isReadOtherwise, mayBeRead, upgradeFinding } from "./upgradeText.ts"
import type { Dependencies, Files, Overlay } from "./world.ts"

export interface CheckOptions {
  /** Files and folders relative to the project's `cwd`; none: every managed file. */
  readonly paths?: readonly string[]
  /** Report only these rules. */
  readonly rules?: readonly string[]
  /** Report only what is at least this severe. */
  readonly severity?: Severity
  /** Check this text as if it were the file at `path`. */
  readonly stdin?: { readonly path: string; readonly text: Uint8Array }
  readonly progress?: (done: number, total: number) => void
  /** A run that is open already for all of these files. */
  readonly run?: Run
  /** The files of the run, as the project writes them, instead of `paths`. */
  readonly selected?: readonly string[]
}

/** A check with what a fix needs of it. */
export interface CheckRun {
  readonly run: Run
  readonly result: CheckResult
  /** Files that the rules of each file asked for. */
  readonly dependencies: ReadonlyMap<string, Dependencies>
  /** The files of the run. */
  readonly paths: readonly string[]
  /** Whether a finding is of the rules and severities that are asked for. */
  readonly keep: (finding: Finding) => boolean
}

/** Find what is wrong in the managed files, in order of file, place and rule. @throws CfgsyncError when the request, the configuration or a rule is wrong. */
export async function check(project: Project, options: CheckOptions): Promise<CheckResult> {
  return (await checkRun(project, options)).result
}

export async function checkRun(project: Project, options: CheckOptions): Promise<CheckRun> {
  // `performance` loads a lot when it is met first.
  const started = process.uptime()
  const overlay = stdinOverlay(project, options)
  const paths =
    overlay.size > 0
      ? [...overlay.keys()]
      : (options.selected ?? (await withGone(project, options.paths ?? [], selectFiles(project, options.paths ?? []))))
  const run = options.run ?? (await openRun(project, paths))
  const seen = await checkPaths(run, paths, overlay, options.progress)
  return concludeCheck(project, run, { paths, seen, options, started })
}

/** From what was found in the files of a run to what is said of it. @param started in the clock of `process.uptime` */
export async function concludeCheck(
  project: Project,
  run: Run,
  {
    paths,
    seen,
    options,
    started,
  }: {
    readonly paths: readonly string[]
    readonly seen: Seen
    readonly options: CheckOptions
    readonly started: number
  },
): Promise<CheckRun> {
  refuseUnknown(project, run, options, paths)
  const keep = await keeper(options, run)
  const all = options.stdin === undefined && options.selected === undefined && (options.paths ?? []).length === 0
  const idle = all ? idleSuppressions(run.suppressions, paths) : []
  // What comes from standard input is a draft: how the file on the disk stands is not asked.
  const found = options.stdin === undefined ? seen.findings : seen.findings.filter(({ kind }) => kind !== "drift")
  const problem = run.storeProblem()
  const blind = problem === undefined ? [] : [storeFinding(project, problem)]
  const upgrades = options.stdin === undefined && problem === undefined ? await upgradesFound(project, paths) : []
  const accepted = await leaveOutAccepted(project, [...found, ...upgrades, ...idle, ...blind], seen.sources)
  const result = {
    root: project.root,
    files: seen.files,
    findings: inOrder(accepted.findings.filter(keep)),
    sources: seen.sources,
    silenced: seen.silenced + accepted.silenced,
    milliseconds: (process.uptime() - started) * 1000,
  }
  return { run, paths, keep, dependencies: seen.dependencies, result }
}

/** What is as it was accepted may still mean something else, to another version of who reads it. */
async function upgradesFound(project: Project, paths: readonly string[]): Promise<readonly Finding[]> {
  const read = paths.some(mayBeRead) && hasStore(project) ? paths.filter(mayBeRead) : []
  if (read.length === 0) return []
  const [{ clientUpgrades }, { Drifts }, { presentOf }] = await Promise.all([
    import("./clientUpgrades.ts"),
    import("./drift.ts"),
    import("./driftCheck.ts"),
  ])
  const drifts = await Drifts.open(project)
  const clean = read.filter((path) => {
    const now = presentOf(path, project)
    return now !== undefined && drifts.isClean(path, now) === true
  })
  const upgrades = await clientUpgrades(project, drifts, clean, findingsIn)
  return upgrades.filter(isReadOtherwise).map(upgradeFinding)
}

/** What a check finds in one file. */
export async function findingsIn(project: Project, path: string): Promise<readonly Finding[]> {
  return (await checkPaths(await openRun(project, [path]), [path], new Map())).findings
}

/** Where everything is checked, also the files that are gone though their policy does not let them. */
async function withGone(
  project: Project,
  named: readonly string[],
  paths: readonly string[],
): Promise<readonly string[]> {
  if (named.length > 0 || !hasStore(project)) return paths
  const { Drifts } = await import("./drift.ts")
  try {
    const drifts = await Drifts.open(project)
    const gone = drifts.gone().filter((path) => drifts.policy(path).acceptance !== "auto")
    return gone.length === 0 ? paths : [...new Set([...paths, ...gone])].sort()
  } catch (error) {
    // That the store is damaged is told by the check itself.
    if (error instanceof CfgsyncError) return paths
    throw error
  }
}

/** What a walk over files found; texts and dependencies only of those that have any to tell. */
export interface Seen {
  readonly files: number
  readonly findings: readonly Finding[]
  readonly sources: ReadonlyMap<string, Source>
  readonly dependencies: ReadonlyMap<string, Dependencies>
  readonly silenced: number
}

export async function checkPaths(
  run: Run,
  paths: readonly string[],
  overlay: Overlay,
  progress?: CheckOptions["progress"],
): Promise<Seen> {
  confirmAhead(run.project.system, paths, (path) => run.format(path))
  const view = run.files(overlay)
  const findings: Finding[] = []
  const sources = new Map<string, Source>()
  const dependencies = new Map<string, Dependencies>()
  let silenced = 0
  let files = 0
  for (const [index, path] of paths.entries()) {
    const checked = await run.check(path, view)
    findings.push(...checked.findings)
    silenced += checked.silenced
    if (checked.source !== undefined) files++
    if (checked.source !== undefined && checked.findings.length > 0) sources.set(path, checked.source)
    if (checked.dependencies.files.size + checked.dependencies.globs.size > 0)
      dependencies.set(path, checked.dependencies)
    progress?.(index + 1, paths.length)
  }
  // A rule may find something in another file than its own.
  files += addOtherSources(findings, paths, sources, view)
  return { files, findings, sources, dependencies, silenced }
}

/** The texts of files other than the checked ones that something was found in. @returns how many there are */
export function addOtherSources(
  findings: readonly Finding[],
  paths: readonly string[],
  sources: Map<string, Source>,
  view: Files,
): number {
  let files = 0
  for (const { file } of findings) {
    const state = sources.has(file) ? undefined : view.state(file, true)
    if (state?.kind !== "text") continue
    sources.set(file, state.source)
    if (!paths.includes(file)) files++
  }
  return files
}

function stdinOverlay(project: Project, { stdin }: CheckOptions): Overlay {
  if (stdin === undefined) return new Map()
  const path = projectPath(project, stdin.path)
  refuseOutside(project, stdin.path, path)
  const decoded = decode(path, stdin.text)
  if (!decoded.ok)
    throw new CfgsyncError("file-invalid", `standard input cannot be read as ${stdin.path}: ${decoded.reason}`)
  return new Map([[path, { source: decoded.source }]])
}

/** @throws CfgsyncError `format-unknown` for a file that was named and that nothing here can look at. */
function refuseUnknown(
  project: Project,
  run: Run,
  { paths: named = [], stdin }: CheckOptions,
  paths: readonly string[],
): void {
  const given = [...named, stdin?.path ?? []].flat().map((path) => projectPath(project, path))
  for (const path of paths.filter((each) => given.includes(each))) {
    if (run.format(path) !== undefined || run.rules.some((rule) => names(rule, path))) continue
    throw new CfgsyncError(
      "format-unknown",
      `cfgsync does not know the format of ${path}, and no rule is about it`,
      `it knows ${formatTable.flatMap(({ files }) => files).join(" ")}`,
    )
  }
}

/** A rule for every managed file is about what it can read of them, not about this one. */
function names({ files }: CompiledRule, path: string): boolean {
  return files.length > 0 && matcher(files)(path)
}

async function keeper({ rules, severity }: CheckOptions, run: Run): Promise<(finding: Finding) => boolean> {
  const wanted = rules === undefined || rules.length === 0 ? undefined : new Set(rules)
  for (const id of wanted ?? []) await run.mustKnow(id)
  const level = severities.indexOf(severity ?? "info")
  return (finding) =>
    (wanted === undefined || wanted.has(finding.rule)) && severities.indexOf(finding.severity) <= level
}

/** By file, place and rule, so that every run says the same in the same order. */
export function inOrder(findings: readonly Finding[]): readonly Finding[] {
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
  return [...findings].sort(
    (a, b) =>
      compare(a.file, b.file) ||
      a.span.start - b.span.start ||
      a.span.end - b.span.end ||
      compare(a.rule, b.rule) ||
      compare(a.message, b.message),
  )
}
