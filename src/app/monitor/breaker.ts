/** Repairs of one file within a span of time that are too many: somebody changes it back. */
const limits = [
  { repairs: 5, within: 60_000 },
  { repairs: 20, within: 3_600_000 },
] as const
const firstRest = 5 * 60_000
const longestRest = 60 * 60_000

interface Course {
  /** Times of repairs, with the rules that asked for them and what the file held before. */
  readonly repairs: { readonly at: number; readonly rules: readonly string[]; readonly before: string }[]
  /** Changes by others since the first of them. */
  foreign: number
  trips: number
  until: number
}

export interface Trip {
  readonly rules: readonly string[]
  /** Who fights, in words. */
  readonly with: string
  readonly repairs: number
  readonly milliseconds: number
  /** In the clock that is given. */
  readonly until: number
}

/** Stops repairs of a file that keeps drifting, for five minutes, then for twice as long each time. Times are milliseconds of one clock that only grows. */
export class Breaker {
  readonly #courses = new Map<string, Course>()

  /** Files that are left alone. */
  tripped(now: number): readonly string[] {
    return [...this.#courses].flatMap(([path, { until }]) => (until > now ? [path] : []))
  }

  isTripped(path: string, now: number): boolean {
    return (this.#courses.get(path)?.until ?? 0) > now
  }

  /** Somebody else changed the file. */
  changed(path: string): void {
    const course = this.#courses.get(path)
    if (course !== undefined) course.foreign++
  }

  /** A file is written all the time, so that nothing could be repaired in it. */
  restless(path: string, milliseconds: number, now: number): Trip {
    const course = this.#courses.get(path) ?? { repairs: [], foreign: 0, trips: 0, until: 0 }
    this.#courses.set(path, course)
    const until = now + restAfter(course.trips)
    Object.assign(course, { foreign: 0, trips: course.trips + 1, until })
    const words = "another program, which writes the file all the time: it was never quiet long enough to be repaired"
    return { rules: [], with: words, repairs: 0, milliseconds, until }
  }

  /** A repair was made. @param before tells what the file held before it.  @returns the trip, when it was one too many */
  repaired(path: string, rules: readonly string[], before: string, now: number): Trip | undefined {
    const course = this.#courses.get(path) ?? { repairs: [], foreign: 0, trips: 0, until: 0 }
    this.#courses.set(path, course)
    const longest = limits[limits.length - 1]?.within ?? 0
    while ((course.repairs[0]?.at ?? now) < now - longest) course.repairs.shift()
    course.repairs.push({ at: now, rules, before })
    for (const { repairs, within } of limits) {
      const recent = course.repairs.filter(({ at }) => at >= now - within)
      if (recent.length < repairs) continue
      const trip = {
        rules: [...new Set(recent.flatMap((each) => each.rules))].sort(),
        with: fighters(recent, course.foreign),
        repairs: recent.length,
        milliseconds: now - (recent[0]?.at ?? now),
        until: now + restAfter(course.trips),
      }
      Object.assign(course, { foreign: 0, trips: course.trips + 1, until: trip.until })
      course.repairs.length = 0
      return trip
    }
    return undefined
  }
}

function restAfter(trips: number): number {
  return Math.min(firstRest * 2 ** trips, longestRest)
}

function fighters(repairs: Course["repairs"], foreign: number): string {
  const rules = [...new Set(repairs.flatMap((each) => each.rules))].sort()
  const named = rules.length === 1 ? `the rule ${rules[0]}` : `the rules ${rules.join(", ")}`
  if (foreign < repairs.length - 1) return `${named} undo each other's repairs, or those of rules for other files`
  const same = new Set(repairs.map(({ before }) => before)).size === 1
  return same
    ? `${named} against another program, which writes the same text back each time`
    : `${named} against somebody who keeps changing the file back`
}
