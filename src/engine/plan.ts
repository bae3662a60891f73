import type { Format, Limits } from "../model/document.ts"
import type { Finding, Repair } from "../model/finding.ts"
import type { Edit } from "../model/operation.ts"
import { formatPath, startsWith } from "../model/path.ts"
import type { Attempt, Deferred, FilePlan, FileVersion, Plan } from "../model/plan.ts"
import { choose, placesOf, repairKey, type Wish } from "./choose.ts"
import { composeEdits } from "./edits.ts"
import { type Check, type Checked, type Ground, keyOf, type Proof, type ProvenFile, prove } from "./prove.ts"

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
  /**
   * Of what a check finds after a repair, what is to be repaired too; absent: all of it. What was not asked for (another rule, another file, an
   * accepted finding) is left alone, but still must not break.
   */
  readonly wanted?: (checked: Checked, version: (path: string) => FileVersion | undefined) => readonly Finding[]
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
  do
    do for (const file of files) await planner.repairFile(file)
    while (planner.reconsider())
  while (planner.takeUnsafe())
  return planner.planned()
}

/** In a batch of more than this, none is looked at again for whether it was needed. */
const mostDropped = 16

/** A finding on its way, with the rungs that may be taken; `repair` is the first. */
interface Task extends Wish {
  readonly rungs: readonly Repair[]
}

type Proven = Extract<Proof, { readonly ok: true }>
type Why = Pick<Deferred, "step" | "reason">

class Planner {
  readonly #request: RepairRequest
  readonly #opened = new Map<string, PlannedFile | undefined>()
  readonly #versions = new Map<string, FileVersion>()
  readonly #rounds = new Map<string, (readonly Edit[])[]>()
  readonly #ground: Ground
  #findings: readonly Finding[]
  /** The findings by key, of one file; made anew when they change. */
  #byKey: { readonly file: string; readonly findings: ReadonlyMap<string, Finding> } | undefined
  #deferred: Deferred[] = []
  /** Keys of the findings that were deferred. */
  #settled = new Set<string>()
  #fixed: Wish[] = []
  #asking: boolean
  /** What loses nothing goes first: often nothing is left then that would have to go. */
  #unsafe = false
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
      for (const [task, rules] of ties) this.#defer(task.finding, conflict(task, rules))
      if (
        (await this.#settle(
          file,
          batch.map(({ finding }) => keyOf(finding)),
        )) === "quit"
      )
        return
    }
    for (const { finding } of this.#tasks(file)) {
      this.#defer(finding, {
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
    this.#setDeferred(kept)
    return again
  }

  /** @returns whether repairs that may lose something are to be tried on what is left by those that lose nothing. */
  takeUnsafe(): boolean {
    if (this.#unsafe || !this.#request.unsafe || this.#ended) return false
    this.#unsafe = true
    this.#setDeferred(this.#deferred.filter(({ step }) => step === "declined"))
    return true
  }

  /** Findings of the file that have not had their turn, each with its ladder as the text is now. */
  #tasks(file: string): readonly Task[] {
    return this.#findings.flatMap((finding) => {
      if (finding.file !== file || this.#settled.has(keyOf(finding))) return []
      const task = this.#taskOf(finding)
      if (task !== undefined) return [task]
      this.#defer(
        finding,
        finding.repairs.length > 0
          ? {
              step: "unsafe",
              reason: `${finding.hindrance ?? "its repair may lose something"}, so a person must ask for it (--unsafe)`,
            }
          : {
              step: "no-repair",
              reason: finding.hindrance ?? "no repair is possible here; `cfgsync explain` says why",
            },
      )
      return []
    })
  }

  #taskOf(finding: Finding): Task | undefined {
    // The ways to mend a text are alternatives, offered together.
    const unsafe = this.#unsafe || (this.#request.unsafe && finding.kind === "syntax")
    const rungs = finding.repairs.filter(({ safety }) => unsafe || safety === "safe")
    const [repair] = rungs
    return repair && { finding, repair, rungs }
  }

  /** What another repair made go away, or moved, is seen in the next pass. */
  #stillThere(file: string, keys: readonly string[]): readonly Task[] {
    if (this.#byKey?.file !== file) {
      const findings = this.#findings.filter((finding) => finding.file === file)
      this.#byKey = { file, findings: new Map(findings.map((finding) => [keyOf(finding), finding])) }
    }
    const { findings } = this.#byKey
    return keys.flatMap((key) => {
      const finding = this.#settled.has(key) ? undefined : findings.get(key)
      return (finding && this.#taskOf(finding)) ?? []
    })
  }

  /** Together if that can be proven, else without those at fault, or in halves, so that a bad repair among many costs few proofs. */
  async #settle(file: string, keys: readonly string[]): Promise<"quit" | "done"> {
    const tasks = this.#stillThere(file, keys)
    const [task] = tasks
    if (task === undefined) return "done"
    if (tasks.length === 1) return this.#climb(task)
    const parts = this.#asking ? keys.map((key) => [key]) : await this.#settleTogether(tasks)
    for (const part of parts) if ((await this.#settle(file, part)) === "quit") return "quit"
    return "done"
  }

  /** @returns the parts to be settled one after the other where all together could not be proven. */
  async #settleTogether(tasks: readonly Task[]): Promise<readonly (readonly string[])[]> {
    const proof = await prove(tasks, this.#ground)
    if (proof.ok) {
      this.#take(...(await this.#needed(tasks, proof)))
      return []
    }
    const keys = tasks.map(({ finding }) => keyOf(finding))
    const culprits = new Set(proof.culprits.map(keyOf))
    const others = keys.filter((key) => !culprits.has(key))
    if (others.length < keys.length) return [others, ...[...culprits].map((key) => [key])]
    const middle = Math.ceil(keys.length / 2)
    return [keys.slice(0, middle), keys.slice(middle)]
  }

  /** Without the repairs whose finding another repair of the batch makes go away: they would change what is right by then. */
  async #needed(batch: readonly Task[], proof: Proven): Promise<readonly [readonly Wish[], Proven]> {
    let [needed, proven] = [batch, proof]
    for (const task of batch.length > mostDropped ? [] : batch) {
      const others = needed.filter((each) => each !== task)
      if (!others.some(({ repair }) => concerns(repair, task))) continue
      const without = await prove(others, this.#ground)
      if (!without.ok) continue
      const now = without.follow(task.finding)
      const left = new Set(without.after.findings.map(keyOf))
      if (now === undefined || !left.has(keyOf(now))) [needed, proven] = [others, without]
    }
    return [needed, proven]
  }

  async #climb(task: Task): Promise<"quit" | "done"> {
    const { finding } = task
    const attempts: Attempt[] = []
    for (const [index, repair] of task.rungs.entries()) {
      const proof = await prove([{ finding, repair }], this.#ground)
      if (!proof.ok) {
        attempts.push({ repair, step: proof.step, reason: proof.reason })
        continue
      }
      const answer = await this.#ask(finding, repair, proof.files)
      if (answer === "yes") {
        this.#take([{ finding, repair }], proof)
        return "done"
      }
      // The ways to mend a text are alternatives: who does not want this one may want the next.
      if (answer === "no" && finding.kind === "syntax" && index < task.rungs.length - 1) continue
      this.#defer(finding, { step: "declined", reason: "you chose to leave it" }, attempts)
      this.#ended = answer === "quit"
      return answer === "quit" ? "quit" : "done"
    }
    const last = attempts.at(-1)
    this.#defer(finding, { step: last?.step ?? "no-repair", reason: last?.reason ?? "there is no repair" }, attempts)
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

  #take(taken: readonly Wish[], { files, after, follow }: Proven): void {
    for (const { path, version, edits } of files) {
      this.#versions.set(path, version)
      this.#rounds.set(path, [...(this.#rounds.get(path) ?? []), edits])
    }
    const looked = new Set(after.files)
    const wanted = this.#request.wanted?.(after, this.#ground.version) ?? after.findings
    this.#findings = [...this.#findings.filter(({ file }) => !looked.has(file)), ...wanted]
    this.#byKey = undefined
    this.#setDeferred(
      this.#deferred.flatMap((each) => {
        const finding = follow(each.finding)
        return finding === undefined ? [] : [{ ...each, finding }]
      }),
    )
    this.#fixed.push(...taken.map(({ finding, repair }) => ({ finding, repair })))
  }

  #defer(finding: Finding, why: Why, attempts: readonly Attempt[] = []): void {
    this.#deferred.push({ finding, attempts, ...why })
    this.#settled.add(keyOf(finding))
  }

  #setDeferred(deferred: Deferred[]): void {
    this.#deferred = deferred
    this.#settled = new Set(deferred.map(({ finding }) => keyOf(finding)))
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

/** Whether a repair touches the place of a finding, what is above it or what is below it, other than by the finding's own repair. */
function concerns(repair: Repair, { finding, repair: own }: Wish): boolean {
  if (repairKey(repair) === repairKey(own)) return false
  return repair.steps.some(
    (step) =>
      step.file === finding.file &&
      (!("document" in step) ||
        (step.document === finding.document &&
          placesOf(step).some((path) => startsWith(path, finding.path) || startsWith(finding.path, path)))),
  )
}

function conflict({ finding }: Wish, rules: readonly string[]): Why {
  return {
    step: "conflict",
    reason: `another repair wants something else at ${formatPath(finding.path)} with the same right (${rules.join(", ")}): give one rule a higher priority`,
  }
}
