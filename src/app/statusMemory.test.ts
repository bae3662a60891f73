import {
  chmodSync,
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
import { setTimeout } from "node:timers/promises"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { Random } from "../../test/properties/random.ts"
import { listFiles, type Walks } from "../system/list.ts"
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

test("a walk is remembered with the folders that were read, unless there is a link in one", () => {
  const kept: (readonly [paths: number, folders: readonly string[]])[] = []
  let known: readonly string[] | undefined
  const walks: Walks = {
    recall: () => known,
    keep: (_, { paths, folders }) => void kept.push([paths.length, [...folders.keys()]]),
  }
  mkdirSync(at("b/c"), { recursive: true })
  const list = () => listFiles(join(stage, "project"), ["**/*.json"], [".cfgsync/**"], walks).length
  expect(list()).toBe(count + 1)
  expect(kept).toEqual([[count + 1, [".", "a", "b", "b/c"]]])
  known = ["a/1.json"]
  expect(list()).toBe(1)
  known = undefined
  symlinkSync(at("a/1.json"), at("b/c/link.json"))
  expect(list()).toBe(count + 1)
  expect(kept).toHaveLength(1)
})

/** Any change to the tree that somebody may make between two looks at it. */
const changesOfTree: readonly ((number: number) => void)[] = [
  (number) => writeFileSync(at(`a/more${number}.json`), "{}\n"),
  (number) => rmSync(at(`a/${number}.json`), { force: true }),
  (number) => writeFileSync(at(`a/${number}.json`), '{ "number": 99 }\n'),
  (number) => renameSync(at(`a/${number + 1}.json`), at(`a/${number}.json`)),
  (number) => chmodSync(at(`a/${number + 3}.json`), 0o600),
  (number) => mkdirSync(at(`deep/${number}/a`), { recursive: true }),
  (number) => {
    mkdirSync(at(`deep/${number}/a`), { recursive: true })
    writeFileSync(at(`deep/${number}/a/x.json`), "{}\n")
  },
  (number) => writeFileSync(at(`deep/${number}.json`), "{}\n"),
  () => rmSync(at("deep"), { recursive: true, force: true }),
  (number) => symlinkSync(at("a"), at(`link${number}`)),
  (number) => rmSync(at(`link${number}`), { force: true }),
  () => renameSync(at("deep"), at("deeper")),
  () => renameSync(at("deeper"), at("deep")),
]

test("what is remembered changes no answer, whatever happens to the tree", { timeout: 300_000 }, async () => {
  writeFileSync(at("cfgsync.config.json"), '{ "files": ["a/*.json", "**/a/*.json", "deep/*.json"], "rules": [] }')
  const seed = Math.floor(Math.random() * 2 ** 31)
  const random = new Random(seed)
  for (let step = 0; step < Number(process.env.CFGSYNC_SEQUENCES ?? 12); step++) {
    await later()
    // So that the clock of the file system goes on, as it does in three seconds.
    await setTimeout(15)
    const did = Array.from({ length: 1 + random.below(3) }, () => random.below(changesOfTree.length))
    for (const each of did) {
      try {
        changesOfTree[each]?.(random.below(20))
      } catch {
        // Of what is there no more.
      }
    }
    const [wrong] = await later()
    const [cache, empty] = [join(stage, "cache"), join(stage, "empty")]
    vi.stubEnv("CFGSYNC_CACHE", empty)
    const [right] = await later()
    vi.stubEnv("CFGSYNC_CACHE", cache)
    rmSync(empty, { recursive: true, force: true })
    expect(wrong, `seed ${seed}, step ${step}: ${did}`).toEqual(right)
  }
})

test("a look is settled when the clock has gone on by more than the coarsest time stamps", () => {
  const look = { inode: 1, size: 1, mtime: 1000, ctime: 50_000, mode: 0o644 }
  expect([50_000, 51_999, 53_000, 53_001].map((moment) => isSettled(look, moment))).toEqual([false, false, false, true])
  // A time of modification that lies ahead.
  expect(isSettled({ ...look, mtime: 60_000 }, 60_500)).toBe(false)
})
