import { CfgsyncError } from "../../model/errors.ts"
import type { Finding } from "../../model/finding.ts"
import type { Happening, MonitorEvent, MonitorHealth } from "../../model/monitorEvent.ts"
import type { Source } from "../../model/source.ts"
import { sha256 } from "../../system/hash.ts"
import type { Scanned } from "../../system/scan.ts"
import { leaveOutAccepted } from "../accepted.ts"
import type { Project } from "../project.ts"
import type { Recording } from "../record.ts"
import { Coverage } from "./coverage.ts"
import { Drift } from "./drift.ts"
import { type Known, Ledger } from "./ledger.ts"
import { isRepairable, quiet, Repairs } from "./repairs.ts"
import { type Seen, Setting } from "./setting.ts"
import { Settling } from "./settling.ts"
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

interface Job {
  /** Check although the file is as it was: what it depends on is not. */
  readonly force: boolean
  /** Whether a scan found it under this name; `null`: no scan has told. */
  readonly listed: boolean | null
  readonly by: "edit" | "configuration"
  /** A scan told of it. */
  readonly scanned: boolean
}

const plain: Job = { force: false, listed: null, by: "edit", scanned: false }
/** A file that is written again and again is told of in the state that it is in then. */
const longestHold = 2000
/** Milliseconds after which other work gets a turn. */
const slice = 8

/**
 * Watches a project: events are hints, a scan is the truth. A file that may have changed is read, compared by hash and checked at once, with the files
 * whose rules ask for it. One piece of work is done at a time, so that nothing is told of twice or out of order.
 */
export class Monitor {
  readonly #options: MonitorOptions
  readonly #ledger = new Ledger()
  readonly #drift: Drift
  readonly #repairs: Repairs
  readonly #settling: Settling
  readonly #coverage: Coverage
  #setting: Setting
  readonly #since = new Date()
  readonly #jobs = new Map<string, Job>()
  readonly #stirred = new Map<string, number>()
  readonly #held = new Map<string, number>()
  /** Files that are not managed, but that rules ask for. */
  readonly #others = new Map<string, string>()
  readonly #answers = new Map<string, boolean>()
  /** Links by the file that they lead to. */
  #links: ReadonlyMap<string, string> = new Map()
  #working: Promise<void> | undefined
  #alarm: NodeJS.Timeout | undefined
  #alarmAt = Number.POSITIVE_INFINITY
  #heartbeat: NodeJS.Timeout | undefined
  #invalid: string | null = null
  #tried = ""
  #reload = false
  #storeChanged = false
  #caught = 0
  #day = today()
  #ready = false
  #closed = false

  private constructor(options: MonitorOptions, setting: Setting) {
    this.#options = options
    this.#setting = setting
    const tell = (happening: Happening, identity: readonly unknown[]) => this.#tell(happening, identity)
    this.#drift = new Drift(tell)
    this.#repairs = new Repairs({
      ledger: this.#ledger,
      recording: options.recording,
      tell,
      stirred: (path) => this.#stirred.get(path) ?? 0,
      wake: (delay) => this.#wake(delay),
    })
    this.#settling = new Settling({
      recording: options.recording,
      tell,
      isQuiet: (path, now) => (this.#stirred.get(path) ?? 0) + quiet <= now && !this.#repairs.waits(path),
      wake: (delay) => this.#wake(delay),
    })
    this.#coverage = new Coverage({
      root: setting.project.root,
      ground: () => this.#setting.ground(this.#ledger),
      hint: (path, entry) => this.#hint(path, entry),
      scanned: (scanned, why) => this.#scanned(scanned, why),
      degraded: (reason, hint) => this.#degraded(reason, hint),
      ...(options.every === undefined ? {} : { every: options.every }),
      ...(options.poll === undefined ? {} : { poll: options.poll }),
    })
  }

  /** Checks everything once, then watches. @throws CfgsyncError when the configuration or a rule is wrong */
  static async start(options: MonitorOptions): Promise<Monitor> {
    const due = (paths: readonly string[]) => monitor.#due(paths)
    const monitor: Monitor = new Monitor(options, await Setting.open(options.project, due))
    await monitor.#coverage.start()
    await monitor.idle()
    monitor.#ready = true
    const { root } = options.project
    monitor.#tell({ kind: "started", root, pid: process.pid, files: monitor.#ledger.size }, [
      process.pid,
      monitor.#since.getTime(),
    ])
    monitor.#heartbeat = setInterval(() => monitor.#beat(), 60_000)
    return monitor
  }

  async stop(reason: string): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    clearInterval(this.#heartbeat)
    clearTimeout(this.#alarm)
    this.#jobs.clear()
    this.#setting.intervals.close()
    this.#repairs.close()
    await this.#coverage.close()
    await this.#working
    this.#tell({ kind: "stopped", reason }, [process.pid, this.#since.getTime()])
  }

  /** When nothing is left to look at for now. */
  async idle(): Promise<void> {
    while (this.#working !== undefined) await this.#working
  }

  health(): MonitorHealth {
    return {
      root: this.#setting.project.root,
      pid: process.pid,
      since: this.#since.toISOString(),
      files: this.#ledger.size,
      ...this.#drift.counts(),
      repairs: this.#repairs.count,
      pending: this.#settling.pending.length,
      fights: this.#repairs.fights.length,
      degraded: this.#coverage.degraded,
      configuration: this.#invalid,
    }
  }

  get ledger(): Ledger {
    return this.#ledger
  }

  get setting(): Setting {
    return this.#setting
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
    for (const path of [...(paths ?? this.#setting.intervals.waiting()), ...others]) this.#enqueue(path, plain)
    await this.idle()
    return this.#ready && this.#invalid === null && this.#setting.foundation.changed().length === 0
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
  }

  #degraded(reason: string | null, hint: string | undefined): void {
    const now = Date.now()
    if (reason === null) this.#tell({ kind: "recovered", reason: "the system tells of changes again" }, [now])
    else this.#tell({ kind: "degraded", reason, ...(hint === undefined ? {} : { hint }) }, [reason, now])
  }

  #hint(path: string, entry: boolean): void {
    const { foundation, intervals, manages, store } = this.#setting
    if (foundation.concerns(path)) this.#mayReload()
    if (path === store) this.#mayRenew()
    const link = this.#links.get(path)
    if (link !== undefined) this.#hint(link, false)
    if (manages(path) || this.#ledger.get(path) !== undefined) {
      this.#stirred.set(path, performance.now())
      if (!intervals.holds(path)) this.#enqueue(path, plain)
    } else if (this.#others.has(path) || this.#ledger.dependentsOf(path).length > 0) this.#enqueue(path, plain)
    else if (entry && (this.#ledger.hasFolder(path) || this.#isFolder(path))) this.#coverage.soon("folder", 20)
  }

  #isFolder(path: string): boolean {
    try {
      return this.#setting.project.system.stat(path === "" ? "." : path)?.kind === "directory"
    } catch (error) {
      if (error instanceof CfgsyncError) return false
      throw error
    }
  }

  #due(paths: readonly string[]): void {
    for (const path of paths) this.#enqueue(path, plain)
  }

  #scanned({ changed, list, links }: Scanned, why: string): void {
    this.#links = new Map(links.map(([path, real]) => [real, path]))
    const { foundation, intervals, store } = this.#setting
    for (const path of changed) {
      if (foundation.concerns(path)) this.#mayReload()
      if (path === store) this.#mayRenew()
      else if (!this.#ready || !intervals.holds(path)) this.#enqueue(path, { ...plain, scanned: true })
    }
    if (list !== undefined) this.#compareList(list)
    for (const [question, paths] of this.#ledger.questions()) {
      if (!question.startsWith("command ")) continue
      const answer = this.#setting.project.system.onPath(question.slice(8))
      if (this.#answers.has(question) && this.#answers.get(question) !== answer) this.#enqueueAll(paths, "edit")
      this.#answers.set(question, answer)
    }
    if (this.#day !== today()) {
      this.#day = today()
      this.#enqueueAll(this.#ledger.paths(), "configuration")
    }
    if (this.#ready && this.#coverage.degraded === null) void this.#countCaught(why)
    else this.#caught = 0
  }

  /** A file that bears several names is known by one of them, and which one it is changes with the others. */
  #compareList(list: readonly string[]): void {
    const listed = new Set(list)
    for (const path of list) if (this.#ledger.get(path) === undefined) this.#enqueue(path, { ...plain, listed: true })
    for (const path of this.#ledger.paths())
      if (!listed.has(path) && !this.#setting.stays(path)) this.#enqueue(path, { ...plain, listed: false })
  }

  /** What the scan found that nobody had told of. */
  async #countCaught(why: string): Promise<void> {
    await this.idle()
    const files = this.#caught
    this.#caught = 0
    if (files > 0) this.#tell({ kind: "caught-up", files, reason: why }, [why, Date.now()])
  }

  #mayRenew(): void {
    this.#storeChanged = true
    this.#wake(quiet)
  }

  async #renewGood(): Promise<void> {
    this.#storeChanged = false
    const changed = await this.#setting.renewGood()
    const asking = this.#ledger.questions().get("last good") ?? []
    const drifted = [...this.#ledger.entries()].flatMap(([path, { findings }]) =>
      findings.some(({ kind }) => kind === "drift") ? [path] : [],
    )
    this.#enqueueAll([...changed, ...asking, ...drifted], "configuration")
  }

  #enqueueAll(paths: Iterable<string>, by: Job["by"]): void {
    for (const path of paths) this.#enqueue(path, { ...plain, force: true, by })
  }

  #enqueue(path: string, job: Job): void {
    if (this.#closed) return
    const known = this.#jobs.get(path)
    const { force, listed } = known ?? plain
    this.#jobs.set(path, { ...job, force: job.force || force, listed: job.listed ?? listed })
    this.#wake(0)
  }

  #mayReload(): void {
    this.#reload = true
    this.#wake(quiet)
  }

  #wake(delay: number): void {
    if (this.#closed) return
    if (delay <= 0) {
      this.#working ??= this.#work()
        .catch((error: unknown) => {
          this.#jobs.clear()
          this.#options.failed(error)
        })
        .finally(() => {
          this.#working = undefined
          if (this.#jobs.size > 0) this.#wake(0)
        })
      return
    }
    const at = performance.now() + delay
    if (at >= this.#alarmAt) return
    this.#alarmAt = at
    clearTimeout(this.#alarm)
    this.#alarm = setTimeout(() => {
      this.#alarmAt = Number.POSITIVE_INFINITY
      this.#wake(0)
    }, Math.ceil(delay))
  }

  /** All that is to be done now. */
  async #work(): Promise<void> {
    let turn = performance.now()
    for (;;) {
      if (this.#closed) return
      const next = this.#jobs.entries().next()
      if (!next.done) {
        const [path, job] = next.value
        this.#jobs.delete(path)
        await this.#look(path, job)
      } else if (this.#reload) await this.#reloadNow()
      else if (this.#storeChanged) await this.#renewGood()
      else if (!(await this.#repair()) && !(await this.#settle()) && !this.#releaseHeld()) break
      if (performance.now() - turn < slice) continue
      await new Promise((resolve) => setImmediate(resolve))
      turn = performance.now()
    }
    this.#forgetStirred()
  }

  async #look(path: string, job: Job): Promise<void> {
    const setting = this.#setting
    const seen = setting.look(path)
    const known = this.#ledger.get(path)
    const isMeant = seen.isFile && setting.manages(path)
    // A link may be left out for the file that it leads to: only a scan knows.
    const isAlias =
      isMeant && job.listed !== true && (job.listed === false || known === undefined) && !setting.isOwnName(path)
    if (isAlias && job.listed === null) this.#coverage.soon("link", 20)
    const isKept = setting.stays(path) || (isMeant && !isAlias)
    const before = isKept ? known?.print : (known?.print ?? this.#others.get(path))
    this.#enqueueAll(this.#ledger.staleDependentsOf(path, seen.content), "edit")
    if (seen.print !== before) this.#changed(path, seen, job, before !== undefined)
    else if (!job.force && !this.#held.has(path) && isKept === (known !== undefined)) return
    if (!isKept) {
      this.#ledger.delete(path)
      this.#noteOther(path, seen)
    } else if (seen.print !== known?.print || job.force) {
      const checked = await this.#checked(path, seen)
      if (checked !== undefined) this.#ledger.set(path, seen.print, checked)
    }
    await this.#report(path, seen, known, job)
  }

  #noteOther(path: string, seen: Seen): void {
    if (this.#ledger.dependentsOf(path).length > 0) this.#others.set(path, seen.print)
    else this.#others.delete(path)
  }

  #changed(path: string, seen: Seen, job: Job, wasKnown: boolean): void {
    if (!this.#repairs.wrote(path, seen.print)) this.#repairs.changed(path)
    if (this.#options.fix && this.#setting.isSettled(path)) this.#settling.wish(path)
    if (job.scanned && wasKnown && this.#ready && !this.#stirred.has(path)) this.#caught++
  }

  /** A schema that a new kind of file asks for may be wrong: then the configuration is, and the last good state stays. */
  async #checked(path: string, seen: Seen) {
    try {
      return await this.#setting.warm.check(path, seen.bytes)
    } catch (error) {
      if (!(error instanceof CfgsyncError)) throw error
      this.#becameInvalid(error)
      return undefined
    }
  }

  async #report(path: string, seen: Seen, before: Known | undefined, job: Job): Promise<void> {
    const known = this.#ledger.get(path)
    const sources = this.#sourcesOf(path, known)
    const { findings } = await leaveOutAccepted(this.#setting.project, known?.findings ?? [], sources)
    if (this.#mustHold(path, seen, findings, before)) return
    this.#held.delete(path)
    const by = job.by === "configuration" ? job.by : this.#repairs.wrote(path, seen.print) ? "repair" : "edit"
    await this.#drift.report(path, findings, sources, { by, written: seen.written })
    if (this.#options.fix && findings.some(isRepairable)) this.#repairs.wish(path)
    else this.#repairs.forget(path)
  }

  /** A rule may find something in another file than its own. */
  #sourcesOf(path: string, known: Known | undefined): ReadonlyMap<string, Source> {
    const own = known?.source
    const sources = new Map(own === undefined ? [] : [[path, own]])
    const others = (known?.findings ?? []).filter(({ file }) => file !== path)
    if (others.length === 0) return sources
    const view = this.#setting.warm.run.files(new Map())
    for (const { file } of others) {
      const state = view.state(file, true)
      if (state.kind === "text") sources.set(file, state.source)
    }
    return sources
  }

  /** What may be the middle of a save is told of only when it lasts: a text that does not parse, an empty file, one that is gone or new. */
  #mustHold(path: string, { bytes }: Seen, findings: readonly Finding[], before: Known | undefined): boolean {
    const stirred = this.#stirred.get(path)
    if (stirred === undefined) return false
    const now = performance.now()
    const since = this.#held.get(path) ?? now
    if (stirred + quiet <= now || since + longestHold <= now) return false
    const isNew = before === undefined && !this.#drift.has(path)
    const isBroken = findings.some(({ kind }) => kind === "syntax") || bytes === undefined || isBlank(bytes)
    if (!(isBroken || isNew) && !this.#held.has(path)) return false
    if (!this.#drift.isNew(path, findings) && !this.#drift.has(path)) return false
    this.#held.set(path, since)
    this.#wake(stirred + quiet - now)
    return true
  }

  /** @returns whether some have waited long enough. */
  #releaseHeld(): boolean {
    const now = performance.now()
    let released = false
    for (const [path, since] of this.#held) {
      const ready = Math.min((this.#stirred.get(path) ?? 0) + quiet, since + longestHold)
      if (ready <= now) {
        this.#jobs.set(path, plain)
        released = true
      } else this.#wake(ready - now)
    }
    return released
  }

  async #repair(): Promise<boolean> {
    if (!this.#options.fix || !this.#ready) return false
    const paths = this.#repairs.due(performance.now())
    if (paths.length === 0) return false
    const written = await this.#repairs.make(paths, this.#setting.warm)
    for (const path of written) this.#enqueue(path, plain)
    return true
  }

  /** What is changed and not repaired is accepted, held back or left to a person, as its policy says. */
  async #settle(): Promise<boolean> {
    if (!this.#options.fix || !this.#ready) return false
    return this.#settling.make(this.#setting)
  }

  /** Only of what is held or waits for a repair does it matter when it was written. */
  #forgetStirred(): void {
    const now = performance.now()
    for (const [path, at] of this.#stirred)
      if (now - at > longestHold && !this.#held.has(path)) this.#stirred.delete(path)
  }

  async #reloadNow(): Promise<void> {
    this.#reload = false
    const setting = this.#setting
    const changed = setting.foundation.changed()
    const state = sha256(Buffer.from(JSON.stringify(changed)))
    if (changed.length === 0 && this.#invalid === null) return
    if (state === this.#tried) return
    this.#tried = state
    const names = changed.map(([path]) => path)
    try {
      const project = await this.#options.reopen(state)
      const next = await Setting.open(project, (paths) => this.#due(paths))
      setting.intervals.close()
      this.#setting = next
      this.#invalid = null
      this.#tried = ""
      this.#repairs.again()
      this.#tell({ kind: "configuration", valid: true, message: `read again: ${names.join(", ")}` }, [
        state,
        Date.now(),
      ])
      this.#enqueueAll(this.#ledger.paths(), "configuration")
      void this.#coverage.renew()
    } catch (error) {
      if (!(error instanceof CfgsyncError)) throw error
      this.#becameInvalid(error)
    }
  }

  #becameInvalid({ message }: CfgsyncError): void {
    if (this.#invalid === message) return
    this.#invalid = message
    const words = `${message}; the last valid configuration still applies`
    this.#tell({ kind: "configuration", valid: false, message: words }, [message, Date.now()])
  }
}

function isBlank(bytes: Uint8Array): boolean {
  return bytes.length < 16 && bytes.every((byte) => byte <= 32)
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}
