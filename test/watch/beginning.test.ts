import { statSync } from "node:fs"
import { expect, test } from "vitest"
import { Monitor } from "../../src/app/monitor/monitor.ts"
import { build, monitorFolder, readNote } from "../../src/app/monitor/place.ts"
import { ask, folderMark } from "../../src/app/monitor/wire.ts"
import { openProject } from "../../src/app/project.ts"
import { unattended } from "../../src/app/record.ts"
import { main } from "../../src/cli/main.ts"
import { answer } from "../../src/cli/serve.ts"
import { Live, makeHome, patience } from "./live.ts"
import { rest, stage } from "./stage.ts"

const bad = '{ "port": "x" }\n'

test("while everything is looked at for the first time it is told how far that is, and it can be ended", async () => {
  // So many that to look at all of them takes a while.
  const root = stage(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`conf/f${index}.json`, bad])))
  const home = makeHome()
  const live = new Live(root, { home, args: ["--no-fix"] })
  const asked = async (kind: "health" | "stop") => {
    const note = readNote(monitorFolder(root, { HOME: home }))
    return note === undefined ? undefined : ask(note.socket, { kind }, patience)
  }
  let beginning: unknown = null
  for (const end = performance.now() + patience; beginning === null && performance.now() < end; await rest(5)) {
    const given = await asked("health")
    if (given?.kind === "health" && typeof given.health === "object" && given.health !== null)
      beginning = new Map(Object.entries(given.health)).get("beginning") ?? null
  }
  expect(beginning).toEqual({ looked: expect.any(Number), of: expect.any(Number) })
  expect(await asked("stop")).toEqual({ kind: "stopping" })
  expect(await live.ended).toBe("0")
  expect(live.lines.filter(({ event }) => event === "started")).toEqual([])
  expect(live.lines.at(-1)).toMatchObject({ event: "stopped", reason: "it was asked to stop" })
  // Who begins next looks at everything.
  const next = await Live.start(root, { home, args: ["--no-fix"] })
  expect(next.told).toHaveLength(5000)
})

test("who asks a monitor that has not looked at every file does the work himself", async () => {
  const root = stage({ "conf/a.json": bad })
  const project = await openProject({ cwd: root })
  const monitor = await Monitor.open({
    project,
    reopen: async () => project,
    fix: false,
    recording: unattended("watch"),
    tell: () => {},
    failed: () => {},
  })
  const streams = { stdinTTY: false, stdoutTTY: false, stderrTTY: false }
  const request = { kind: "run", build, root: folderMark(statSync(root)), argv: ["check"], cwd: root, streams } as const
  const given = await answer({ ...request, environment: {} }, { monitor, main, stop: () => {} })
  expect(given).toEqual({ kind: "cold", reason: "the monitor has not looked at every file yet" })
  await monitor.stop("the test is over")
})
