import type { Format, Limits } from "../model/document.ts"
import { type Finding, type Repair, type RepairStep, severities } from "../model/finding.ts"
import type { Edit } from "../model/operation.ts"
import { formatPath, type Path, startsWith } from "../model/path.ts"
import type { Attempt, Deferred, FilePlan, FileVersion, Plan } from "../model/plan.ts"
import { composeEdits } from "./edits.ts"
import { type Check, type Checked, type Ground, keyOf, type ProvenFile, prove, sameStep } from "./prove.ts"

/** A file as it is now, with the format that words its edits. */
export interface PlannedFile extends FileVersion {
  readonly format: Format
}

/** What a person answers: this one, not this one, all from here on, none from here on. */
export type Answer = "yes" | "no" | "all" | "quit"

export interface RepairRequest {
  /** What is to be repaired, and what is wrong besides. */
  readonly findings: readonly Finding[]
  /** @returns `undefined` for a file that cannot be edited. Asked once for each file. */
  readonly open: (path: string) => PlannedFile | undefined
  /** As {@link Check}; `planned` holds the files that earlier repairs of this plan changed, to be read in the place of what is on disk. */
  readonly check: (
    changed: ReadonlyMap<string, FileVersion>,
    planned: ReadonlyMap<string, FileVersion>,
  ) => ReturnType<Check>
  readonly limits: Limits
  /** Also take repairs that may lose something. */
  readonly unsafe: boolean
  /** Asked before each proven repair, with the files it would change. */
  readonly choose?: (finding: Finding, repair: Repair, files: readonly FilePlan[]) => Promise<Answer>
}

export interface Planned {
  readonly plan: Plan
  readonly deferred: readonly Deferred[]
  /** What is left after the plan. */
  readonly findings: readonly Finding[]
}

/** Repairs that lose to others are tried again this often; what is not settled by then fights. */
const mostPasses = 10

/**
 * The one maker of plans: for each finding the first rung of its ladder that is allowed and proven. Repairs that do not meet are proven
 * together, and one by one only where that fails. Nothing is written.
 */
export async function planRepairs(request: RepairRequest): Promise<Planned> {
  const planner = new Planner(request)
  const files = new Set(request.findings.map((finding) => finding.file))
  do for (const file of files) await planner.repairFile(file)
  while (planner.reconsider())
  return planner.planned()
}

/** A finding on its way: the rungs still to be tried, and what became of those before. */
interface Task {
  readonly finding: Finding
  readonly rungs: readonly Repair[]
  readonly attempts: readonly Attempt[]
}

interface Taken {
  readonly finding: Finding
  readonly repair: Repair
}

class Planner {
  readonly #request: RepairRequest
  readonly #opened = new Map<string, PlannedFile | undefined>()
  readonly #versions = new Map<string, FileVersion>()
  readonly #rounds = new Map<string, (readonly Edit[])[]>()
  readonly #ground: Ground
  #findings: readonly Finding[]
  #deferred: Deferred[] = []
  #fixed: Taken[] = []
  #asking: boolean
  /** How many were fixed when those refused were last reconsidered. */
  #considered = 0
  /** The person asked not to be asked again: nothing more is repaired, in any file. */
  #ended = false

  constructor(request: RepairRequest) {
    this.#request = request
    this.#findings = request.findings
    this.#asking = request.choose !== undefined
    this.#ground = {
      check: (changed) => request.check(changed, this.#versions),
      version: (path) => this.#versions.get(path) ?? this.#open(path),
      format: (path) => this.#open(path)?.format,
      limits: request.limits,
    }
  }

  #open(path: string): PlannedFile | undefined {
    if (!this.#opened.has(path)) this.#opened.set(path, this.#request.open(path))
    return this.#opened.get(path)
  }

  async repairFile(file: string): Promise<void> {
    for (let pass = 0; pass < mostPasses; pass++) {
      const tasks = this.#tasks(file)
      if (tasks.length === 0 || this.#ended) return
      const { batch, ties } = choose(tasks)
      for (const task of ties) this.#defer(task, conflict(task, tasks))
      if (
        (await this.#settle(
          file,
          batch.map(({ finding }) => keyOf(finding)),
        )) === "quit"
      )
        return
    }
    for (const task of this.#tasks(file)) {
      this.#defer(task, {
        step: "conflict",
        reason: `still not settled after ${mostPasses} passes: repairs of this place undo each other`,
      })
    }
  }

  /**
   * What was refused on an earlier text may be right on the one that other repairs made of it.
   * @returns whether anything is to be tried again; ends, because each time there are fewer findings.
   */
  reconsider(): boolean {
    if (this.#fixed.length === this.#considered || this.#ended) return false
    this.#considered = this.#fixed.length
    const kept = this.#deferred.filter(({ step }) => step === "declined" || step === "unsafe" || step === "no-repair")
    const again = kept.length < this.#deferred.length
    this.#deferred = kept
    return again
  }

  /** Findings of the file that have not had their turn, each with its ladder as the text is now. */
  #tasks(file: string): readonly Task[] {
    const settled = new Map(this.#deferred.map((each) => [keyOf(each.finding), each]))
    return this.#findings
      .filter((finding) => finding.file === file && !settled.has(keyOf(finding)))
      .flatMap((finding) => {
        const rungs = finding.repairs.filter(({ safety }) => this.#request.unsafe || safety === "safe")
        if (rungs.length > 0) return [{ finding, rungs, attempts: [] }]
        const unsafe = finding.repairs.length > 0
        this.#defer(
          { finding, rungs, attempts: [] },
          unsafe
            ? { step: "unsafe", reason: "its repair may lose something, so a person must ask for it (--unsafe)" }
            : { step: "no-repair", reason: "there is no repair that follows from the rule" },
        )
        return []
      })
  }

  /** Together if that can be proven, else in halves, so that one bad repair among many costs few proofs. */
  async #settle(file: string, keys: readonly string[]): Promise<"quit" | "done"> {
    // What another repair made go away, or moved, is seen in the next pass.
    const tasks = this.#tasks(file).filter(({ finding }) => keys.includes(keyOf(finding)))
    const [task] = tasks
    if (task === undefined) return "done"
    if (tasks.length === 1) return this.#climb(task)
    const batch = keys.flatMap((key) => tasks.filter(({ finding }) => keyOf(finding) === key)).map(first)
    const proof = this.#asking ? undefined : await prove(batch, this.#ground)
    if (proof?.ok === true) {
      this.#take(batch, proof.files, proof.after, proof.follow)
      return "done"
    }
    const middle = this.#asking ? 1 : Math.ceil(keys.length / 2)
    const ended = await this.#settle(file, keys.slice(0, middle))
    return ended === "quit" ? ended : this.#settle(file, keys.slice(middle))
  }

  async #climb(task: Task): Promise<"quit" | "done"> {
    const attempts: Attempt[] = []
    for (const repair of task.rungs) {
      const proof = await prove([{ finding: task.finding, repair }], this.#ground)
      if (!proof.ok) {
        attempts.push({ repair, step: proof.step, reason: proof.reason })
        continue
      }
      const answer = await this.#ask(task.finding, repair, proof.files)
      if (answer === "yes") {
        this.#take([{ finding: task.finding, repair }], proof.files, proof.after, proof.follow)
        return "done"
      }
      this.#defer({ ...task, attempts }, { step: "declined", reason: "you chose to leave it" })
      this.#ended = answer === "quit"
      return answer === "quit" ? "quit" : "done"
    }
    const last = attempts.at(-1)
    this.#defer(
      { ...task, attempts },
      { step: last?.step ?? "no-repair", reason: last?.reason ?? "there is no repair" },
    )
    return "done"
  }

  async #ask(finding: Finding, repair: Repair, files: readonly ProvenFile[]): Promise<"yes" | "no" | "quit"> {
    if (!this.#asking || this.#request.choose === undefined) return "yes"
    const answer = await this.#request.choose(
      finding,
      repair,
      files.map((file) => this.#filePlan(file.path, this.#ground.version(file.path), file.version, [file.edits])),
    )
    if (answer === "all") this.#asking = false
    return answer === "all" ? "yes" : answer
  }

  #take(
    taken: readonly Taken[],
    files: readonly ProvenFile[],
    after: Checked,
    follow: (finding: Finding) => Finding | undefined,
  ): void {
    for (const { path, version, edits } of files) {
      this.#versions.set(path, version)
      this.#rounds.set(path, [...(this.#rounds.get(path) ?? []), edits])
    }
    const looked = new Set(after.files)
    this.#findings = [...this.#findings.filter(({ file }) => !looked.has(file)), ...after.findings]
    this.#deferred = this.#deferred.flatMap((each) => {
      const finding = follow(each.finding)
      return finding === undefined ? [] : [{ ...each, finding }]
    })
    this.#fixed.push(...taken)
  }

  #defer({ finding, attempts }: Task, why: Pick<Deferred, "step" | "reason">): void {
    this.#deferred.push({ finding, attempts, ...why })
  }

  planned(): Planned {
    const left = new Set(this.#findings.map(keyOf))
    const files = [...this.#versions]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, version]) => this.#filePlan(path, this.#open(path), version, this.#rounds.get(path) ?? []))
    return {
      plan: { files, fixed: this.#fixed },
      deferred: this.#deferred.filter(({ finding }) => left.has(keyOf(finding))),
      findings: this.#findings,
    }
  }

  #filePlan(
    path: string,
    before: FileVersion | undefined,
    after: FileVersion,
    rounds: readonly (readonly Edit[])[],
  ): FilePlan {
    if (after.source === null) throw new Error(`the plan would remove ${path}`)
    const old = before?.source ?? null
    return {
      path,
      before: old,
      after: after.source,
      ...(after.mode === undefined || after.mode === before?.mode ? {} : { mode: after.mode }),
      edits: old === null ? [] : composeEdits(old.text, rounds),
    }
  }
}

function first({ finding, rungs }: Task): Taken {
  const [repair] = rungs
  if (repair === undefined) throw new Error("a task has a rung")
  return { finding, repair }
}

/** Those whose repairs do not meet a stronger one; and those that tie with another that wants something else at the same place. */
function choose(tasks: readonly Task[]): { readonly batch: readonly Task[]; readonly ties: readonly Task[] } {
  const ranked = [...tasks].sort((a, b) => byRank(a.finding, b.finding) || byPlace(a.finding, b.finding))
  const ties = new Set<Task>()
  const batch: Task[] = []
  for (const task of ranked) {
    const met = batch.filter((other) => meet(first(task).repair, first(other).repair))
    if (met.every((other) => sameRepair(first(task).repair, first(other).repair))) {
      batch.push(task)
      continue
    }
    for (const other of met) {
      if (byRank(task.finding, other.finding) === 0 && clash(first(task).repair, first(other).repair))
        ties.add(task).add(other)
    }
  }
  // Later elements of a list first, so that the places of those before them still count.
  return {
    batch: batch.filter((task) => !ties.has(task)).sort((a, b) => byPlace(b.finding, a.finding)),
    ties: [...ties],
  }
}

/** Higher priority, then severity, then the deeper path. */
function byRank(a: Finding, b: Finding): number {
  return (
    b.priority - a.priority ||
    severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
    b.path.length - a.path.length
  )
}

function byPlace(a: Finding, b: Finding): number {
  return a.document - b.document || a.span.start - b.span.start || (a.rule < b.rule ? -1 : a.rule > b.rule ? 1 : 0)
}

function sameRepair(left: Repair, right: Repair): boolean {
  return (
    left.steps.length === right.steps.length &&
    left.steps.every((step, index) => sameStep(step, right.steps[index] ?? step))
  )
}

/** Whether one repair touches a place that the other touches too, above it or below it. */
function meet(left: Repair, right: Repair): boolean {
  return left.steps.some((a) => right.steps.some((b) => stepsMeet(a, b)))
}

/** Whether two repairs want different things of the very same place. */
function clash(left: Repair, right: Repair): boolean {
  return left.steps.some((a) => right.steps.some((b) => stepsMeet(a, b) && !sameStep(a, b) && samePlace(a, b)))
}

function samePlace(a: RepairStep, b: RepairStep): boolean {
  if (!("document" in a) || !("document" in b))
    return "document" in a === "document" in b && a.operation.op === b.operation.op
  return placesOf(a).some((left) =>
    placesOf(b).some((right) => left.length === right.length && startsWith(left, right)),
  )
}

function stepsMeet(a: RepairStep, b: RepairStep): boolean {
  if (a.file !== b.file) return false
  if (!("document" in a) || !("document" in b)) return true
  return (
    a.document === b.document &&
    placesOf(a).some((left) => placesOf(b).some((right) => startsWith(left, right) || startsWith(right, left)))
  )
}

function placesOf(step: Extract<RepairStep, { readonly document: number }>): readonly Path[] {
  const { operation } = step
  if (operation.op === "move") return [operation.from, operation.path]
  if (operation.op === "rename") return [operation.path, [...operation.path.slice(0, -1), operation.to]]
  return [operation.path]
}

function conflict(task: Task, tasks: readonly Task[]): Pick<Deferred, "step" | "reason"> {
  const { finding, repair } = first(task)
  const others = tasks.filter((each) => each.finding !== finding && clash(first(each).repair, repair))
  const names = [...new Set(others.map((each) => each.finding.rule))].join(", ")
  return {
    step: "conflict",
    reason: `another repair wants something else at ${formatPath(finding.path)} with the same right (${names}): give one rule a higher priority`,
  }
}
