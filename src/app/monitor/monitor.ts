import type { Happening, MonitorEvent, MonitorHealth } from "../../model/monitorEvent.ts"
import { SpareMemory } from "../../system/spareMemory.ts"
import type { Project } from "../project.ts"
import type { Recording } from "../record.ts"
import { Agenda, plain } from "./agenda.ts"
import { Coverage } from "./coverage.ts"
import { Drift } from "./drift.ts"
import { Inspector } from "./inspector.ts"
import { Ledger } from "./ledger.ts"
import { Measure } from "./measure.ts"
import { Repairs } from "./repairs.ts"
import { Saves } from "./saves.ts"
import type { Setting } from "./setting.ts"
import { Settling } from "./settling.ts"
import { Survey } from "./survey.ts"
import { eventOf } from "./tell.ts"

export interface MonitorOptions {
  readonly project: Project
  /** Reads the configuration again. @param fresh tells this state of it from others. @throws CfgsyncError when it is invalid */
  readonly reopen: (fresh: string) => Promise<Project>
  /** Repair what can be proven. */
  readonly fix: boolean
  readonly recording: Recording
  /** Hears of everything that happens, in order. */
  readonly tell: (event: MonitorEvent) => void
  /** Hears of a mistake of ours: the monitor is of no use any more. */
  readonly failed: (error: unknown) => void
  /** Milliseconds between scans. */
  readonly every?: number
  /** Look at files in turn and ask the system for no events. */
  readonly poll?: boolean
}

interface Parts {
  readonly agenda: Agenda
  readonly ledger: Ledger
  readonly measure: Measure
}

/** So many files that the memory of the first look at them matters. */
const large = 1000
/** Nobody waits for anything: milliseconds since something was looked at. */
const calm = 5000
/** Milliseconds after which other work gets a turn. */
const slice = 8

/**
 * Watches a project: events are hints, a scan is the truth. A file that may have changed is read, compared by hash and checked at once, with the files
 * whose rules ask for it. One piece of work is done at a time, so that nothing is told of twice or out of order.
 */
export class Monitor {
  readonly #options: MonitorOptions
  readonly #agenda: Agenda
  readonly #ledger: Ledger
  readonly #measure: Measure
  readonly #drift: Drift
  readonly #saves: Saves
  readonly #repairs: Repairs
  readonly #settling: Settling
  readonly #survey: Survey
  readonly #coverage: Coverage
  readonly #inspector: Inspector
  readonly #since = new Date()
  readonly #memory = new SpareMemory()
  /** When something was last looked at, in the clock of `performance`. */
  #busy = 0
  #heartbeat: NodeJS.Timeout | undefined
  #ready = false
  #hasFailed = false

  private constructor(options: MonitorOptions, parts: Parts) {
    const tell = (happening: Happening, identity: readonly unknown[]) => this.#tell(happening, identity)
    const { agenda, ledger, measure } = parts
    const wake = (delay: number) => agenda.wake(delay)
    const { recording, every, poll } = options
    this.#options = options
    this.#agenda = agenda
    this.#ledger = ledger
    this.#measure = measure
    this.#drift = new Drift(tell)
    this.#saves = new Saves(this.#drift, wake)
    const written = (path: string) => this.setting.look(path).written
    const stirred = (path: string) => this.#saves.stirred(path) ?? 0
    this.#repairs = new Repairs({ ledger, recording, tell, stirred, written, wake })
    const isQuiet = (path: string, now: number) => this.#saves.isQuiet(path, now) && !this.#repairs.waits(path)
    this.#settling = new Settling({ recording, tell, isQuiet, written, wake })
    this.#survey = new Survey({ agenda, ledger, measure, tell })
    this.#coverage = new Coverage({
      root: options.project.root,
      ground: () => this.setting.ground(ledger),
      hint: (path, entry) => this.#hint(path, entry),
      scanned: (scanned, why) =>
        this.#survey.take(scanned, why, { ready: this.#ready, listens: this.#coverage.degraded === null }),
      degraded: (reason, hint) => this.#degraded(reason, hint),
      ...(every === undefined ? {} : { every }),
      ...(poll === undefined ? {} : { poll }),
    })
    this.#inspector = new Inspector({
      ...parts,
      drift: this.#drift,
      saves: this.#saves,
      repairs: this.#repairs,
      settling: this.#settling,
      survey: this.#survey,
      fix: options.fix,
      isReady: () => this.#ready,
      scanSoon: () => this.#coverage.soon("link", 20),
    })
  }

  /** @throws CfgsyncError when the configuration or a rule is wrong */
  static async open(options: MonitorOptions): Promise<Monitor> {
    const { project, reopen, failed } = options
    const ledger = new Ledger()
    const agenda: Agenda = new Agenda({
      work: () => monitor.#work(),
      failed: (error) => {
        monitor.#hasFailed = true
        failed(error)
      },
    })
    const measure = await Measure.open(project, {
      ledger,
      reopen,
      due: (paths) => monitor.#look(paths),
      tell: (happening, identity) => monitor.#tell(happening, identity),
      wake: (delay) => agenda.wake(delay),
      judge: (paths) => {
        agenda.addAll(paths, "configuration")
        monitor.#settling.judge(paths)
      },
      renewed: () => monitor.#renewed(),
    })
    const monitor: Monitor = new Monitor(options, { agenda, ledger, measure })
    return monitor
  }

  /** Checks everything once, then watches. */
  async begin(): Promise<void> {
    await this.#coverage.start()
    await this.idle()
    if (this.#agenda.isClosed || this.#hasFailed) return
    // To look at everything once takes twice the memory that is needed afterwards.
    if (this.#ledger.size >= large) this.#memory.giveBack()
    this.#ready = true
    const { root } = this.setting.project
    this.#tell({ kind: "started", root, pid: process.pid, files: this.#ledger.size }, [
      process.pid,
      this.#since.getTime(),
    ])
    this.#heartbeat = setInterval(() => this.#beat(), 60_000)
  }

  async stop(reason: string): Promise<void> {
    if (this.#agenda.isClosed) return
    clearInterval(this.#heartbeat)
    const over = this.#agenda.close()
    this.setting.intervals.close()
    this.#repairs.close()
    await this.#coverage.close()
    await over
    this.#tell({ kind: "stopped", root: this.setting.project.root, reason }, [process.pid, this.#since.getTime()])
  }

  /** When nothing is left to look at for now. */
  idle(): Promise<void> {
    return this.#agenda.idle()
  }

  health(): MonitorHealth {
    return {
      root: this.setting.project.root,
      pid: process.pid,
      since: this.#since.toISOString(),
      files: this.#ledger.size,
      ...this.#drift.counts(),
      repairs: this.#repairs.count,
      pending: this.#settling.pending.length,
      fights: this.#repairs.fights.length,
      degraded: this.#coverage.degraded,
      configuration: this.#measure.invalid,
      beginning: this.#ready ? null : this.#beginning(),
    }
  }

  #beginning(): NonNullable<MonitorHealth["beginning"]> {
    // A file that is named and missing is looked at too.
    const looked = this.#ledger.size
    return { looked, of: this.#survey.listed === 0 ? 0 : Math.max(looked, this.#survey.listed) }
  }

  /** Whether everything was looked at once. */
  get isReady(): boolean {
    return this.#ready
  }

  get ledger(): Ledger {
    return this.#ledger
  }

  get setting(): Setting {
    return this.#measure.setting
  }

  /**
   * Makes sure that what is known is what is on the disk. @param paths only of these, and of what they depend on
   * @returns whether the configuration that this is held against is the present one
   */
  async refresh(paths: readonly string[] | undefined): Promise<boolean> {
    const asked = this.#ledger.dependencies()
    const others = (paths ?? []).flatMap((path) => [...(asked.get(path)?.files ?? [])])
    const listing = paths === undefined || paths.some((path) => (asked.get(path)?.globs.size ?? 0) > 0)
    if (listing) await this.#coverage.scan("asked")
    this.#look([...(paths ?? this.setting.intervals.waiting()), ...others])
    await this.idle()
    return this.isCurrent
  }

  /** Whether the configuration that files are held against here is what another process would read now. */
  get isCurrent(): boolean {
    const { foundation } = this.setting
    return (
      this.#ready &&
      this.#measure.invalid === null &&
      foundation.changed().length === 0 &&
      foundation.moody === undefined
    )
  }

  /** Everything that is wrong now. */
  get findings(): ReturnType<Drift["findings"]> {
    return this.#drift.findings()
  }

  #tell(happening: Happening, identity: readonly unknown[]): void {
    this.#options.tell(eventOf(happening, identity, new Date()))
  }

  #beat(): void {
    const minute = Math.floor(Date.now() / 60_000)
    this.#tell({ kind: "heartbeat", health: this.health() }, [process.pid, this.#since.getTime(), minute])
    if (performance.now() - this.#busy > calm && this.#memory.isMuch) this.#memory.giveBack()
  }

  #degraded(reason: string | null, hint: string | undefined): void {
    const now = Date.now()
    if (reason === null) this.#tell({ kind: "recovered", reason: "the system tells of changes again" }, [now])
    else this.#tell({ kind: "degraded", reason, ...(hint === undefined ? {} : { hint }) }, [reason, now])
  }

  #hint(path: string, entry: boolean): void {
    const { intervals, manages, isFolder } = this.setting
    this.#measure.hint(path)
    const link = this.#survey.linkTo(path)
    if (link !== undefined) this.#hint(link, false)
    if (manages(path) || this.#ledger.get(path) !== undefined) {
      this.#saves.stir(path)
      if (!intervals.holds(path)) this.#agenda.add(path, plain)
    } else if (this.#inspector.isAskedFor(path)) this.#agenda.add(path, plain)
    else if (entry && (this.#ledger.hasFolder(path) || this.#coverage.leadsToAsked(path) || isFolder(path)))
      this.#coverage.soon("folder", 20)
  }

  #look(paths: readonly string[]): void {
    for (const path of paths) this.#agenda.add(path, plain)
  }

  #renewed(): void {
    this.#repairs.again()
    void this.#coverage.renew()
  }

  /** All that is to be done now. */
  async #work(): Promise<void> {
    let turn = performance.now()
    while (!this.#agenda.isClosed) {
      const next = this.#agenda.take()
      if (next !== undefined) {
        this.#busy = performance.now()
        await this.#inspector.lookAt(...next)
      } else if (!(await this.#measure.renew()) && !(await this.#repair()) && !(await this.#settle())) {
        const due = this.#saves.due()
        this.#look(due)
        if (due.length === 0) break
      }
      if (performance.now() - turn < slice) continue
      await new Promise((resolve) => setImmediate(resolve))
      this.#memory.limitNewSpace()
      turn = performance.now()
    }
    this.#saves.forget()
    this.#coverage.alsoWatch(this.#ledger.takeNewlyAsked())
  }

  async #repair(): Promise<boolean> {
    if (!this.#options.fix || !this.#ready) return false
    const paths = this.#repairs.due(performance.now())
    if (paths.length === 0) return false
    this.#look(await this.#repairs.make(paths, this.setting.warm))
    return true
  }

  /** What is changed and not repaired is accepted, held back or left to a person, as its policy says. */
  async #settle(): Promise<boolean> {
    if (!this.#options.fix || !this.#ready) return false
    return this.#settling.make(this.setting)
  }
}
