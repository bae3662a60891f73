import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { acceptFiles, planAcceptance } from "../../src/app/acceptFiles.ts"
import { fix } from "../../src/app/fix.ts"
import { Ledger } from "../../src/app/monitor/ledger.ts"
import { Repairs } from "../../src/app/monitor/repairs.ts"
import { Setting } from "../../src/app/monitor/setting.ts"
import { openProject } from "../../src/app/project.ts"
import { openProjectStore } from "../../src/app/projectStore.ts"
import { unattended } from "../../src/app/record.ts"
import { put, rest, stage, watch } from "./stage.ts"

const good = '{ "port": 80 }\n'
const bad = '{ "port": "x" }\n'

test("a file that drifts is told of, repaired once it is quiet, and the repair is in the history as the monitor's", async () => {
  const root = stage({ "conf/a.json": good })
  const watched = await watch(root, { fix: true })
  put(root, "conf/a.json", bad)
  const { finding } = await watched.next("finding")
  expect(finding).toMatchObject({ file: "conf/a.json", rule: "own/port", range: { start: { line: 1, column: 11 } } })
  expect(await watched.next("repaired")).toMatchObject({ files: ["conf/a.json"] })
  expect(await watched.next("resolved")).toMatchObject({ by: "repair" })
  expect(readFileSync(join(root, "conf/a.json"), "utf8")).toBe(good)
  const store = await openProjectStore(await openProject({ cwd: root }), { create: false, tell: () => {} })
  const actors = store?.entries().flatMap((entry) => (entry.kind === "intent" ? [entry.actor.kind] : []))
  store?.close()
  expect(actors).toEqual(["watch"])
})

test("a file in the middle of a save is not told of, and one that stays broken is", async () => {
  const root = stage({ "conf/a.json": good })
  const watched = await watch(root)
  // A machine that stands still in the middle of a save makes it a state that stays: then it is tried again.
  for (let tries = 0, stalled = true; stalled; tries++) {
    expect(tries).toBeLessThan(50)
    const began = watched.events.length
    let longest = 0
    for (let count = 0; count < 10; count++) {
      const started = performance.now()
      put(root, "conf/a.json", "")
      put(root, "conf/a.json", '{ "port": ')
      await new Promise((resolve) => setImmediate(resolve))
      put(root, "conf/a.json", `{ "port": ${count} }\n`)
      await rest(10)
      longest = Math.max(longest, performance.now() - started)
    }
    await rest(200)
    stalled = longest > 35
    if (!stalled) expect(watched.events.slice(began)).toEqual([])
  }
  put(root, "conf/a.json", '{ "port": ')
  expect((await watched.next("finding")).finding.rule).toBe("cfgsync/syntax")
  put(root, "conf/a.json", good)
  await watched.next("resolved")
})

test("a program that rewrites the file every 100 ms trips the breaker, and a person is told who fights", async () => {
  const root = stage({ "conf/a.json": good, "conf/b.json": good })
  const watched = await watch(root, { fix: true })
  const rewriting = setInterval(() => writeFileSync(join(root, "conf/a.json"), bad), 100)
  try {
    const fight = await watched.next("fight", 60_000)
    expect(fight.file).toBe("conf/a.json")
    // A slow machine never gets as far as to write a repair.
    if (fight.repairs === 0) expect(fight.with).toMatch(/^another program, which writes the file all the time/)
    else {
      expect(fight).toMatchObject({ rules: ["own/port"], repairs: 5 })
      expect(fight.with).toBe("the rule own/port against another program, which writes the same text back each time")
    }
    const repairs = () => watched.events.filter(({ kind }) => kind === "repaired").length
    const before = repairs()
    await rest(600)
    expect(repairs()).toBe(before)
  } finally {
    clearInterval(rewriting)
  }
  expect(watched.monitor.health().fights).toBe(1)
  // Others are repaired as ever.
  put(root, "conf/b.json", bad)
  expect((await watched.next("repaired")).files).toEqual(["conf/b.json"])
})

test("a file that is spoilt again the moment it was repaired is repaired again", async () => {
  const root = stage({ "conf/a.json": good })
  let repairs = 0
  await watch(root, {
    fix: true,
    tell: ({ kind }) => {
      if (kind === "repaired" && ++repairs === 1) put(root, "conf/a.json", bad)
    },
  })
  put(root, "conf/a.json", bad)
  await expect.poll(() => repairs, { timeout: 20_000 }).toBe(2)
  expect(readFileSync(join(root, "conf/a.json"), "utf8")).toBe(good)
})

test("two rules that want opposite things end, and a person is told", async () => {
  const root = stage({ "conf/a.json": "{}\n" })
  const rule = (name: string, value: number) => `rule own/${name} "the size is ${value}" {
  why "it is so"
  severity error
  files "*.json"
  where $.size is present
  require $.size == ${value}
}
`
  put(root, "own.rule", rule("one", 1) + rule("two", 2))
  const watched = await watch(root, { fix: true })
  put(root, "conf/a.json", '{ "size": 3 }\n')
  await watched.next("unrepaired")
  await rest(500)
  const repairs = watched.events.filter(({ kind }) => kind === "repaired").length
  expect(repairs).toBeLessThanOrEqual(5)
  const before = watched.events.length
  await rest(500)
  expect(watched.events.length).toBe(before)
  // What comes back is told again, although it is the same text.
  put(root, "conf/a.json", "{}\n")
  await watched.next("resolved")
  put(root, "conf/a.json", '{ "size": 3 }\n')
  await watched.next("unrepaired")
  const ids = watched.events.filter(({ kind }) => kind === "unrepaired").map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})

test("a repair that found nothing to do just then, because somebody was writing, is come back to", async () => {
  const root = stage({ "conf/a.json": good })
  const { warm } = await Setting.open(await openProject({ cwd: root }), () => {})
  const ledger = new Ledger()
  ledger.set("conf/a.json", "as it was seen", await warm.check("conf/a.json", Buffer.from(bad)), true)
  const wakes: number[] = []
  const repairs = new Repairs({
    ledger,
    recording: unattended("watch"),
    tell: () => {},
    stirred: () => 0,
    written: () => "",
    wake: (delay) => wakes.push(delay),
  })
  expect(await repairs.make(["conf/a.json"], warm)).toEqual([])
  expect(repairs.waits("conf/a.json")).toBe(true)
  expect(Math.max(...wakes)).toBeGreaterThan(50)
  put(root, "conf/a.json", bad)
  await expect.poll(() => repairs.due(performance.now()), { timeout: 20_000 }).toEqual(["conf/a.json"])
  expect(await repairs.make(["conf/a.json"], warm)).toEqual(["conf/a.json"])
  expect(repairs.waits("conf/a.json")).toBe(false)
})

test("a change that waits for a person is told once, again when it comes back, and is over when somebody accepts it", async () => {
  const group = { include: "conf/*.json", acceptance: "ask" }
  const root = stage({ "conf/a.json": good }, { files: [group], rules: [] })
  const project = await openProject({ cwd: root })
  const recording = unattended("accept")
  const accept = async () => {
    const { candidates } = await planAcceptance(project, ["conf/a.json"])
    await acceptFiles(project, candidates, { reason: "", recording })
  }
  await accept()
  const watched = await watch(root, { fix: true })
  const other = '{ "port": 81 }\n'
  put(root, "conf/a.json", other)
  const { id } = await watched.next("pending")
  put(root, "conf/a.json", good)
  expect(await watched.next("settled")).toMatchObject({ as: "put back" })
  put(root, "conf/a.json", other)
  expect((await watched.next("pending")).id).not.toBe(id)
  await accept()
  expect(await watched.next("settled")).toMatchObject({ as: "accepted" })
  expect(watched.monitor.health().pending).toBe(0)
})

test("what an editor saves while a repair is made is never lost", async () => {
  const rounds = process.env.CFGSYNC_LONG === undefined ? 150 : 10_000
  const root = stage({ "conf/a.json": good })
  const project = await openProject({ cwd: root })
  const file = join(root, "conf/a.json")
  const lost: string[] = []
  for (let round = 0; round < rounds; round++) {
    writeFileSync(file, bad)
    const typed = `{ "port": 80, "typed": ${round} }\n`
    const save = () => {
      if (round % 2 === 0) writeFileSync(file, typed)
      else {
        writeFileSync(`${file}~`, typed)
        renameSync(`${file}~`, file)
      }
    }
    // The editor saves at some moment of the repair: here between its check, its proof and its write.
    const repaired = fix(project, { paths: ["conf/a.json"], unsafe: false, dryRun: false })
    for (let turn = 0; turn < round % 40; turn++) await Promise.resolve()
    if (round % 5 === 0) await rest(round % 7)
    save()
    await repaired
    if (readFileSync(file, "utf8") !== typed) lost.push(`${round}: ${readFileSync(file, "utf8")}`)
  }
  expect(lost).toEqual([])
})

test("rules and configuration are read again; an invalid state keeps the last good one", async () => {
  const root = stage({ "conf/a.json": bad })
  const watched = await watch(root)
  expect(watched.monitor.findings).toHaveLength(1)
  put(root, "own.rule", "nonsense")
  expect(await watched.next("configuration")).toMatchObject({ valid: false })
  put(root, "conf/b.json", bad)
  expect((await watched.next("finding")).finding.file).toBe("conf/b.json")
  put(
    root,
    "own.rule",
    'rule own/other "the port is a list" {\n  why "x"\n  severity info\n  files "*.json"\n  require $.port is array\n}\n',
  )
  expect(await watched.next("configuration")).toMatchObject({ valid: true })
  await watched.monitor.idle()
  expect(watched.monitor.findings.map(({ rule }) => rule)).toEqual(["own/other", "own/other"])
  rmSync(join(root, "cfgsync.config.json"))
  put(root, "cfgsync.config.json", '{ "files": ["conf/b.json"], "rules": ["own.rule"] }')
  await watched.next("configuration")
  await rest(300)
  await watched.monitor.idle()
  expect(watched.monitor.findings.map(({ file }) => file)).toEqual(["conf/b.json"])
})
