import { CfgsyncError } from "../../model/errors.ts"
import type { Source } from "../../model/source.ts"
import { leaveOutAccepted } from "../accepted.ts"
import type { Agenda, Job } from "./agenda.ts"
import type { Drift } from "./drift.ts"
import type { Known, Ledger } from "./ledger.ts"
import type { Measure } from "./measure.ts"
import { isRepairable, type Repairs } from "./repairs.ts"
import type { Saves } from "./saves.ts"
import type { Seen, Setting } from "./setting.ts"
import type { Settling } from "./settling.ts"
import type { Survey } from "./survey.ts"
import type { WarmChecked } from "./warmRun.ts"

export interface InspectorOptions {
  readonly agenda: Agenda
  readonly ledger: Ledger
  readonly measure: Measure
  readonly drift: Drift
  readonly saves: Saves
  readonly repairs: Repairs
  readonly settling: Settling
  readonly survey: Survey
  /** Whether repairs are wanted. */
  readonly fix: boolean
  /** Whether everything was looked at once. */
  readonly isReady: () => boolean
  /** A file may be known under another of its names: only a scan knows. */
  readonly scanSoon: () => void
}

/** Looks at one file: reads it, checks it where it is not as it was, tells of what came and went, and has it repaired. */
export class Inspector {
  readonly #options: InspectorOptions
  /** Files that are not managed, but that rules ask for. */
  readonly #others = new Map<string, string>()

  constructor(options: InspectorOptions) {
    this.#options = options
  }

  /** Whether rules ask for a file that may not be managed. */
  isAskedFor(path: string): boolean {
    return this.#others.has(path) || this.#options.ledger.dependentsOf(path).length > 0
  }

  async lookAt(path: string, job: Job): Promise<void> {
    const { agenda, ledger, saves, scanSoon } = this.#options
    const setting = this.#setting
    const seen = setting.look(path)
    const known = ledger.get(path)
    const isMeant = seen.isFile && setting.manages(path)
    // A link may be left out for the file that it leads to.
    const isAlias =
      isMeant && job.listed !== true && (job.listed === false || known === undefined) && !setting.isOwnName(path)
    if (isAlias && job.listed === null) scanSoon()
    const isKept = setting.stays(path) || (isMeant && !isAlias)
    const before = isKept ? known?.print : (known?.print ?? this.#others.get(path))
    agenda.addAll(ledger.staleDependentsOf(path, seen.content), "edit")
    if (seen.print !== before) this.#changed(path, seen, job, before !== undefined)
    else if (!job.force && !saves.holds(path) && isKept === (known !== undefined)) return
    if (!isKept) {
      ledger.delete(path)
      this.#noteOther(path, seen)
    } else if (seen.print !== known?.print || job.force) {
      const checked = await this.#checked(path, seen)
      if (checked !== undefined) ledger.set(path, seen.print, checked, isMeant)
    }
    await this.#report(path, seen, known, job)
  }

  get #setting(): Setting {
    return this.#options.measure.setting
  }

  #noteOther(path: string, seen: Seen): void {
    if (this.#options.ledger.dependentsOf(path).length > 0) this.#others.set(path, seen.print)
    else this.#others.delete(path)
  }

  #changed(path: string, seen: Seen, job: Job, wasKnown: boolean): void {
    const { repairs, settling, saves, survey, fix, isReady } = this.#options
    if (!repairs.wrote(path, seen.print)) repairs.changed(path)
    if (fix && this.#setting.isSettled(path)) settling.wish(path)
    if (job.scanned && wasKnown && isReady() && saves.stirred(path) === undefined) survey.caught()
  }

  /** A schema that a new kind of file asks for may be wrong: then the configuration is, and the last good state stays. */
  async #checked(path: string, seen: Seen): Promise<WarmChecked | undefined> {
    try {
      return await this.#setting.warm.check(path, seen.bytes)
    } catch (error) {
      if (!(error instanceof CfgsyncError)) throw error
      this.#options.measure.becameInvalid(error)
      return undefined
    }
  }

  async #report(path: string, seen: Seen, before: Known | undefined, job: Job): Promise<void> {
    const { ledger, saves, repairs, drift, fix } = this.#options
    const known = ledger.get(path)
    const sources = this.#sourcesOf(path, known)
    const { findings } = await leaveOutAccepted(this.#setting.project, known?.findings ?? [], sources)
    if (saves.mustHold(path, seen, findings, before !== undefined)) return
    saves.told(path)
    const by = job.by === "configuration" ? job.by : repairs.wrote(path, seen.print) ? "repair" : "edit"
    await drift.report(path, findings, sources, { by, written: seen.written })
    if (fix && findings.some(isRepairable)) repairs.wish(path)
    else repairs.forget(path)
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
}
