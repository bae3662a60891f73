import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { isSettled } from "../system/look.ts"
import { acceptFiles, planAcceptance } from "./acceptFiles.ts"
import { openProject, type Project } from "./project.ts"
import { unattended } from "./record.ts"
import { statusOf } from "./status.ts"

const count = 210
let stage: string
let reads: string[] = []

beforeEach(async () => {
  stage = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-status-")))
  vi.stubEnv("CFGSYNC_CACHE", join(stage, "cache"))
  mkdirSync(join(stage, "project", "a"), { recursive: true })
  writeFileSync(at("cfgsync.config.json"), '{ "files": ["a/*.json"], "rules": [] }')
  for (let number = 0; number < count; number++) writeFileSync(at(`a/${number}.json`), `{ "number": 1${number} }\n`)
  const project = await open()
  const { candidates } = await planAcceptance(project, ["a"])
  await acceptFiles(project, candidates, { reason: "", recording: unattended("accept") })
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllEnvs()
  rmSync(stage, { recursive: true })
})

const at = (path: string) => join(stage, "project", path)

async function open(): Promise<Project> {
  const project = await openProject({ cwd: join(stage, "project") })
  const read: Project["system"]["read"] = (path, limit) => {
    reads.push(path)
    return project.system.read(path, limit)
  }
  return { ...project, system: { ...project.system, read } }
}

/** What is not clean, having read how many files; while nothing of them is settled. */
async function status(moment = Math.min(...changes())): Promise<readonly [wrong: readonly string[], read: number]> {
  const project = await open()
  const clock = vi.spyOn(Date, "now").mockReturnValue(moment)
  reads = []
  try {
    const files = await statusOf(project, [], () => {})
    expect(files.length).toBeGreaterThanOrEqual(count)
    return [files.filter(({ state }) => state !== "clean").map(({ path, state }) => `${path} ${state}`), readFiles()]
  } finally {
    clock.mockRestore()
  }
}

/** Some time after the last change: then a look at a file is worth remembering. */
const later = () => status(Math.max(...changes()) + 60_000)

const readFiles = () => new Set(reads).size

function changes(): readonly number[] {
  return readdirSync(at("a")).map((name) => statSync(at(`a/${name}`)).ctimeMs)
}

test("what has just been changed is read again and again, what is settled once", async () => {
  expect(await status()).toEqual([[], count])
  expect(await status()).toEqual([[], count])
  expect(await later()).toEqual([[], count])
  expect(await status()).toEqual([[], 0])
})

test("a change of the same size that comes at once", async () => {
  await status()
  writeFileSync(at("a/7.json"), '{ "number": 99 }\n')
  expect(await status()).toEqual([["a/7.json drifted"], count])
})

test("a change of the same size is seen by a restored time too", async () => {
  await later()
  const { atime, mtime } = statSync(at("a/7.json"))
  writeFileSync(at("a/7.json"), '{ "number": 99 }\n')
  utimesSync(at("a/7.json"), atime, mtime)
  expect(await status()).toEqual([["a/7.json drifted"], 1])
  expect(await status()).toEqual([["a/7.json drifted"], 1])
})

test("a copy with the time of the file that it replaces", async () => {
  await later()
  const { atime, mtime } = statSync(at("a/7.json"))
  copyFileSync(at("a/8.json"), at("copy"))
  utimesSync(at("copy"), atime, mtime)
  renameSync(at("copy"), at("a/7.json"))
  expect(await status()).toEqual([["a/7.json drifted"], 1])
})

test("two files that change places", async () => {
  await later()
  renameSync(at("a/7.json"), at("aside"))
  renameSync(at("a/8.json"), at("a/7.json"))
  renameSync(at("aside"), at("a/8.json"))
  expect((await status())[0]).toEqual(["a/7.json drifted", "a/8.json drifted"])
})

test("a file that is gone, one that is new, and a link out of the project in the place of the folder", async () => {
  await later()
  rmSync(at("a/7.json"))
  writeFileSync(at("a/new.json"), "{}\n")
  expect((await status())[0]).toEqual(["a/7.json missing", "a/new.json new"])
  renameSync(at("a"), join(stage, "outside"))
  symlinkSync(join(stage, "outside"), at("a"))
  const [wrong] = await status()
  expect(wrong).toContain("a/8.json unreadable")
})

test("what is accepted meanwhile, and a memory that is damaged", async () => {
  await later()
  writeFileSync(at("a/7.json"), '{ "number": 99 }\n')
  const { candidates } = await planAcceptance(await open(), ["a/7.json"])
  await acceptFiles(await open(), candidates, { reason: "", recording: unattended("accept") })
  expect((await status())[0]).toEqual([])
  const [name = ""] = readdirSync(join(stage, "cache"))
  writeFileSync(join(stage, "cache", name), '{ "version": 1 }')
  expect(await status()).toEqual([[], count])
})

test("a look is settled when the clock has gone on by more than the coarsest time stamps", () => {
  const look = { inode: 1, size: 1, mtime: 1000, ctime: 50_000, mode: 0o644 }
  expect([50_000, 51_999, 53_000, 53_001].map((moment) => isSettled(look, moment))).toEqual([false, false, false, true])
  // A time of modification that lies ahead.
  expect(isSettled({ ...look, mtime: 60_000 }, 60_500)).toBe(false)
})
