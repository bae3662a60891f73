import { spawn } from "node:child_process"
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { rolldown } from "rolldown"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { auditVerify } from "../../src/app/audit.ts"
import { historyOf } from "../../src/app/history.ts"
import { openProject, type Project } from "../../src/app/project.ts"
import { openProjectStore } from "../../src/app/projectStore.ts"
import { connect } from "../../src/store/database.ts"
import { migrations } from "../../src/store/migrations.ts"
import { openSystem } from "../../src/system/real.ts"
import { canInject } from "./strace.ts"

/** The record–write–record sequence, killed at its system calls: what the disk holds, what the history says and what the audit proves agree. */
const able = canInject()
const long = process.env.CFGSYNC_LONG === "1"
const root = fileURLToPath(new URL("../..", import.meta.url))
/** The recorder in one file, in the package's folder: some hundred sources would be opened at each start, and a kill at those says nothing. */
const bundle = join(root, "node_modules", `.cfgsync-recorder-${process.pid}`)
const recorder = join(bundle, "recorder.js")
/** Node itself makes none of these before it runs a program, or nearly none, so that the n-th is the n-th of cfgsync. */
const own = ["fsync", "pwrite64", "rename", "link", "unlink", "mkdir", "rmdir", "ftruncate"]
/** The long form stops at those too that Node makes many of itself. */
const calls = long ? [...own, "write", "openat", "fchmod"] : own
const workers = 4

let stage: string
beforeAll(async () => {
  stage = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-record-")))
  const program = await rolldown({
    input: fileURLToPath(new URL("recorder.ts", import.meta.url)),
    cwd: root,
    platform: "node",
    resolve: { mainFields: ["module", "main"] },
    logLevel: "silent",
  })
  await program.write({ dir: bundle, format: "esm", entryFileNames: "[name].js" })
}, 120_000)
afterAll(() => {
  for (const folder of [stage, bundle]) rmSync(folder, { recursive: true, force: true })
})

const acts = ["set", "fix", "accept", "rollback", "reject", "settle", "undo", "migrate"] as const
type Act = (typeof acts)[number]
/** They go back to what was accepted. */
const goesBack = (act: Act) => act === "rollback" || act === "reject" || act === "settle"
const both = (name: string) => ({ "a.json": `{ "name": "${name}" }\n`, "b.json": `{ "name": "${name}" }\n` })
const old = both("old")
const before: Readonly<Record<Act, Readonly<Record<string, string>>>> = {
  set: old,
  fix: old,
  accept: old,
  rollback: old,
  reject: old,
  settle: old,
  undo: both("new"),
  migrate: old,
}
const after: Readonly<Record<Act, Readonly<Record<string, string>>>> = {
  set: { ...old, "a.json": '{ "name": "new" }\n' },
  fix: both("new"),
  accept: old,
  rollback: both("good"),
  reject: both("good"),
  settle: both("good"),
  undo: old,
  migrate: old,
}
/** Asked for by nobody but `fix`. */
const rule = `rule t/name "the name is new" {
  severity warning
  where    $.name == "old"
  require  $.name != "old"
  fix safe "name it anew" { set $.name = "new" }
}
`

function lay(name: string, files: Readonly<Record<string, string>>, act: Act): string {
  const root = join(stage, name)
  mkdirSync(join(root, "home"), { recursive: true })
  mkdirSync(join(root, "project"), { recursive: true })
  const group = { include: ["a.json", "b.json"], ...(act === "settle" ? { acceptance: "strict" } : {}) }
  const config = JSON.stringify({ files: [group], rules: ["t.rule"] })
  writeFileSync(join(root, "project", "cfgsync.config.json"), config)
  writeFileSync(join(root, "project", "t.rule"), rule)
  for (const [path, text] of Object.entries(files)) writeFileSync(join(root, "project", path), text)
  return root
}

function environmentOf(root: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: join(root, "home"), NODE_NO_WARNINGS: "1" }
}

/** @returns the exit code; `null`: killed */
async function run(root: string, act: Act, strace: readonly string[]): Promise<number | null> {
  const [program = "", ...args] = [...strace, process.execPath, recorder, root, act]
  const child = spawn(program, args, { env: environmentOf(root), stdio: ["ignore", "ignore", "inherit"] })
  return new Promise((resolve, reject) => child.on("close", resolve).on("error", reject))
}

/** As before the act: for what goes back there is a state to go back to, and changes since; for a migration a store of before the last one. */
async function prepare(act: Act): Promise<string> {
  const name = `before-${act}`
  const root = lay(name, goesBack(act) ? after[act] : old, act)
  if (act === "set" || act === "fix" || act === "accept") return root
  expect(await run(root, act === "undo" ? "fix" : "accept", [])).toBe(0)
  if (act === "migrate") setBack(join(root, "project", ".cfgsync", "store.db"))
  return lay(name, before[act], act)
}

/** What the last migration brought is taken out again. */
function setBack(file: string): void {
  const database = connect(file, { defensive: false })
  database.exec(`alter table snapshots drop column sealed; pragma user_version = ${migrations.length - 1}`)
  database.close()
}

async function countCalls(root: string, act: Act): Promise<ReadonlyMap<string, number>> {
  const copy = join(stage, `count-${act}`)
  cpSync(root, copy, { recursive: true })
  const trace = join(stage, `trace-${act}`)
  expect(await run(copy, act, ["strace", "-f", "-o", trace, "-e", `trace=${calls.join(",")}`])).toBe(0)
  const counts = new Map<string, number>()
  for (const [, name = ""] of readFileSync(trace, "utf8").matchAll(/^\d+ +(\w+)\(/gm))
    counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/** What is wrong after a kill and the next start; "" when nothing is. */
async function judge(stand: string, act: Act, call: string, nth: number): Promise<string> {
  const root = join(stage, `${act}-${call}-${nth}`)
  cpSync(stand, root, { recursive: true })
  try {
    const status = await run(root, act, [
      "strace",
      "-f",
      "-o",
      "/dev/null",
      "-e",
      `trace=${call}`,
      "-e",
      `inject=${call}:signal=KILL:when=${nth}`,
    ])
    const wrong = await disagreements(root, act, status === 0)
    return wrong.length === 0 ? "" : `${act} killed at ${call} ${nth}: ${wrong.join("; ")}`
  } finally {
    rmSync(root, { recursive: true })
  }
}

async function disagreements(root: string, act: Act, ended: boolean): Promise<readonly string[]> {
  const opened = await openProject({ cwd: join(root, "project") })
  const project: Project = { ...opened, system: openSystem(opened.root, { environment: environmentOf(root) }) }
  const store = await openProjectStore(project, { create: false, tell: () => {} })
  const items = store === undefined ? [] : historyOf(store, project)
  const good = store?.knownGood().size ?? 0
  store?.close()
  const names = Object.keys(old)
  const texts = names.map((name) => readFileSync(join(root, "project", name), "utf8"))
  const isNew = texts.every((text, index) => text === after[act][names[index] ?? ""])
  const isOld = texts.every((text, index) => text === before[act][names[index] ?? ""])
  const change = items.findLast((item) => item.kind === "change" && item.command === act)
  const made = change?.kind === "change" && change.outcome === "written"
  const verified = await auditVerify(project, { checkpoints: [] })
  const left = readdirSync(join(root, "project")).filter((name) => name.includes(".tmp") || name.includes("damaged"))
  const accepted = items.some(({ kind }) => kind === "accepted")
  const accepts = act === "accept" || act === "migrate"
  return [
    ...(isNew || isOld ? [] : ["the files are of two minds"]),
    ...(accepts || made === isNew ? [] : [`the history says ${JSON.stringify(change)}, the files ${texts}`]),
    ...(accepted === good > 0 ? [] : ["what is known good is not what was accepted"]),
    ...(ended && !isNew ? ["it said that it was done, and was not"] : []),
    ...(ended && accepts && !accepted ? ["it said that it was accepted, and was not"] : []),
    ...(items.some((item) => item.kind === "alarm") ? ["a false alarm"] : []),
    ...verified.problems.map(({ message }) => message),
    ...left.map((name) => `${name} is left`),
  ]
}

describe.skipIf(!able && process.env.CI !== "true")("killed at any moment, the next start makes all agree", () => {
  test.each(acts)(
    "%s",
    async (act) => {
      const stand = await prepare(act)
      const counts = await countCalls(stand, act)
      expect(counts.get("fsync") ?? 0).toBeGreaterThan(0)
      const all = [...counts].flatMap(([call, count]) =>
        Array.from({ length: count }, (_, index) => ({ call, nth: index + 1 })),
      )
      // The short form takes others each time; what is wrong is told with its call.
      const first = Math.floor(Math.random() * 6)
      const points = long ? all : all.filter((_, index) => index % 6 === first)
      const wrong: string[] = []
      const work = async () => {
        for (let point = points.shift(); point !== undefined; point = points.shift()) {
          const verdict = await judge(stand, act, point.call, point.nth)
          if (verdict !== "") wrong.push(verdict)
        }
      }
      await Promise.all(Array.from({ length: workers }, work))
      expect(wrong).toEqual([])
    },
    1_800_000,
  )
})
