import { mayAskFor } from "../../engine/asksOthers.ts"
import { matcher } from "../../engine/glob.ts"
import { type Introduced, introduced } from "../../engine/introduced.ts"
import type { Finding } from "../../model/finding.ts"
import type { CheckResult } from "../../model/result.ts"
import type { GitChange } from "../../system/git/changes.ts"
import type { System } from "../../system/system.ts"
import { leaveOutAccepted } from "../accepted.ts"
import { type CheckOptions, checkPaths, inOrder, type Seen } from "../check.ts"
import { formatNameOf, mayLoad } from "../formats.ts"
import type { RuleSet } from "../loadRules.ts"
import type { Project } from "../project.ts"
import { openRun, openRunWith, type Run } from "../run.ts"
import { requiredFiles, selectFiles } from "../selectFiles.ts"
import { asksFor, type Dependencies } from "../world.ts"

/** What is wrong in one state of a project that was not in another. */
export interface Compared {
  readonly run: Run
  /** Only the findings that came in. */
  readonly result: CheckResult
  /** Those that were there before, in the files that are concerned. */
  readonly standing: readonly Finding[]
  /** What the rules of each file asked for. */
  readonly dependencies: ReadonlyMap<string, Dependencies>
  /** The files that were looked at. */
  readonly paths: readonly string[]
  /** Of findings of the later state, those that came in. */
  readonly cameIn: (findings: readonly Finding[], sources: CheckResult["sources"]) => Introduced
}

/** A path that differs, and whether it is there afterwards. */
export interface Changed {
  readonly path: string
  readonly format: string | undefined
  readonly mayLoad: boolean
  readonly there: boolean
  /** Whether it was not there before, or is not there now. */
  readonly comesOrGoes: boolean
}

export function changedOf(changes: readonly GitChange[]): readonly Changed[] {
  const files = changes.filter(({ before, after }) => before?.mode !== "160000" && after?.mode !== "160000")
  return files.map(({ path, before, after }) => ({
    path,
    format: formatNameOf(path),
    mayLoad: mayLoad(path),
    there: after !== null,
    comesOrGoes: before === null || after === null,
  }))
}

/** Of changed files those that cfgsync manages, and whose state a check can tell something of. */
export function managedOf<Path extends Pick<Changed, "path">>(
  { settings }: Project,
  changed: readonly Path[],
): readonly Path[] {
  const managed = globsOf(settings.files.flatMap(({ include }) => include))
  const ignored = globsOf(settings.ignore)
  return changed.filter(({ path }) => managed(path) && !ignored(path))
}

/** As the system lists them: from the root of the project. */
function globsOf(globs: readonly string[]): (path: string) => boolean {
  return globs.length === 0
    ? () => false
    : matcher(globs.map((glob) => (glob.startsWith("!") ? `!./${glob.slice(1)}` : `./${glob}`)))
}

/**
 * Check the changed files and all that depend on them in the later state, and hold what is found against the earlier one. The rules of the later state are
 * those that count in both: a new rule finds nothing new in what was there.
 * @param before asked for only when something is found.  @param rules those of the project, where they are at hand
 */
export async function compareStates(
  project: Project,
  changed: readonly Changed[],
  before: () => System,
  {
    rules,
    progress,
  }: { readonly rules?: RuleSet | undefined; readonly progress?: CheckOptions["progress"] | undefined } = {},
): Promise<Compared> {
  // `performance` loads a lot when it is met first.
  const started = process.uptime()
  const managed = managedOf(project, changed)
  const own = managed.map(({ path }) => path)
  const opened = rules === undefined ? await openRun(project, own) : await openRunWith(rules, project, own)
  const { run, paths, seen } = await checkAll(opened, managed, changed, progress)
  const accepted = await leaveOutAccepted(project, seen.findings, seen.sources)
  let earlier: Pick<Seen, "findings" | "sources"> | undefined
  if (accepted.findings.length > 0) earlier = await findingsBefore(run, before(), paths, changed)
  const none = { findings: [], sources: new Map() }
  const gone = (file: string) => project.system.stat(file) === null
  const cameIn: Compared["cameIn"] = (findings, sources) => introduced(earlier ?? none, { findings, sources }, gone)
  const { fresh, standing } = cameIn(accepted.findings, seen.sources)
  return {
    run,
    paths,
    standing: inOrder(standing),
    dependencies: seen.dependencies,
    cameIn,
    result: {
      root: project.root,
      files: seen.files,
      findings: inOrder(fresh),
      sources: seen.sources,
      silenced: seen.silenced + accepted.silenced,
      milliseconds: (process.uptime() - started) * 1000,
    },
  }
}

/** Files that are gone are looked at only where the configuration names them: a rule may ask for them, or the configuration itself. */
async function checkAll(
  run: Run,
  managed: readonly Changed[],
  changed: readonly Changed[],
  progress: CheckOptions["progress"],
): Promise<{ readonly run: Run; readonly paths: readonly string[]; readonly seen: Seen }> {
  const { project } = run
  const required = requiredFiles(project)
  const named = new Set(project.settings.files.flatMap(({ include }) => include))
  const own = managed.filter(({ path, there }) => there || required(path) || named.has(path)).map(({ path }) => path)
  const dependents = dependentsOf(run, own, changed)
  if (dependents.length === 0) return { run, paths: own, seen: await checkPaths(run, own, new Map(), progress) }
  const wider = await openRunWith(run.ruleSet, project, [...own, ...dependents])
  const others = await checkPaths(wider, dependents, new Map())
  const concerned = dependents.filter((path) => {
    const asked = others.dependencies.get(path)
    return asked !== undefined && changed.some((each) => asksFor(asked, each.path))
  })
  const paths = [...new Set([...own, ...concerned])].sort()
  return { run: wider, paths, seen: await checkPaths(wider, paths, new Map(), progress) }
}

/** Managed files, not changed themselves, of which a rule may look at what was changed. */
function dependentsOf(run: Run, own: readonly string[], changed: readonly Changed[]): readonly string[] {
  const asking = run.rules.filter((rule) => mayAskFor(rule, changed))
  const linked = run.linkedFiles(changed.map(({ path }) => path))
  if (asking.length === 0 && linked.size === 0) return []
  const each = asking.map(({ files, formats }) => ({ matches: matcher(files), formats }))
  const concerned = (path: string) =>
    linked.has(path) ||
    each.some(
      ({ matches, formats }) => matches(path) && (formats.length === 0 || formats.includes(formatNameOf(path) ?? "")),
    )
  return selectFiles(run.project, []).filter((path) => !own.includes(path) && concerned(path))
}

async function findingsBefore(
  run: Run,
  system: System,
  paths: readonly string[],
  changed: readonly Changed[],
): Promise<Pick<Seen, "findings" | "sources">> {
  const gone = managedOf(run.project, changed).filter(({ there }) => !there)
  const all = [...new Set([...paths, ...gone.map(({ path }) => path)])].sort()
  const there = all.filter((path) => system.stat(path) !== null || paths.includes(path))
  const earlier = await openRunWith(run.ruleSet, { ...run.project, system }, there)
  return checkPaths(earlier, there, new Map())
}
