import type { CompiledRule } from "../../engine/compiled.ts"
import { matcher } from "../../engine/glob.ts"
import { introduced } from "../../engine/introduced.ts"
import { CfgsyncError } from "../../model/errors.ts"
import type { Finding, Severity } from "../../model/finding.ts"
import { formatPath } from "../../model/path.ts"
import type { Source } from "../../model/source.ts"
import { commitLog, type GitCommit } from "../../system/git/commits.ts"
import { type GitEntry, treeEntries } from "../../system/git/entries.ts"
import { openObjects } from "../../system/git/objects.ts"
import { snapshotSystem } from "../../system/snapshot.ts"
import { checkPaths } from "../check.ts"
import { Dependents } from "../dependents.ts"
import { planRun } from "../fix.ts"
import { loadRules } from "../loadRules.ts"
import type { Project } from "../project.ts"
import { compileRules } from "../rules.ts"
import { openRunWith, type Run } from "../run.ts"
import { asksFor, type Dependencies } from "../world.ts"
import { changedOf, managedOf } from "./compare.ts"
import { mustOpenGit } from "./openState.ts"
import { sinceWhen } from "./sinceWhen.ts"

export interface BacktestOptions {
  /** Ids of rules that are switched on, rule files, or shipped packs (`cfgsync:NAME`). */
  readonly rules: readonly string[]
  /** A commit, or a date; absent: all of the history. */
  readonly since?: string
  readonly progress?: (done: number, total: number) => void
}

type Named = Pick<GitCommit, "oid" | "author" | "time" | "subject">

/** A finding from the commit that brought it in to the one after which it was gone. */
export interface Episode {
  readonly rule: string
  readonly severity: Severity
  readonly file: string
  readonly path: string
  readonly message: string
  readonly came: Named
  /** Whether it could have been repaired there. */
  readonly repaired: boolean
  /** `null`: it is there still. */
  readonly gone: Named | null
  /** How long it lived; up to the last commit when it is there still. */
  readonly days: number
}

export interface BacktestResult {
  readonly rules: readonly string[]
  readonly commits: number
  /** Commits that would have been blocked. */
  readonly blocked: number
  /** Oldest first. What was wrong before the first commit that was looked at is none. */
  readonly episodes: readonly Episode[]
}

/** What rules would have said of each commit that led to the present one, oldest first. Files and configuration are those of today. */
export async function backtest(project: Project, options: BacktestOptions): Promise<BacktestResult> {
  const rules = await rulesOf(project, options.rules)
  const git = mustOpenGit(project.root)
  const range = options.since === undefined ? {} : sinceWhen(git, options.since)
  const commits = commitLog(git, range).toReversed()
  const objects = openObjects(git)
  const parent = commits[0]?.parents[0]
  const entries = new Map<string, GitEntry>(parent === undefined ? [] : treeEntries(git, parent))
  const meant = matcherOfAny(rules)
  const changes = commits.flatMap((commit) => commit.changes)
  objects.want(
    changes.flatMap(({ path, after }) => (after !== null && after.mode !== "160000" && meant(path) ? [after.oid] : [])),
  )
  const system = snapshotSystem(project.system, { entries: () => entries, objects })
  const paths = [...new Set([...entries.keys(), ...changes.map(({ path }) => path)])].filter(meant)
  const run = await openRunWith({ rules, links: [], verdicts: {} }, measured({ ...project, system }, rules), paths)
  const history = new History(run, entries)
  await history.begin(
    managedOf(
      project,
      [...entries.keys()].map((path) => ({ path })),
    )
      .map(({ path }) => path)
      .filter(meant),
  )
  for (const [index, commit] of commits.entries()) {
    for (const { path, after } of commit.changes) {
      if (after === null) entries.delete(path)
      else entries.set(path, after)
    }
    const managed = managedOf(project, changedOf(commit.changes)).map(({ path }) => path)
    await history.look(commit, managed.filter(meant))
    options.progress?.(index + 1, commits.length)
  }
  const episodes = history.episodes(commits.at(-1))
  const blocked = new Set(episodes.filter(({ severity }) => severity === "error").map(({ came }) => came.oid)).size
  return { rules: rules.map(({ id }) => id), commits: commits.length, blocked, episodes }
}

function matcherOfAny(rules: readonly CompiledRule[]): (path: string) => boolean {
  const each = rules.map(({ files }) => matcher(files))
  return (path) => each.some((matches) => matches(path))
}

/** What the configuration says of other rules is nothing here, and one that is switched off is looked at all the same. */
function measured(project: Project, rules: readonly CompiledRule[]): Project {
  const ids = new Set(rules.map(({ id }) => id))
  const params = Object.fromEntries(Object.entries(project.settings.params).filter(([id]) => ids.has(id)))
  const severity = Object.fromEntries(
    Object.entries(project.settings.severity).filter(([id, level]) => ids.has(id) && level !== "off"),
  )
  return { ...project, settings: { ...project.settings, params, severity } }
}

async function rulesOf(project: Project, names: readonly string[]): Promise<readonly CompiledRule[]> {
  const isFile = (name: string) => name.endsWith(".rule") || name.startsWith("cfgsync:")
  const files = names.filter(isFile)
  const ids = names.filter((name) => !isFile(name))
  const known = ids.length === 0 ? [] : await loadRules(project)
  for (const id of ids) {
    if (known.some((rule) => rule.id === id)) continue
    throw new CfgsyncError(
      "usage",
      `there is no rule ${id} that is switched on`,
      "name its file, its pack (cfgsync:NAME), or see `cfgsync rules list`",
    )
  }
  const own = files.length === 0 ? [] : await compileRules(project, files)
  return [...new Map([...known.filter(({ id }) => ids.includes(id)), ...own].map((rule) => [rule.id, rule])).values()]
}

interface Living {
  readonly finding: Finding
  readonly came: Named | null
  readonly repaired: boolean
}

interface Looked {
  readonly living: readonly Living[]
  readonly source: Source | undefined
}

/** What is wrong in each file, from commit to commit. */
class History {
  readonly #run: Run
  readonly #entries: ReadonlyMap<string, GitEntry>
  readonly #files = new Map<string, Looked>()
  readonly #dependencies = new Map<string, Dependencies>()
  readonly #known = new Map<string, { readonly findings: readonly Finding[]; readonly source: Source | undefined }>()
  readonly #ended: Episode[] = []

  constructor(run: Run, entries: ReadonlyMap<string, GitEntry>) {
    this.#run = run
    this.#entries = entries
  }

  async begin(paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const { findings, source } = await this.#check(path)
      this.#files.set(path, { source, living: findings.map((finding) => ({ finding, came: null, repaired: false })) })
    }
  }

  async look(commit: GitCommit, changed: readonly string[]): Promise<void> {
    const touched = commit.changes.map(({ path }) => path)
    const asking = [...this.#dependencies].filter(([, asked]) => touched.some((path) => asksFor(asked, path)))
    const paths = [...new Set([...changed, ...asking.map(([path]) => path)])].sort()
    const before = paths.map((path) => [path, this.#files.get(path) ?? { living: [], source: undefined }] as const)
    const after = new Map<string, Awaited<ReturnType<History["check"]>>>()
    for (const path of paths) after.set(path, await this.#check(path))
    const old = before.flatMap(([, { living }]) => living)
    const { fresh, pairs } = introducedPairs(old, before, after, (file) => !this.#entries.has(file))
    const repaired = await this.#repairs(fresh)
    for (const each of old) if (!pairs.has(each)) this.#end(each, commit)
    const kept = new Map([...pairs].map(([each, finding]) => [finding, each]))
    for (const [path, { findings, source }] of after) {
      const living = findings.map((finding): Living => {
        const earlier = kept.get(finding)
        if (earlier !== undefined) return { ...earlier, finding }
        return { finding, came: nameOf(commit), repaired: repaired.has(finding) }
      })
      this.#files.set(path, { living, source })
    }
  }

  check(path: string) {
    return this.#check(path)
  }

  /** A file that asks for no other is judged by its content alone, and each content once. */
  async #check(path: string): Promise<{ readonly findings: readonly Finding[]; readonly source: Source | undefined }> {
    const entry = this.#entries.get(path)
    if (entry === undefined) {
      this.#dependencies.delete(path)
      return { findings: [], source: undefined }
    }
    const key = `${entry.oid} ${path}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const seen = await checkPaths(this.#run, [path], new Map())
    const dependencies = seen.dependencies.get(path)
    const own = new Set(this.#run.rules.map(({ id }) => id))
    const checked = {
      findings: seen.findings.filter((finding) => finding.file === path && own.has(finding.rule)),
      source: seen.sources.get(path),
    }
    if (dependencies === undefined) {
      this.#known.set(key, checked)
      this.#dependencies.delete(path)
    } else this.#dependencies.set(path, dependencies)
    return checked
  }

  async #repairs(fresh: readonly Finding[]): Promise<ReadonlySet<Finding>> {
    if (fresh.length === 0) return new Set()
    const { plan } = await planRun(this.#run, fresh, new Dependents(this.#dependencies), { unsafe: false })
    return new Set(plan.fixed.map(({ finding }) => finding))
  }

  #end({ finding, came, repaired }: Living, gone: Named | null, last: Named | null = gone): void {
    if (came === null) return
    const days = ((last ?? came).time - came.time) / 86_400
    const { rule, severity, file, message, path } = finding
    this.#ended.push({
      rule,
      severity,
      file,
      path: formatPath(path),
      message,
      came,
      repaired,
      gone: gone === null ? null : nameOf(gone),
      days: Math.max(0, Math.round(days * 10) / 10),
    })
  }

  /** Ends what is still there at the last commit. */
  episodes(last: GitCommit | undefined): readonly Episode[] {
    for (const { living } of this.#files.values()) for (const each of living) this.#end(each, null, last ?? null)
    this.#files.clear()
    return this.#ended.toSorted((a, b) => a.came.time - b.came.time)
  }
}

function nameOf({ oid, author, time, subject }: Named): Named {
  return { oid, author, time, subject }
}

/** Which finding after a commit is which one before it. */
function introducedPairs(
  old: readonly Living[],
  before: readonly (readonly [string, Looked])[],
  after: ReadonlyMap<string, { readonly findings: readonly Finding[]; readonly source: Source | undefined }>,
  gone: (file: string) => boolean,
): { readonly fresh: readonly Finding[]; readonly pairs: ReadonlyMap<Living, Finding> } {
  const sourcesOf = (list: Iterable<readonly [string, { readonly source: Source | undefined }]>) =>
    new Map([...list].flatMap(([path, { source }]) => (source === undefined ? [] : [[path, source] as const])))
  const now = [...after.values()].flatMap(({ findings }) => findings)
  const { fresh, same } = introduced(
    { findings: old.map(({ finding }) => finding), sources: sourcesOf(before) },
    { findings: now, sources: sourcesOf(after) },
    gone,
  )
  const living = new Map(old.map((each) => [each.finding, each]))
  const pairs = new Map<Living, Finding>()
  for (const [later, earlier] of same) {
    const each = living.get(earlier)
    if (each !== undefined) pairs.set(each, later)
  }
  return { fresh, pairs }
}
