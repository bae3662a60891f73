import { CfgsyncError } from "../../model/errors.ts"
import type { Finding } from "../../model/finding.ts"
import type { Happening } from "../../model/monitorEvent.ts"
import type { Deferred } from "../../model/plan.ts"
import type { FixResult } from "../../model/result.ts"
import { encode } from "../../model/source.ts"
import { sha256 } from "../../system/hash.ts"
import { fix } from "../fix.ts"
import type { Recording } from "../record.ts"
import { Breaker, type Trip } from "./breaker.ts"
import type { Ledger } from "./ledger.ts"
import { repairedIdentity, toldFinding } from "./tell.ts"
import type { WarmRun } from "./warmRun.ts"

type Tell = (happening: Happening, identity: readonly unknown[]) => void

export interface RepairsOptions {
  readonly ledger: Ledger
  readonly recording: Recording
  readonly tell: Tell
  /** When somebody last wrote a file, in the clock of `performance`; 0: not lately. */
  readonly stirred: (path: string) => number
  /** Tells this writing of a file from others that wrote the same. */
  readonly written: (path: string) => string
  /** Wake the monitor after so many milliseconds, because a repair will be due. */
  readonly wake: (delay: number) => void
}

/** Somebody who is writing is let finish: milliseconds without a change. */
export const quiet = 40
/** A file that is written all the time is never quiet, or never as it was when its repair is ready; then this is said. */
const restless = 5000
/** Who writes so often writes all the time. */
const often = 500
/** Repaired together: the next look at events waits for them. */
const batch = 50
const firstRetry = 1000
const firstLook = 100
const longestRetry = 60_000

/** Repairs what can be proven, in files that have been quiet for a moment, through `fix`. Leaves alone what was refused, and who fights back. */
export class Repairs {
  readonly #options: RepairsOptions
  readonly #breaker = new Breaker()
  /** Since when a file waits. */
  readonly #due = new Map<string, number>()
  /** Since when a file waited whose repair came too late, because somebody had written it again. */
  readonly #late = new Map<string, number>()
  /** What a file held when its repair was refused. */
  readonly #refused = new Map<string, string>()
  /** What was written, by hash. */
  readonly #own = new Map<string, string>()
  readonly #fought = new Map<string, NodeJS.Timeout>()
  /** When a file that could not be written is tried again. */
  readonly #retries = new Map<string, { readonly at: number; readonly delay: number }>()
  #count = 0

  constructor(options: RepairsOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#count
  }

  get fights(): readonly string[] {
    return this.#breaker.tripped(performance.now())
  }

  /** Whether what a file holds was written by a repair. */
  wrote(path: string, print: string): boolean {
    const own = this.#own.get(path)
    return own !== undefined && print.startsWith(own)
  }

  /** A file holds something that no repair wrote. */
  changed(path: string): void {
    this.#breaker.changed(path)
    this.#own.delete(path)
    this.#refused.delete(path)
  }

  /** A file has something that may be repaired. */
  wish(path: string): void {
    const print = this.#options.ledger.get(path)?.print
    if (print === this.#refused.get(path) || this.#breaker.isTripped(path, performance.now())) return
    if (!this.#due.has(path)) this.#due.set(path, this.#late.get(path) ?? performance.now())
    this.#options.wake(Math.max(0, this.#readyAt(path) - performance.now()))
  }

  /** Whether a repair is still to be made. */
  waits(path: string): boolean {
    return this.#due.has(path)
  }

  forget(path: string): void {
    this.#due.delete(path)
    this.#late.delete(path)
  }

  /** The rules are others: what was refused may be possible now. */
  again(): void {
    this.#refused.clear()
  }

  /** The files whose turn it is. Whoever wrote one just now waits for it; what was wrong at the start can wait. */
  due(now: number): readonly string[] {
    for (const [path, since] of this.#due)
      if (now - since > restless && now - this.#options.stirred(path) < often) this.#giveUp(path, now)
    const waiting = [...this.#due.keys()].map((path) => this.#readyAt(path)).filter((at) => at > now)
    if (waiting.length > 0) this.#options.wake(Math.min(...waiting) - now)
    const { stirred } = this.#options
    return [...this.#due.keys()]
      .filter((path) => this.#readyAt(path) <= now)
      .sort((a, b) => stirred(b) - stirred(a))
      .slice(0, batch)
  }

  #readyAt(path: string): number {
    const stirred = this.#options.stirred(path)
    return Math.max(this.#retries.get(path)?.at ?? 0, stirred === 0 ? 0 : stirred + quiet)
  }

  /** @returns the files that were written. */
  async make(paths: readonly string[], warm: WarmRun): Promise<readonly string[]> {
    const { ledger, recording } = this.#options
    const started = performance.now()
    const before = new Map(paths.map((path) => [path, ledger.get(path)?.print ?? ""]))
    for (const path of paths) {
      this.#late.set(path, this.#due.get(path) ?? started)
      this.#due.delete(path)
    }
    const changes: number[] = []
    try {
      await warm.prepare(paths)
      const result = await fix(warm.project, {
        selected: paths,
        unsafe: false,
        dryRun: false,
        run: warm.run,
        dependencies: ledger,
        recording: { ...recording, made: (change) => changes.push(change) },
      })
      return await this.#conclude(result, before, { started, changes })
    } catch (error) {
      if (!(error instanceof CfgsyncError)) throw error
      this.#failed(paths, error.message, error.hint)
      return []
    }
  }

  async #conclude(
    result: FixResult,
    before: ReadonlyMap<string, string>,
    { started, changes }: { readonly started: number; readonly changes: readonly number[] },
  ): Promise<readonly string[]> {
    const { plan } = result
    for (const { path, after } of plan.files) {
      const hash = sha256(encode(after.text, after.bom))
      this.#own.set(path, hash)
      this.#options.ledger.wrote(path, hash)
    }
    if (plan.files.length > 0) {
      this.#count += plan.fixed.length
      const repairs = plan.fixed.map(({ finding, repair }) => ({
        file: finding.file,
        rule: finding.rule,
        title: repair.title,
      }))
      const files = plan.files.map(({ path }) => path)
      const milliseconds = performance.now() - started
      this.#options.tell({ kind: "repaired", files, repairs, milliseconds, changes }, repairedIdentity(changes))
    }
    for (const { path } of plan.files) this.#watchFights(path, result, before.get(path) ?? "")
    await this.#leave(result, before)
    const written = new Set(plan.files.map(({ path }) => path))
    for (const [path, print] of before) {
      if (written.has(path)) this.#done(path)
      // Nothing was found just then, as where somebody was writing: the monitor looks again, and so does this.
      else if (!this.#due.has(path) && this.#refused.get(path) !== print) this.#later(path, firstLook)
    }
    return plan.files.map(({ path }) => path)
  }

  #done(path: string): void {
    this.#retries.delete(path)
    this.#late.delete(path)
  }

  #watchFights(path: string, { plan }: FixResult, before: string): void {
    const rules = plan.fixed.flatMap(({ finding, repair }) =>
      repair.steps.some(({ file }) => file === path) ? [finding.rule] : [],
    )
    const trip = this.#breaker.repaired(path, rules, before, performance.now())
    if (trip !== undefined) this.#trip(path, trip)
  }

  #trip(path: string, { rules, repairs, milliseconds, until, ...trip }: Trip): void {
    const rest = until - performance.now()
    const end = new Date(Date.now() + rest)
    this.#options.tell(
      {
        kind: "fight",
        file: path,
        rules,
        with: trip.with,
        repairs,
        seconds: milliseconds / 1000,
        until: end.toISOString(),
      },
      [path, end.toISOString()],
    )
    this.forget(path)
    clearTimeout(this.#fought.get(path))
    const timer = setTimeout(() => {
      this.#fought.delete(path)
      this.#options.tell({ kind: "fight-over", file: path }, [path, end.toISOString()])
      if ((this.#options.ledger.get(path)?.findings.length ?? 0) > 0) this.wish(path)
    }, rest)
    timer.unref()
    this.#fought.set(path, timer)
  }

  #giveUp(path: string, now: number): void {
    this.#trip(path, this.#breaker.restless(path, now - (this.#due.get(path) ?? now), now))
  }

  /** What is left, and why: only a person can help, or it is tried again. */
  async #leave({ deferred, sources }: FixResult, before: ReadonlyMap<string, string>): Promise<void> {
    const unwritable = new Map<string, Deferred>()
    for (const each of deferred) {
      const { finding, step, reason } = each
      const print = before.get(finding.file)
      if (print === undefined || finding.repairs.length === 0 || step === "unsafe") continue
      if (step === "fresh") this.wish(finding.file)
      else if (step === "write") unwritable.set(finding.file, each)
      else {
        this.#refused.set(finding.file, print)
        this.#late.delete(finding.file)
        const told = await toldFinding(finding, sources.get(finding.file))
        this.#options.tell({ kind: "unrepaired", finding: told, reason }, [
          told.file,
          told.rule,
          told.pointer,
          print,
          this.#options.written(told.file),
        ])
      }
    }
    const [first] = unwritable.values()
    if (first !== undefined) this.#failed([...unwritable.keys()], first.reason)
  }

  #failed(files: readonly string[], reason: string, hint?: string): void {
    const fresh = files.filter((path) => !this.#retries.has(path))
    for (const path of files) {
      this.#late.delete(path)
      this.#later(path, firstRetry)
    }
    // Said once for as long as it lasts.
    if (fresh.length > 0)
      this.#options.tell({ kind: "repair-failed", files: fresh, reason, ...(hint === undefined ? {} : { hint }) }, [
        fresh,
        reason,
        Date.now(),
      ])
  }

  /** Try again, each time after twice as long. */
  #later(path: string, first: number): void {
    const delay = Math.min((this.#retries.get(path)?.delay ?? first / 2) * 2, longestRetry)
    this.#retries.set(path, { at: performance.now() + delay, delay })
    this.wish(path)
  }

  close(): void {
    for (const timer of this.#fought.values()) clearTimeout(timer)
  }
}

/** Whether `fix` would make it by itself. */
export function isRepairable({ repairs }: Finding): boolean {
  return repairs.some(({ safety }) => safety === "safe")
}
