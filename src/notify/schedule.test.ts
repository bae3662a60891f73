import { expect, test } from "vitest"
import type { Notice, Severity } from "./message.ts"
import { isQuiet, nextWait, ready, type Timing } from "./schedule.ts"

const second = 1000
const hour = 3600 * second
const noon = Date.parse("2030-01-31T12:00:00Z")

function notice(id: string, severity: Severity = "error"): Notice {
  return { id, time: "2030-01-31T11:59:00.000Z", severity, title: id }
}

const timing: Timing = { severity: "info", group: 30 * second }
const quiet = { from: 11 * 60, to: 13 * 60, zone: "UTC" }

test.each([
  ["the first waits for others", [0], [], timing, []],
  ["after a while all come together", [-30 * second, 0], [], timing, ["0", "1"]],
  ["a clock set back by a day holds nothing", [24 * hour], [], timing, ["0"]],
  ["nothing waits", [], [], timing, []],
  ["too many messages in the hour", [-hour], [-10, -20], { ...timing, limit: { count: 2, per: hour } }, []],
  [
    "the earlier messages are long past",
    [-hour],
    [-10, -2 * hour],
    { ...timing, limit: { count: 2, per: hour } },
    ["0"],
  ],
  ["a clock that was ahead made them", [-hour], [hour, 2 * hour], { ...timing, limit: { count: 2, per: hour } }, ["0"]],
  ["quiet hours", [-hour], [], { ...timing, quiet }, []],
  ["quiet hours, but for errors", [-hour, -hour], [], { ...timing, quiet: { ...quiet, except: "error" } }, ["0"]],
] as const)("%s", (_, queued, made, given: Timing, expected) => {
  const waiting = queued.map((time, index) => ({
    notice: notice(String(index), index === 0 ? "error" : "warning"),
    queued: noon + time,
  }))
  const now = ready(
    waiting,
    made.map((time) => noon + time),
    given,
    noon,
  )
  expect(now.map(({ id }) => id)).toEqual(expected)
})

test.each([
  ["22:00 to 07:00 holds 23:00", 22 * 60, 7 * 60, "UTC", "2030-01-31T23:00:00Z", true],
  ["22:00 to 07:00 holds 06:59", 22 * 60, 7 * 60, "UTC", "2030-01-31T06:59:00Z", true],
  ["22:00 to 07:00 ends at 07:00", 22 * 60, 7 * 60, "UTC", "2030-01-31T07:00:00Z", false],
  ["the zone counts", 22 * 60, 7 * 60, "Asia/Tokyo", "2030-01-31T14:00:00Z", true],
  ["summer time counts", 9 * 60, 10 * 60, "Europe/Berlin", "2030-07-31T07:30:00Z", true],
  ["no time at all", 60, 60, "UTC", "2030-01-31T01:00:00Z", false],
])("%s", (_, from, to, zone, time, expected) => {
  expect(isQuiet({ from, to, zone }, Date.parse(time))).toBe(expected)
})

test("attempts come further and further apart, and not before the other side wants them", () => {
  expect([1, 2, 3, 20].map((attempts) => nextWait(attempts, undefined, 0.5))).toEqual([5000, 10_000, 20_000, hour])
  expect(nextWait(1, 60_000, 0.5)).toBe(60_000)
  expect(nextWait(3, 1, 0)).toBe(16_000)
  expect(nextWait(1, 1000 * hour, 0.5)).toBe(24 * hour)
})
