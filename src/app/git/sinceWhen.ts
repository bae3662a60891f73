import { CfgsyncError } from "../../model/errors.ts"
import { type LogRange, resolveCommit } from "../../system/git/commits.ts"
import type { Git } from "../../system/git/git.ts"

const units = "seconds? minutes? hours? days? weeks? months? years?".split(" ")
const numbers = "one two three four five six seven eight nine ten".split(" ")
const months =
  "jan(uary)? feb(ruary)? mar(ch)? apr(il)? may june? july? aug(ust)? sep(t(ember)?)? oct(ober)? nov(ember)? dec(ember)?"
const weekdays = "mon(day)? tue(s(day)?)? wed(nesday)? thu(r(s(day)?)?)? fri(day)? sat(urday)? sun(day)?"

const oneOf = (words: readonly string[]) => `(?:${words.join("|").replaceAll("(", "(?:")})`
const month = oneOf(months.split(" "))
const weekday = oneOf(weekdays.split(" "))
const time = "\\d{1,2}:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?(?: ?[ap]m)?"
const zone = "(?:z|utc|gmt|[+-]\\d\\d:?\\d\\d)"
const whole = (pattern: string) => new RegExp(`^${pattern}$`)
const hour = `(?:${time}|\\d{1,2} ?[ap]m|noon|midnight|tea)`
const long = `(?:${oneOf(numbers)}|\\d{1,6}) ${oneOf(units)}`

/**
 * Git takes any words for a date: what it does not understand is now, or today in another year. Of what it understands this is what people write, and what
 * has one meaning.
 */
const days = [
  "(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})",
  `(?:\\d{1,2} ${month}|${month} \\d{1,2}) \\d{4}`,
  `${weekday} (?:\\d{1,2} ${month}|${month} \\d{1,2}) \\d{4}`,
].map(whole)
const moments = [
  `(\\d{4})([-/.])(\\d{1,2})\\2(\\d{1,2})[t ]${time} ?${zone}?`,
  `@\\d{1,12}(?: ${zone})?`,
  `(?:${weekday} )?(?:\\d{1,2} ${month}|${month} \\d{1,2}) \\d{4} ${time}(?: ?${zone})?`,
  `(?:${weekday} )?${month} \\d{1,2} ${time} \\d{4}(?: ${zone})?`,
  `${long}(?:(?: and)? ${long})*(?: ago)?(?: ${hour})?`,
  `last ${oneOf(["week", "month", "year"])}`,
  `last ${weekday}(?: ${hour})?`,
  `yesterday(?: ${hour})?`,
  `${hour}(?: (?:yesterday|today))?`,
].map(whole)

/**
 * Where a stretch of history begins: behind a commit, or at a date as git understands it.
 * @throws CfgsyncError `usage` for what is neither
 */
export function sinceWhen(git: Git, since: string): Pick<LogRange, "from" | "since"> {
  const commit = resolveCommit(git, since)
  if (commit !== null) return { from: commit }
  const date = dateOf(since)
  if (date !== null) return { since: date }
  throw new CfgsyncError(
    "usage",
    `${since} is neither a commit here nor a date`,
    "say a commit, branch or tag, a day (2030-01-31), or how long ago (2 weeks ago)",
  )
}

/** Words that git takes for the same; of a day its start, not the time that it is now. */
function dateOf(text: string): string | null {
  const plain = text
    .trim()
    .toLowerCase()
    // Git reads `2.weeks.ago` and `2 weeks, 3 days ago` alike.
    .replace(/,/g, " ")
    .replace(/(?<=[a-z])\.|\.(?=[a-z])/g, " ")
    .replace(/\s+/g, " ")
  if (plain === "today") return "midnight"
  const found = [...days, ...moments].find((pattern) => pattern.test(plain))
  const [, year, , month, day] = found?.exec(plain) ?? []
  if (found === undefined || (year !== undefined && !isDay(Number(year), Number(month), Number(day)))) return null
  return days.includes(found) ? `${plain} 00:00` : plain
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day))
  return year >= 1970 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}
