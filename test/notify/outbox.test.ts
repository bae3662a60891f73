import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import {
  acknowledge,
  deliverDue,
  notifyState,
  queueNotices,
  retryRefused,
  settleConcerns,
} from "../../src/app/notices.ts"
import { openProject, type Project } from "../../src/app/project.ts"
import type { ChannelSettings } from "../../src/notify/channelSettings.ts"
import type { Notice } from "../../src/notify/message.ts"
import { type HttpEndpoint, httpEndpoint } from "../contract/httpEndpoint.ts"

let endpoint: HttpEndpoint
let folder: string

beforeEach(async () => {
  endpoint = await httpEndpoint()
  folder = mkdtempSync(join(tmpdir(), "cfgsync-notify-"))
})

afterEach(async () => {
  vi.useRealTimers()
  await endpoint.dispose()
  rmSync(folder, { recursive: true })
})

/** Each call is a start of cfgsync: nothing but the disk is common to two of them. */
function project(settings: Partial<ChannelSettings> = {}): Promise<Project> {
  const channel = { type: "webhook", url: endpoint.url, group: "0s", ...settings }
  writeFileSync(join(folder, "cfgsync.config.json"), JSON.stringify({ files: ["*.yaml"], notify: { hook: channel } }))
  return openProject({ cwd: folder })
}

const tell = (notice: string) => {
  throw new Error(notice)
}
const telling = { tell, print: () => {} }

function notices(count: number, more: Partial<Notice> = {}): readonly Notice[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `notice ${index}`,
    time: "2030-01-31T12:00:00.000Z",
    severity: "error",
    title: "the port is no number",
    file: `${index}.yaml`,
    ...more,
  }))
}

/** The keys and titles of what came through. */
function told(): readonly { readonly key: string; readonly title: string }[] {
  return endpoint.received().map(({ headers, body }) => ({
    key: String(headers["webhook-id"]),
    title: JSON.parse(body).data.title,
  }))
}

/** Lets the time go on, and everything that waits for it happen; the network goes on by itself. */
function later(ms: number): void {
  vi.useFakeTimers({ now: Date.now() + ms, toFake: ["Date"] })
}

test("500 files that changed are one message", async () => {
  await queueNotices(await project(), notices(500), telling)
  await deliverDue(await project(), telling)
  expect(told()).toEqual([{ key: expect.any(String), title: expect.stringContaining("500 errors") }])
})

test("what was told is not told again, whoever hands it in", async () => {
  for (let times = 0; times < 3; times++) {
    await queueNotices(await project(), notices(2), telling)
    await deliverDue(await project(), telling)
  }
  expect(told()).toHaveLength(1)
})

test("what comes within the time of a group comes together", async () => {
  const grouped = { group: "30s" }
  await queueNotices(await project(grouped), notices(1), telling)
  expect((await deliverDue(await project(grouped), telling)).next).toBeGreaterThan(0)
  await queueNotices(await project(grouped), notices(3), telling)
  expect(told()).toEqual([])
  later(31_000)
  await deliverDue(await project(grouped), telling)
  expect(told()).toEqual([{ key: expect.any(String), title: expect.stringContaining("3 errors") }])
})

test("a failure is tried again over restarts, later each time, under one key", async () => {
  endpoint.behave("fails")
  await queueNotices(await project(), notices(1), telling)
  const waits: number[] = []
  for (let times = 0; times < 4; times++) {
    const { attempts, next } = await deliverDue(await project(), telling)
    expect(attempts.map(({ delivery }) => delivery.outcome)).toEqual(["later"])
    waits.push(next ?? Number.NaN)
    expect((await deliverDue(await project(), telling)).attempts).toEqual([])
    later(next ?? 0)
  }
  expect(waits.map((wait) => 2 ** Math.round(Math.log2(wait / 5000)))).toEqual([1, 2, 4, 8])
  endpoint.behave("takes")
  const { attempts, next } = await deliverDue(await project(), telling)
  expect(next).toBeUndefined()
  const { messages } = await notifyState(await project(), telling)
  expect(messages.map(({ key, state }) => ({ key, state }))).toEqual([{ key: attempts[0]?.key, state: "delivered" }])
  expect(told().map(({ key }) => key)).toEqual([attempts[0]?.key])
})

test("a server that says when is believed", async () => {
  endpoint.behave({ status: 429, retryAfter: "120" })
  await queueNotices(await project(), notices(1), telling)
  const { next } = await deliverDue(await project(), telling)
  expect(next).toBeGreaterThan(115_000)
})

test("what is refused waits for somebody to put it right", async () => {
  endpoint.behave("refuses")
  await queueNotices(await project(), notices(1), telling)
  expect((await deliverDue(await project(), telling)).next).toBeUndefined()
  endpoint.behave("takes")
  later(24 * 3_600_000)
  expect((await deliverDue(await project(), telling)).attempts).toEqual([])
  expect(await retryRefused(await project(), telling)).toBe(1)
  await deliverDue(await project(), telling)
  expect(told()).toHaveLength(1)
})

test("too many messages wait, and come as one", async () => {
  const limited = { limit: "1/1h" }
  for (const count of [1, 2, 3]) {
    await queueNotices(await project(limited), notices(count), telling)
    await deliverDue(await project(limited), telling)
  }
  expect(told()).toHaveLength(1)
  later(3_600_001)
  await deliverDue(await project(limited), telling)
  expect(told()).toEqual([{ key: expect.any(String), title: expect.stringContaining("2 errors") }])
})

test("what needs a person is told again until somebody looks after it, or it is over", async () => {
  const again = { repeat: "1h" }
  await queueNotices(
    await project(again),
    ["the port", "the name"].flatMap((concern, index) => notices(1, { id: `notice ${index}`, concern })),
    telling,
  )
  const tellTimes = async (hours: number) => {
    let count = 0
    for (let hour = 0; hour < hours; hour++) {
      later(3_600_000)
      for (let restart = 0; restart < 2; restart++) await deliverDue(await project(again), telling)
      count += told().length
    }
    return count
  }
  await deliverDue(await project(again), telling)
  expect(told()).toHaveLength(1)
  expect(await tellTimes(3)).toBe(3)
  expect(await acknowledge(await project(), ["the port"], { tell, by: "somebody" })).toEqual(["the port"])
  await expect(acknowledge(await project(), ["the port"], { tell, by: "somebody" })).rejects.toThrow("nothing waits")
  expect(await tellTimes(1)).toBe(1)
  await settleConcerns(await project(), ["the name"], telling)
  expect(await tellTimes(3)).toBe(0)
})

test("a channel hears only of what is severe enough", async () => {
  const wanted = { severity: "error" } as const
  await queueNotices(await project(wanted), notices(2, { severity: "warning" }), telling)
  expect(await deliverDue(await project(wanted), telling)).toEqual({ attempts: [], next: undefined })
})

test("a secret does not leave", async () => {
  const secret = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`
  await queueNotices(
    await project(),
    notices(1, { diff: `+token: ${secret}\n`, detail: `it holds ${secret}` }),
    telling,
  )
  await deliverDue(await project(), telling)
  const [only] = endpoint.received()
  expect(only?.body).toContain("+token: ghp_***")
  expect(only?.body).not.toContain(secret)
})

test("a channel that the configuration no longer has is not lost in silence", async () => {
  endpoint.behave("fails")
  await queueNotices(await project(), notices(1), telling)
  await deliverDue(await project(), telling)
  later(10_000)
  writeFileSync(join(folder, "cfgsync.config.json"), JSON.stringify({ files: ["*.yaml"] }))
  const { attempts } = await deliverDue(await openProject({ cwd: folder }), telling)
  expect(attempts.map(({ delivery }) => delivery)).toEqual([
    { outcome: "refused", reason: "the configuration has no such channel any more" },
  ])
})

test("killed at any moment, nothing is lost, and what comes twice has one key", { timeout: 3_600_000 }, async () => {
  const rounds = process.env.CFGSYNC_LONG === undefined ? 10 : 200
  const often = { limit: "10000/1h" }
  const keys = new Map<string, string>()
  const note = () => {
    for (const { headers, body } of endpoint.received())
      for (const { id } of JSON.parse(body).data.notices) {
        expect(keys.get(id) ?? headers["webhook-id"]).toBe(headers["webhook-id"])
        keys.set(id, String(headers["webhook-id"]))
      }
  }
  await project(often)
  const whole = await killedAfter(60_000)
  const ids = Array.from({ length: rounds }, (_, round) => `round ${round}`)
  for (const id of ids) {
    await queueNotices(await project(often), notices(1, { id }), telling)
    await killedAfter(whole * (0.3 + Math.random()))
    note()
  }
  // A killed run keeps a message for itself for a while.
  later(24 * 3_600_000)
  await deliverDue(await project(often), { ...telling, tell: () => {} })
  note()
  expect([...keys.keys()].sort()).toEqual([...ids].sort())
  const { messages } = await notifyState(await project(often), telling)
  expect(new Set(messages.map(({ state }) => state))).toEqual(new Set(["delivered"]))
})

/** `cfgsync notify send`, killed after some milliseconds. @returns how long it lived */
async function killedAfter(ms: number): Promise<number> {
  const command = join(import.meta.dirname, "../../dist/cfgsync.js")
  const started = performance.now()
  const child = spawn(process.execPath, [command, "notify", "send"], { cwd: folder, stdio: "ignore" })
  const timer = setTimeout(() => child.kill("SIGKILL"), ms)
  await new Promise((resolve) => child.on("close", resolve))
  clearTimeout(timer)
  return performance.now() - started
}
