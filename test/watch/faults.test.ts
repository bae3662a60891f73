import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, onTestFinished, test } from "vitest"
import { takeLock } from "../../src/store/lock.ts"
import { httpEndpoint } from "../contract/httpEndpoint.ts"
import { checkHere, clock, disk, limited, unprivileged, withoutPrivileges } from "./confined.ts"
import { Live, makeHome, patience } from "./live.ts"
import { config, put, rest, stage } from "./stage.ts"

/** The built `cfgsync watch` while the system, the disk and other programs do what they sometimes do. */
const long = process.env.CFGSYNC_LONG !== undefined
const good = '{ "port": 80 }\n'
const bad = '{ "port": "x" }\n'
const isRepair = ({ event, files }: { readonly event: string; readonly files?: readonly string[] }) =>
  event === "repaired" && files?.includes("conf/a.json") === true

function manyFiles(count: number): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`conf/f${index}/a.json`, good]))
}

describe("what is not told of is found", () => {
  const changes = long ? 30_000 : 400
  test(`after ${changes} changes while the process was stopped`, async () => {
    const files = long ? 1000 : 100
    const root = stage(manyFiles(files))
    const live = await Live.start(root, { home: makeHome(), args: ["--no-fix"] })
    live.signal("SIGSTOP")
    // Sleep is what is meant here: a process that stood still for so long looks at everything.
    await rest(long ? 60_000 : 3500)
    for (let change = 0; change < changes; change++)
      put(root, `conf/f${(change * 7) % files}/a.json`, change % 3 === 0 ? good : bad)
    live.signal("SIGCONT")
    await live.agrees(root)
    expect(live.told.length).toBeGreaterThan(0)
    put(root, "conf/f1/a.json", '{ "port": [] }\n')
    await live.next(({ file, message }) => file === "conf/f1/a.json" && message?.includes("[]") === true)
  }, 600_000)

  test("in storms of renames, and in folders that go and come back", async () => {
    const rounds = long ? 2000 : 60
    const root = stage({ "conf/a/x.json": bad, "conf/b/x.json": good, "team/name.json": '{ "name": "red" }\n' })
    const live = await Live.start(root, { home: makeHome(), args: ["--no-fix"] })
    for (let round = 0; round < rounds; round++) {
      renameSync(join(root, "conf/a"), join(root, "conf/c"))
      renameSync(join(root, "conf/b"), join(root, "conf/a"))
      renameSync(join(root, "conf/c"), join(root, "conf/b"))
      put(root, `conf/new${round % 5}/y.json`, round % 2 === 0 ? bad : good)
      if (round % 10 === 9) rmSync(join(root, `conf/new${round % 5}`), { recursive: true })
      if (round % 20 === 19) {
        rmSync(join(root, "conf"), { recursive: true })
        put(root, "conf/a/x.json", bad)
        put(root, "conf/b/x.json", round % 40 === 39 ? bad : good)
        await rest(20)
      }
    }
    await live.agrees(root)
    // It hears again of what is in the folders that came last.
    const from = live.lines.length
    put(root, "conf/b/x.json", '{ "port": {} }\n')
    await live.next(({ event, file }) => event === "finding" && file === "conf/b/x.json", from)
  }, 600_000)

  test("in a project that was deleted and is there again", async () => {
    const root = stage({ "conf/a.json": good })
    const live = await Live.start(root, { home: makeHome() })
    renameSync(root, `${root}-away`)
    await live.next(({ event, reason }) => event === "degraded" && reason?.includes("is not there") === true)
    await live.next(({ event, message }) => event === "configuration" && message?.includes("still applies") === true)
    // Longer than the monitor waits before it puts down what it saw.
    await rest(500)
    expect(existsSync(root)).toBe(false)
    mkdirSync(root)
    for (const file of ["cfgsync.config.json", "own.rule"])
      put(root, file, readFileSync(join(`${root}-away`, file), "utf8"))
    rmSync(`${root}-away`, { recursive: true })
    put(root, "conf/a.json", good)
    await live.next(({ event }) => event === "recovered")
    await rest(50)
    const from = live.lines.length
    put(root, "conf/a.json", bad)
    await live.next(isRepair, from)
    expect(readFileSync(join(root, "conf/a.json"), "utf8")).toBe(good)
  }, 300_000)
})

describe.skipIf(limited.missing)("where the system can watch only 50 folders", () => {
  test("it is possible here", () => expect(limited.why).toBeUndefined())

  test("it says so within a second, and finds everything all the same", async () => {
    let delay = Number.POSITIVE_INFINITY
    // A machine with much other work may need a second only to come back to this. Who is degraded already does not say so again.
    for (let round = 0; round < 20 && delay > 1000; round++) {
      const root = stage(manyFiles(30))
      const live = await Live.start(root, { home: makeHome(), args: ["--no-fix"], through: limited.through(50) })
      expect(live.lines.filter(({ event }) => event === "degraded")).toEqual([])
      const started = performance.now()
      for (let folder = 0; folder < 60; folder++) put(root, `conf/more/${folder}/a.json`, folder % 2 ? bad : good)
      delay = (await live.next(({ event }) => event === "degraded")).heard - started
      await live.agrees(root)
      put(root, "conf/more/41/a.json", '{ "port": [] }\n')
      await live.agrees(root)
      expect(await live.stop()).toBe("0")
    }
    expect(delay).toBeLessThanOrEqual(1000)
  }, 600_000)

  test("also from the start on", async () => {
    const root = stage(manyFiles(80))
    const live = await Live.start(root, { home: makeHome(), args: ["--no-fix"], through: limited.through(50) })
    const { reason } = await live.next(({ event }) => event === "degraded")
    expect(reason).toMatch(/limit|ENOSPC|space/i)
    put(root, "conf/f79/a.json", bad)
    await live.agrees(root)
  }, 300_000)
})

describe.skipIf(unprivileged.missing)("whose permissions are taken away", () => {
  test("it is possible here", () => expect(unprivileged.why).toBeUndefined())

  test("a file that may not be read is told of, and looked at when it may be", async () => {
    const root = stage({ "conf/a.json": good, "conf/sub/b.json": good })
    const live = await Live.start(root, { home: makeHome(), through: withoutPrivileges })
    chmodSync(join(root, "conf/a.json"), 0)
    await live.next(({ event, file }) => event === "finding" && file === "conf/a.json")
    writeFileSync(join(root, "conf/a.json"), bad)
    chmodSync(join(root, "conf/a.json"), 0o644)
    await live.next(isRepair)
    await live.agrees(root)
    expect(readFileSync(join(root, "conf/a.json"), "utf8")).toBe(good)
  }, 300_000)

  test("a folder that may not be written is told of once, and repaired in when it may be", async () => {
    const root = stage({ "conf/a.json": good })
    const live = await Live.start(root, { home: makeHome(), through: withoutPrivileges })
    chmodSync(join(root, "conf"), 0o555)
    put(root, "conf/a.json", bad)
    await live.next(({ event }) => event === "repair-failed")
    await rest(3000)
    expect(live.lines.filter(({ event }) => event === "repair-failed")).toHaveLength(1)
    expect(readFileSync(join(root, "conf/a.json"), "utf8")).toBe(bad)
    chmodSync(join(root, "conf"), 0o755)
    await live.next(isRepair)
    await live.agrees(root)
    expect(readFileSync(join(root, "conf/a.json"), "utf8")).toBe(good)
  }, 300_000)

  test("a folder that may not be entered", async () => {
    const root = stage({ "conf/sub/b.json": bad, "single.json": good })
    const live = await Live.start(root, { home: makeHome(), args: ["--no-fix"], through: withoutPrivileges })
    chmodSync(join(root, "conf/sub"), 0)
    put(root, "single.json", bad)
    await live.next(({ event, file }) => event === "finding" && file === "single.json")
    await rest(1500)
    chmodSync(join(root, "conf/sub"), 0o755)
    put(root, "conf/sub/c.json", bad)
    await live.agrees(root)
    expect(live.told).toHaveLength(3)
  }, 300_000)
})

describe.skipIf(disk.missing)("on a disk", () => {
  test("it is possible here", () => expect(disk.why).toBeUndefined())

  test("that is full, nothing is torn, and what could not be repaired is repaired when there is room", async () => {
    const { root, through, stop } = await disk.open({ "conf/a.json": good, "conf/b.json": good }, "3m")
    const live = await Live.start("/", { home: `${root.inside}/home`, through })
    const filler = join(root.outside, "filler")
    // First by the block, then by the byte, until nothing goes in.
    for (const size of [65_536, 4096, 1]) fill(filler, size)
    writeFileSync(join(root.outside, "conf/a.json"), bad)
    await live.next(({ event }) => event === "repair-failed")
    expect(readFileSync(join(root.outside, "conf/a.json"), "utf8")).toBe(bad)
    rmSync(filler)
    await live.next(isRepair)
    expect(readFileSync(join(root.outside, "conf/a.json"), "utf8")).toBe(good)
    expect(await checkHere(through, root.inside)).toMatchObject({ status: 0 })
    await live.kill()
    await stop()
  }, 300_000)

  test("that may not be written for a while", async () => {
    const { root, through, stop, remount } = await disk.open({ "conf/a.json": good }, "8m")
    // What is open for writing keeps a disk from being closed to writing.
    const live = await Live.start("/", { home: makeHome(), through })
    live.signal("SIGSTOP")
    writeFileSync(join(root.outside, "conf/a.json"), bad)
    remount("ro")
    live.signal("SIGCONT")
    await live.next(({ event }) => event === "repair-failed")
    expect(readFileSync(join(root.outside, "conf/a.json"), "utf8")).toBe(bad)
    remount("rw")
    await live.next(isRepair)
    expect(readFileSync(join(root.outside, "conf/a.json"), "utf8")).toBe(good)
    await live.kill()
    await stop()
  }, 300_000)
})

test("a store that another process has does not keep it from seeing, and the repair comes when it is free", async () => {
  const root = stage({ "conf/a.json": good })
  const live = await Live.start(root, { home: makeHome() })
  put(root, "conf/a.json", bad)
  await live.next(({ event }) => event === "resolved")
  const store = join(root, ".cfgsync")
  const release = takeLock(store, patience)
  const from = live.lines.length
  put(root, "conf/a.json", bad)
  await live.next(({ event }) => event === "finding", from)
  await live.next(({ event }) => event === "repair-failed", from)
  expect(readFileSync(join(root, "conf/a.json"), "utf8")).toBe(bad)
  release?.()
  await live.next(isRepair, from)
  expect(readFileSync(join(root, "conf/a.json"), "utf8")).toBe(good)
}, 300_000)

describe.skipIf(clock.missing)("while the clock is set", () => {
  test("it is possible here", () => expect(clock.why).toBeUndefined())

  test("forth and back by days it sees, repairs, tells, and looks when it is time", async () => {
    const endpoint = await httpEndpoint()
    onTestFinished(endpoint.dispose)
    const hub = { type: "webhook", url: endpoint.url, group: "1s" }
    const files = [...config.files, { include: "slow/*.json", interval: "daily" }]
    const root = stage({ "conf/a.json": good, "slow/b.json": good }, { ...config, files, notify: { hub } })
    const home = makeHome()
    const file = join(home, "clock")
    writeFileSync(file, "+0")
    const live = await Live.start(root, { home, environment: clock.environment(file) })
    const repairs = async (offset: string) => {
      writeFileSync(file, offset)
      const from = live.lines.length
      put(root, "conf/a.json", bad)
      const { time } = await live.next(isRepair, from)
      await live.next(({ event }) => event === "resolved", from)
      return Date.parse(time)
    }
    const first = await repairs("+0")
    put(root, "slow/b.json", bad)
    expect((await repairs("+3d")) - first).toBeGreaterThan(2.9 * day)
    // It was to be looked at at three in the morning, and that is over.
    await live.next(({ event, file: which }) => event === "finding" && which === "slow/b.json")
    endpoint.behave("fails")
    put(root, "conf/c.json", '{ "size": 1 }\n')
    await live.next(({ event, file: which }) => event === "finding" && which === "conf/c.json")
    await expect.poll(() => endpoint.asked(), { timeout: patience }).toBeGreaterThan(0)
    expect((await repairs("-3d")) - first).toBeLessThan(0)
    endpoint.behave("takes")
    await expect
      .poll(
        () =>
          endpoint
            .received()
            .map(({ body }) => body)
            .join(""),
        { timeout: patience },
      )
      .toContain("conf/c.json")
    await live.agrees(root)
    expect(await live.stop()).toBe("0")
  }, 300_000)
})

const day = 24 * 3_600_000

function fill(file: string, size: number): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(size), { flag: "a" })
  } catch {
    // It is full.
  }
}
