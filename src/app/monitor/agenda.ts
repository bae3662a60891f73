/** Why a file is looked at. */
export interface Job {
  /** Check although the file is as it was: what it depends on is not. */
  readonly force: boolean
  /** Whether a scan found it under this name; `null`: no scan has told. */
  readonly listed: boolean | null
  readonly by: "edit" | "configuration"
  /** A scan told of it. */
  readonly scanned: boolean
}

export const plain: Job = { force: false, listed: null, by: "edit", scanned: false }

export interface AgendaOptions {
  /** Does all that is to be done now. */
  readonly work: () => Promise<void>
  readonly failed: (error: unknown) => void
}

/** The files that are to be looked at, and when there is something to do next. Work is done by one at a time. */
export class Agenda {
  readonly #options: AgendaOptions
  readonly #jobs = new Map<string, Job>()
  /** What only a scan told of: of that there may be thousands, and somebody waits for the others. */
  readonly #scanned = new Map<string, Job>()
  #working: Promise<void> | undefined
  #alarm: NodeJS.Timeout | undefined
  #alarmAt = Number.POSITIVE_INFINITY
  #closed = false

  constructor(options: AgendaOptions) {
    this.#options = options
  }

  get isClosed(): boolean {
    return this.#closed
  }

  add(path: string, job: Job): void {
    if (this.#closed) return
    const jobs = job.scanned && !this.#jobs.has(path) ? this.#scanned : this.#jobs
    const { force, listed } = this.#jobs.get(path) ?? this.#scanned.get(path) ?? plain
    if (jobs === this.#jobs) this.#scanned.delete(path)
    jobs.set(path, { ...job, force: job.force || force, listed: job.listed ?? listed })
    this.wake(0)
  }

  /** Files that may be as they were, but are judged anew. */
  addAll(paths: Iterable<string>, by: Job["by"]): void {
    for (const path of paths) this.add(path, { ...plain, force: true, by })
  }

  take(): readonly [path: string, job: Job] | undefined {
    const jobs = this.#jobs.size > 0 ? this.#jobs : this.#scanned
    const next = jobs.entries().next()
    if (next.done) return undefined
    jobs.delete(next.value[0])
    return next.value
  }

  /** @param delay milliseconds until there is something to do. */
  wake(delay: number): void {
    if (this.#closed) return
    if (delay <= 0) {
      this.#working ??= this.#work()
      return
    }
    const at = performance.now() + delay
    if (at >= this.#alarmAt) return
    this.#alarmAt = at
    clearTimeout(this.#alarm)
    this.#alarm = setTimeout(() => {
      this.#alarmAt = Number.POSITIVE_INFINITY
      this.wake(0)
    }, Math.ceil(delay))
  }

  async #work(): Promise<void> {
    // Only then is it known that somebody works.
    await Promise.resolve()
    try {
      await this.#options.work()
    } catch (error) {
      this.#clear()
      this.#options.failed(error)
    } finally {
      this.#working = undefined
      if (this.#jobs.size + this.#scanned.size > 0) this.wake(0)
    }
  }

  /** When nothing is left to do for now. */
  async idle(): Promise<void> {
    while (this.#working !== undefined) await this.#working
  }

  /** Nothing is begun any more; resolves when what was begun is over. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#alarm)
    this.#clear()
    await this.#working
  }

  #clear(): void {
    this.#jobs.clear()
    this.#scanned.clear()
  }
}
