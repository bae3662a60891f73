/**
 * When something was, from how people and scripts write it: `20300131_120000`, `2030-01-31T12:00:00Z`, `2030-01-31_12-00-00`, seconds or milliseconds since
 * 1970. What says no zone is in that of whoever wrote it, which is not known, and taken for UTC.
 * @returns milliseconds since 1970; `undefined`: it says no time
 */
export function momentOf(value: unknown): number | undefined {
  if (typeof value === "number") return sane(value < 1e11 ? value * 1000 : value)
  if (typeof value !== "string") return undefined
  const text = value.trim()
  if (/^\d{10}(?:\.\d+)?$/.test(text)) return sane(Number(text) * 1000)
  if (/^\d{13}$/.test(text)) return sane(Number(text))
  const match =
    /(?<!\d)(\d{4})-?(\d\d)-?(\d\d)(?:[-_T .](\d\d)[-:]?(\d\d)(?:[-:]?(\d\d))?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?(?!\d)/.exec(
      text,
    )
  if (match === null) return undefined
  const [, year, month, day, hour = "00", minute = "00", second = "00", zone = "Z"] = match
  const written = zone === "Z" ? zone : zone.replace(/^(...):?/, "$1:")
  return sane(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${written}`))
}

/** Years that a clock may show. */
function sane(time: number): number | undefined {
  return time >= 0 && time < Date.UTC(3000, 0) ? Math.round(time) : undefined
}
