import { atLeast, type Notice, type Severity } from "./message.ts"

/** When a channel wants to hear of things. Times are milliseconds. */
export interface Timing {
  /** Less severe notices are not for this channel. */
  readonly severity: Severity
  /** How long the first of several notices waits for the others. */
  readonly group: number
  /** At most so many messages in so long; what is beyond waits and comes as one. */
  readonly limit?: { readonly count: number; readonly per: number }
  readonly quiet?: QuietHours
  /** How often what needs a person is told again; absent: never. */
  readonly repeat?: number
}

/** Minutes of the day, in the zone; over midnight when `from` is the later one. What is at least as severe as `except` comes all the same. */
export interface QuietHours {
  readonly from: number
  readonly to: number
  /** IANA name; absent: that of the machine. */
  readonly zone?: string
  readonly except?: Severity
}

export interface Waiting {
  readonly notice: Notice
  /** Milliseconds since 1970. */
  readonly queued: number
}

/** What should go out as one message now. @param made when the last messages of the channel were made, in milliseconds since 1970 */
export function ready(
  waiting: readonly Waiting[],
  made: readonly number[],
  { group, limit, quiet }: Timing,
  now: number,
): readonly Notice[] {
  if (limit !== undefined && made.filter((time) => time > now - limit.per && time <= now).length >= limit.count)
    return []
  const awake =
    quiet === undefined || !isQuiet(quiet, now)
      ? waiting
      : waiting.filter(({ notice }) => quiet.except !== undefined && atLeast(notice.severity, quiet.except))
  const first = Math.min(...awake.map(({ queued }) => queued))
  // A clock that was set back must not hold anything for as long as that.
  return now >= first + group || now < first - group ? awake.map(({ notice }) => notice) : []
}

export function isQuiet({ from, to, zone }: QuietHours, now: number): boolean {
  const minute = minuteOfDay(now, zone)
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to
}

function minuteOfDay(now: number, zone: string | undefined): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    ...(zone === undefined ? {} : { timeZone: zone }),
  }).formatToParts(now)
  const part = (type: "hour" | "minute") => Number(parts.find((each) => each.type === type)?.value)
  return part("hour") * 60 + part("minute")
}

const firstWait = 5000
const longestWait = 3_600_000
const longestAfter = 24 * 3_600_000

/**
 * How long to wait after a failed attempt: twice as long each time, a fifth more or less so that many do not come at once, and never shorter than the
 * other side asked for, up to a day.
 * @param attempts how many there were, at least one  @param random from 0 to 1
 */
export function nextWait(attempts: number, after: number | undefined, random: number): number {
  const wait = Math.min(firstWait * 2 ** (attempts - 1), longestWait) * (0.8 + 0.4 * random)
  return Math.ceil(Math.max(wait, Math.min(after ?? 0, longestAfter)))
}
