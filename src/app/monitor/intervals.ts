import { matcher } from "../../engine/glob.ts"
import { CfgsyncError } from "../../model/errors.ts"
import type { FileGroup } from "../config.ts"

/** When files of a group are looked at; `undefined`: at once. */
export interface Interval {
  /** As the configuration says it. */
  readonly text: string
  /** It means times of the day, not a span. */
  readonly byClock: boolean
  /** Milliseconds from now to the next time. */
  readonly next: (now: Date) => number
}

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
/** Milliseconds between two looks at the clock. */
const look = 20_000
const words: Readonly<Record<string, string>> = { hourly: "0 * * * *", daily: "0 3 * * *" }

/**
 * @param text `realtime`, `30s`, `5m`, `2h`, `1d`, `hourly` (on the hour), `daily` (at three in the morning), or five or six fields of cron in local time.
 * @throws CfgsyncError `config-invalid`
 */
export async function parseInterval(text: string): Promise<Interval | undefined> {
  if (text === "realtime") return undefined
  const [, count, unit] = /^(\d+)\s*([smhd])$/.exec(text) ?? []
  if (count !== undefined && unit !== undefined) {
    const length = Number(count) * (units[unit] ?? 0)
    if (length > 0) return { text, byClock: false, next: () => length }
  }
  const { Cron } = await import("croner")
  try {
    const cron = new Cron(words[text] ?? text, { paused: true })
    return {
      text,
      byClock: true,
      next: (now) => Math.max(1, (cron.nextRun(now)?.getTime() ?? now.getTime() + 86_400_000) - now.getTime()),
    }
  } catch (error) {
    throw new CfgsyncError(
      "config-invalid",
      `${JSON.stringify(text)} is no interval: ${error instanceof Error ? error.message : error}`,
      "write realtime, 30s, 5m, 2h, 1d, hourly, daily, or a line of cron such as */15 * * * *",
    )
  }
}

type Groups = readonly { readonly matches: (path: string) => boolean; readonly interval: Interval | undefined }[]

/** Which files are looked at when: by the first group of the configuration that names a file. */
export class Intervals {
  readonly #groups: Groups
  readonly #timers = new Map<Interval, NodeJS.Timeout>()
  readonly #waiting = new Map<Interval, Set<string>>()
  readonly #due: (paths: readonly string[]) => void

  private constructor(groups: Groups, due: (paths: readonly string[]) => void) {
    this.#groups = groups
    this.#due = due
  }

  /** @param due hears of files that changed since they were looked at, when it is their time. */
  static async open(files: readonly FileGroup[], due: (paths: readonly string[]) => void): Promise<Intervals> {
    const groups = []
    for (const { include, interval } of files)
      groups.push({
        matches: matcher([include].flat().map((glob) => `./${glob}`)),
        interval: await parseInterval(interval ?? "realtime"),
      })
    return new Intervals(groups, due)
  }

  /** Whether a change of a file waits for its time, and is remembered till then. */
  holds(path: string): boolean {
    const interval = this.#groups.find(({ matches }) => matches(path))?.interval
    if (interval === undefined) return false
    const waiting = this.#waiting.get(interval) ?? new Set()
    this.#waiting.set(interval, waiting.add(path))
    if (!this.#timers.has(interval)) this.#plan(interval)
    return true
  }

  /** All that wait, now. */
  waiting(): readonly string[] {
    return [...this.#waiting.values()].flatMap((paths) => [...paths])
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
  }

  /** A clock is asked once in a while, because it may be set, and because no timer runs while the machine sleeps. */
  #plan(interval: Interval, until = interval.next(new Date()) + clockOf(interval)): void {
    const left = until - clockOf(interval)
    const timer = setTimeout(
      () => {
        const next = interval.next(new Date()) + clockOf(interval)
        if (clockOf(interval) < until) return this.#plan(interval, interval.byClock ? Math.min(until, next) : until)
        this.#timers.delete(interval)
        const paths = [...(this.#waiting.get(interval) ?? [])]
        this.#waiting.delete(interval)
        if (paths.length > 0) this.#due(paths)
      },
      Math.min(left, look),
    )
    this.#timers.set(interval, timer)
  }
}

function clockOf({ byClock }: Interval): number {
  return byClock ? Date.now() : performance.now()
}
