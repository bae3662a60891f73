import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import type { Happening, MonitorEvent } from "../model/monitorEvent.ts"
import { fix } from "./fix.ts"
import { keepEvents } from "./keepEvents.ts"
import { eventOf, repairedIdentity } from "./monitor/tell.ts"
import { openProject } from "./project.ts"
import { untoldRepairs } from "./untoldRepairs.ts"

let folder: string
const tell = (notice: string) => {
  throw new Error(notice)
}

const rule = `rule own/port "the port is a number" {
  why "the server compares it"
  severity error
  files "*.json"
  require $.port is number
  fix safe "take the usual one" { set $.port = 80 }
}
`

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2030-01-31T12:00:00.000Z"), toFake: ["Date"] })
  folder = mkdtempSync(join(tmpdir(), "cfgsync-untold-"))
  writeFileSync(join(folder, "cfgsync.config.json"), '{ "files": ["a.json"], "rules": ["own.rule"] }')
  writeFileSync(join(folder, "own.rule"), rule)
})

afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true })
})

const later = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds)

/** As a monitor does it. @returns the number of the change */
async function repair(): Promise<number> {
  later(100)
  writeFileSync(join(folder, "a.json"), '{ "port": "x" }\n')
  let change = 0
  const made = (id: number) => {
    change = id
  }
  const recording = {
    actor: { kind: "watch", name: "watch", evidence: [] },
    command: "watch",
    tell,
    on: true,
    made,
  } as const
  await fix(await openProject({ cwd: folder }), { unsafe: false, dryRun: false, recording })
  return change
}

async function keep(happening: Happening, identity: readonly unknown[] = [Date.now()]): Promise<void> {
  later(100)
  await keepEvents(await openProject({ cwd: folder }), [eventOf(happening, identity, new Date())], { tell })
}

const stopped = (root = realpathSync(folder)) => keep({ kind: "stopped", root, reason: "SIGTERM" })

const repaired = (change: number) =>
  keep(
    { kind: "repaired", files: ["a.json"], repairs: [], milliseconds: 1, changes: [change] },
    repairedIdentity([change]),
  )

async function untold(): Promise<readonly (readonly number[])[]> {
  later(100)
  const events = await untoldRepairs(await openProject({ cwd: folder }), new Date().toISOString(), { tell })
  return events.map((event: MonitorEvent) => (event.kind === "repaired" ? (event.changes ?? []) : []))
}

test("nobody has told of anything yet", async () => {
  expect(await untold()).toEqual([])
  const change = await repair()
  expect(await untold()).toEqual([[change]])
})

test("what was told of, and what was made before a monitor ended in order, is not told again", async () => {
  await repaired(await repair())
  expect(await untold()).toEqual([])
  await repair()
  await stopped()
  expect(await untold()).toEqual([])
})

test("a monitor that was killed before it put anything down, after one that ended in order, has told nobody", async () => {
  await repaired(await repair())
  await stopped()
  const changes = [await repair(), await repair()]
  expect(await untold()).toEqual(changes.map((change) => [change]))
})

test("that a monitor of another folder of the same store ended in order says nothing of this one", async () => {
  const change = await repair()
  await stopped("/elsewhere")
  expect(await untold()).toEqual([[change]])
})
