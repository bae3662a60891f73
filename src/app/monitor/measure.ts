import { basename } from "node:path"
import { CfgsyncError } from "../../model/errors.ts"
import type { Happening } from "../../model/monitorEvent.ts"
import { inWords } from "../../system/failure.ts"
import { sha256 } from "../../system/hash.ts"
import type { Project } from "../project.ts"
import type { Ledger } from "./ledger.ts"
import { quiet } from "./repairs.ts"
import { Setting } from "./setting.ts"

export interface MeasureOptions {
  readonly ledger: Ledger
  readonly reopen: (fresh: string) => Promise<Project>
  /** Hears of files whose interval has passed. */
  readonly due: (paths: readonly string[]) => void
  readonly tell: (happening: Happening, identity: readonly unknown[]) => void
  /** Wake the monitor after so many milliseconds. */
  readonly wake: (delay: number) => void
  /** These are to be judged anew. */
  readonly judge: (paths: readonly string[]) => void
  /** There is another setting. */
  readonly renewed: () => void
}

/** What files are measured by, kept up to date: configuration, rules, schemas, what is known to be good. An invalid state keeps the last valid one. */
export class Measure {
  readonly #options: MeasureOptions
  #setting: Setting
  #invalid: string | null = null
  #tried = ""
  #reload = false
  #storeChanged = false

  private constructor(options: MeasureOptions, setting: Setting) {
    this.#options = options
    this.#setting = setting
  }

  /** @throws CfgsyncError for what is wrong with the configuration or a rule */
  static async open(project: Project, options: MeasureOptions): Promise<Measure> {
    return new Measure(options, await Setting.open(project, options.due))
  }

  get setting(): Setting {
    return this.#setting
  }

  /** What is wrong with the configuration; `null`: it is valid. */
  get invalid(): string | null {
    return this.#invalid
  }

  /** A file may have changed. */
  hint(path: string): void {
    const { foundation, store } = this.#setting
    if (foundation.concerns(path)) this.#reload = true
    else if (path === store) this.#storeChanged = true
    else return
    this.#options.wake(quiet)
  }

  /** @returns whether something was done. */
  async renew(): Promise<boolean> {
    if (this.#reload) await this.#reloadNow()
    else if (this.#storeChanged) await this.#renewGood()
    else return false
    return true
  }

  async #renewGood(): Promise<void> {
    this.#storeChanged = false
    const { ledger, judge } = this.#options
    const changed = await this.#setting.renewGood()
    const asking = ledger.questions.get("last good") ?? []
    const drifted = [...ledger.entries()].flatMap(([path, { findings }]) =>
      findings.some(({ kind }) => kind === "drift") ? [path] : [],
    )
    judge([...changed, ...asking, ...drifted])
  }

  async #reloadNow(): Promise<void> {
    this.#reload = false
    const { ledger, due, tell, judge, renewed } = this.#options
    const changed = this.#setting.foundation.changed()
    const state = sha256(Buffer.from(JSON.stringify(changed)))
    if (changed.length === 0 && this.#invalid === null) return
    if (state === this.#tried) return
    this.#tried = state
    const names = changed.map(([path]) => path)
    try {
      const next = await Setting.open(await this.#reopen(state), due)
      this.#setting.intervals.close()
      this.#setting = next
      this.#invalid = null
      this.#tried = ""
      const message = names.length === 0 ? "it is as it was before" : `read again: ${names.join(", ")}`
      tell({ kind: "configuration", valid: true, message }, [state, Date.now()])
      judge(ledger.paths())
      renewed()
    } catch (error) {
      if (!(error instanceof CfgsyncError)) throw error
      this.becameInvalid(error)
    }
  }

  /** Who deletes the configuration, or the project, has not said that nothing shall be watched. */
  async #reopen(state: string): Promise<Project> {
    const { root, configPath } = this.#setting.project
    try {
      const next = await this.#options.reopen(state)
      if (configPath === null || (next.configPath !== null && next.root === root)) return next
    } catch (error) {
      throw inWords(error, "config-unreadable", `the configuration in ${root} cannot be read`)
    }
    throw new CfgsyncError("config-unreadable", `${basename(configPath)} is not there any more`)
  }

  becameInvalid({ message }: CfgsyncError): void {
    if (this.#invalid === message) return
    this.#invalid = message
    const words = `${message}; the last valid configuration still applies`
    this.#options.tell({ kind: "configuration", valid: false, message: words }, [message, Date.now()])
  }
}
