import ms, { type StringValue } from "ms"
import { CfgsyncError } from "../model/errors.ts"
import type { ChannelSettings, CommonSettings } from "./channelSettings.ts"
import type { QuietHours, Timing } from "./schedule.ts"

/** @throws CfgsyncError `config-invalid` for a time that is none. */
export function timingOf(name: string, settings: ChannelSettings): Timing {
  const { severity = "warning", group = "30s", limit = "20/1h", quiet, repeat = "4h" } = settings
  const wrong = (key: string, value: string, example: string) =>
    new CfgsyncError(
      "config-invalid",
      `notify.${name}.${key}: ${JSON.stringify(value)} is no time`,
      `write it like ${example}`,
    )
  const duration = (key: string, value: string, example: string) => {
    const time = durationOf(value)
    if (time === undefined) throw wrong(key, value, example)
    return time
  }
  const [, count, per] = /^(\d+) *\/ *(.+)$/.exec(limit) ?? []
  if (count === undefined || per === undefined) throw wrong("limit", limit, '"20/1h"')
  return {
    severity,
    group: duration("group", group, '"30s"'),
    limit: { count: Number(count), per: duration("limit", per, '"20/1h"') },
    ...(quiet === undefined ? {} : { quiet: quietOf(quiet, (key, value) => wrong(`quiet.${key}`, value, '"22:00"')) }),
    ...(repeat === "never" ? {} : { repeat: duration("repeat", repeat, '"4h", or "never"') }),
  }
}

/** `30s`, `1h`, `2 days` in milliseconds; `undefined` for what is no time. */
function durationOf(text: string): number | undefined {
  if (text === "" || text.length > 50) return undefined
  // The type of the library lists all units; what does not fit gives NaN.
  const time = ms(text as StringValue)
  return Number.isFinite(time) && time >= 0 ? time : undefined
}

function quietOf(
  { from, to, timezone, except }: NonNullable<CommonSettings["quiet"]>,
  wrong: (key: string, value: string) => CfgsyncError,
): QuietHours {
  const minutes = (key: string, text: string) => {
    const [, hours, rest] = /^([01]?\d|2[0-4]):([0-5]\d)$/.exec(text) ?? []
    if (hours === undefined || rest === undefined) throw wrong(key, text)
    return Number(hours) * 60 + Number(rest)
  }
  if (timezone !== undefined && !isZone(timezone)) throw wrong("timezone", timezone)
  return {
    from: minutes("from", from),
    to: minutes("to", to),
    ...(timezone === undefined ? {} : { zone: timezone }),
    ...(except === undefined ? {} : { except }),
  }
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== ""
  } catch {
    return false
  }
}
