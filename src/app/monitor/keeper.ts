import { CfgsyncError } from "../../model/errors.ts"
import type { MonitorEvent } from "../../model/monitorEvent.ts"
import { keepEvents } from "../keepEvents.ts"
import { deliverDue, type Telling } from "../notices.ts"
import { noticesOf } from "../noticesOf.ts"
import type { Project } from "../project.ts"

/** What somebody waits for is put down soon; what only reports ask for, when there is some of it: putting it down takes some milliseconds. */
const soon = 200
const later = 30_000
const retry = 5000

/** Puts down what the monitor saw, and sends people what they should hear, one thing after the other. */
export class Keeper {
  readonly #project: () => Project
  readonly #telling: Telling & { readonly print: (text: string) => void }
  #events: MonitorEvent[] = []
  #timer: NodeJS.Timeout | undefined
  #due = Number.POSITIVE_INFINITY
  #work: Promise<void> = Promise.resolve()
  #isFirst = true

  /** @param project as it is now. */
  constructor(project: () => Project, telling: Telling & { readonly print: (text: string) => void }) {
    this.#project = project
    this.#telling = telling
  }

  tell(event: MonitorEvent): void {
    this.#events.push(event)
    const isAwaited = this.#sends() && noticesOf(event).length > 0
    this.#plan(isAwaited || event.kind === "started" ? soon : later)
  }

  /** All that was told of is on the disk when it returns. */
  async close(): Promise<void> {
    clearTimeout(this.#timer)
    await this.#work
    await this.#keep()
  }

  #sends(): boolean {
    return Object.keys(this.#project().settings.notify).length > 0
  }

  #plan(delay: number): void {
    const due = performance.now() + delay
    if (due >= this.#due) return
    this.#due = due
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      this.#due = Number.POSITIVE_INFINITY
      this.#work = this.#work.then(() => this.#turn())
    }, delay)
    this.#timer.unref()
  }

  async #turn(): Promise<void> {
    if (!(await this.#keep())) return this.#plan(retry)
    if (!this.#sends()) return
    try {
      const { next } = await deliverDue(this.#project(), this.#telling)
      if (next !== undefined) this.#plan(Math.max(soon, next))
    } catch (error) {
      if (!(error instanceof CfgsyncError)) throw error
      this.#plan(retry)
    }
  }

  /** @returns whether it could be put down; else it is kept for the next time */
  async #keep(): Promise<boolean> {
    const events = this.#events
    this.#events = []
    try {
      await keepEvents(this.#project(), events, this.#telling, this.#isFirst)
      this.#isFirst &&= events.length === 0
      return true
    } catch (error) {
      if (!(error instanceof CfgsyncError)) throw error
      this.#events = [...events, ...this.#events]
      return false
    }
  }
}
