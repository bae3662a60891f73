import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import type { Health } from "../model/health.ts"
import type { MonitorEvent, ToldFinding } from "../model/monitorEvent.ts"
import { healthHtml } from "../report/health/html.ts"
import { healthMarkdown } from "../report/health/markdown.ts"
import { healthText } from "../report/health/text.ts"
import { healthOf } from "./health.ts"
import { keepEvents } from "./keepEvents.ts"
import { openProject } from "./project.ts"

let folder: string
const now = Date.parse("2030-01-31T12:00:00.000Z")
const hour = 3_600_000
const tell = (notice: string) => {
  throw new Error(notice)
}

const rule = `rule shop/port "the port is a number" {
  why "the shop compares it with a number"
  severity error
  files "*.yaml"
  require $.port is number
}
`

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ["Date"] })
  folder = mkdtempSync(join(tmpdir(), "cfgsync-health-"))
  mkdirSync(join(folder, "rules"))
  const files = {
    "cfgsync.config.json": JSON.stringify({ files: ["a*.yaml", "*.yaml"], rules: ["rules/*.rule"] }),
    "rules/shop.rule": rule,
    "a<b>|.yaml": "port: http\n",
    "a2.yaml": "port: 80\n",
    "b.yaml": "port: 81\n",
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
})

afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

const finding: ToldFinding = {
  file: "b.yaml",
  document: 0,
  rule: "shop/port",
  kind: "rule",
  severity: "error",
  message: "the port is a number",
  pointer: "/port",
  repair: null,
}

let count = 0
function event(ago: number, happening: Omit<MonitorEvent, "id" | "time">): MonitorEvent {
  return { id: `event ${count++}`, time: new Date(now - ago).toISOString(), ...happening } as MonitorEvent
}

async function health(): Promise<Health> {
  return healthOf(await openProject({ cwd: folder }), { since: now - 48 * hour, until: now, tell })
}

async function watchedWith(events: readonly MonitorEvent[]): Promise<void> {
  const project = await openProject({ cwd: folder })
  // Watched for an hour, eleven hours ago, and again for the last hour.
  for (const from of [12 * hour, hour])
    for (let minute = 0; minute <= 60; minute++) {
      vi.setSystemTime(now - from + minute * 60_000)
      await keepEvents(project, [event(from, { kind: "heartbeat" } as never)], { tell })
    }
  vi.setSystemTime(now)
  await keepEvents(project, events, { tell })
}

test("a project that was never watched is told as that", async () => {
  const seen = await health()
  expect(seen.files.map(({ path, errors }) => [path, errors])).toEqual([
    ["a2.yaml", 0],
    ["a<b>|.yaml", 1],
    ["b.yaml", 0],
  ])
  expect(seen.groups).toEqual([
    { name: "a*.yaml", files: 2, healthy: 1 },
    { name: "*.yaml", files: 1, healthy: 1 },
  ])
  expect(seen.rules).toEqual([{ rule: "shop/port", now: 1, found: 0 }])
  expect(seen.monitor).toEqual({ availability: null, seconds: 0, running: false })
  expect(seen.repairs.meanSeconds).toBeNull()
  expect(seen.days.map(({ date }) => date)).toEqual(["2030-01-29", "2030-01-30", "2030-01-31"])
  expect(healthText(seen)).toMatch(/^watched +never yet$/m)
})

test("what was found, resolved and watched is counted, each event once", async () => {
  const resolved = (ago: number, seconds: number, by: "repair" | "edit") =>
    event(ago, { kind: "resolved", finding, by, seconds } as never)
  const events = [
    event(30 * hour, { kind: "finding", finding } as never),
    event(2 * hour, { kind: "finding", finding } as never),
    resolved(29 * hour, 3600, "edit"),
    resolved(2 * hour, 2, "repair"),
    resolved(hour, 1, "repair"),
    event(hour, { kind: "unrepaired", finding, reason: "it would break another" } as never),
    event(90 * hour, { kind: "finding", finding } as never),
  ]
  await watchedWith(events)
  await keepEvents(await openProject({ cwd: folder }), events, { tell })
  const seen = await health()
  expect(seen.rules).toEqual([{ rule: "shop/port", now: 1, found: 2 }])
  expect(seen.files.at(-1)).toEqual({ path: "b.yaml", errors: 0, warnings: 0, found: 2 })
  expect(seen.repairs).toEqual({
    made: 0,
    failed: 1,
    meanSeconds: 1201,
    medianSeconds: 2,
    endedBy: { repair: 2, edit: 1, configuration: 0 },
  })
  expect(seen.monitor.running).toBe(true)
  expect(seen.monitor.seconds).toBeCloseTo(7200)
  expect(seen.monitor.availability).toBeCloseTo(2 / 12)
  expect(seen.days.map(({ found, resolved: over }) => [found, over])).toEqual([
    [0, 0],
    [1, 1],
    [1, 2],
  ])
  expect(seen.days.map(({ watched }) => watched === null)).toEqual([true, true, false])
})

test("every form shows what is wrong, and none takes a file's name for markup", async () => {
  await watchedWith([event(hour, { kind: "finding", finding } as never)])
  const seen = await health()
  expect(healthText(seen)).toContain("a<b>|.yaml  1 error, 0 warnings")
  expect(healthMarkdown(seen)).toContain("| `a<b>\\|.yaml` | 1 | 0 |")
  const html = healthHtml(seen)
  expect(html).toContain("a&lt;b&gt;|.yaml")
  expect(html).not.toContain("<b>")
  expect(html).not.toMatch(/<script|<link|src=|url\(/)
  expect(html.match(/<rect class="found"/g)).toHaveLength(3)
})
