import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import type { Event } from "./entry.ts"
import { openStore } from "./openStore.ts"
import { storePlace } from "./place.ts"
import { readLastGood } from "./readLastGood.ts"
import { ownVerifier, readLog } from "./readLog.ts"
import type { Store } from "./store.ts"
import { verifyLog } from "./verifyLog.ts"

let root: string
let notices: string[]

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-store-")))
  mkdirSync(join(root, "project"))
  notices = []
})
afterEach(() => rmSync(root, { recursive: true }))

const environment = () => ({ HOME: root })
const place = () => storePlace(join(root, "project"), true, environment())
const file = () => join(root, "project", ".cfgsync", "store.db")

function open(create = true): Store {
  const tell = (notice: string) => void notices.push(notice)
  const store = openStore(place(), { environment: environment(), now: () => "2030-01-31T12:00:00.000Z", create, tell })
  if (store === undefined) throw new Error("there is no store")
  return store
}

const bytes = (text: string) => new TextEncoder().encode(text)
const actor = { kind: "program", name: "test", evidence: [] } as const
const hash = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
const accepted: Event = {
  kind: "accepted",
  actor,
  command: "accept",
  worktree: "",
  reason: "",
  files: [{ path: "a.json", hash, size: 6, mode: "0644", format: "json" }],
}

function fill(): void {
  const store = open()
  store.append([accepted], [bytes("hello\n")])
  store.close()
}

test("what was kept is there again, for its owner only", () => {
  fill()
  const store = open()
  expect(store.entries().map(({ id, kind }) => [id, kind])).toEqual([
    [1, "opened"],
    [2, "accepted"],
  ])
  expect(store.content(hash)).toEqual(Buffer.from("hello\n"))
  expect(store.content("0".repeat(64))).toBeUndefined()
  expect(store.knownGood().get("a.json")).toMatchObject({ hash, accepted: 2 })
  store.close()
  expect(notices).toEqual([])
  expect(readLastGood(place(), "a.json")).toEqual(Buffer.from("hello\n"))
  expect(readLastGood(place(), "b.json")).toBeUndefined()
  const found = readLog(place(), environment())
  expect(found?.damage).toBeUndefined()
  expect(verifyLog(found?.log ?? { lines: [], head: "" }, ownVerifier(environment()), [])).toEqual([])
  expect(readdirSync(join(root, "project", ".cfgsync")).sort()).toEqual([".gitignore", "lock.db", "store.db"])
  for (const name of ["project/.cfgsync/store.db", "project/.cfgsync/lock.db", ".config/cfgsync/audit.key"])
    expect((statSync(join(root, name)).mode & 0o777).toString(8)).toBe("600")
  for (const name of ["project/.cfgsync", ".config/cfgsync"])
    expect((statSync(join(root, name)).mode & 0o777).toString(8)).toBe("700")
})

test("nothing is made where nothing is asked to be", () => {
  const options = { environment: environment(), now: () => "", create: false, tell: () => {} }
  expect(openStore(place(), options)).toBeUndefined()
  expect(readLog(place(), environment())).toBeUndefined()
  expect(readdirSync(root)).toEqual(["project"])
})

test("the log is only added to", async () => {
  fill()
  const { connect } = await import("./database.ts")
  const database = connect(file())
  expect(() => database.exec("update changes set entry = '{}'")).toThrow("only added to")
  expect(() => database.exec("delete from changes")).toThrow("only added to")
  database.close()
})

describe("a store that is damaged is set aside, with its date, and said to be", () => {
  const damages: Readonly<Record<string, () => void>> = {
    "cut in the middle": () => truncateSync(file(), statSync(file()).size - 4096),
    "cut within a page": () => truncateSync(file(), statSync(file()).size - 100),
    "no database": () => writeFileSync(file(), "hello"),
    "zeros at its beginning": () =>
      writeFileSync(file(), Buffer.concat([Buffer.alloc(512), readFileSync(file()).subarray(512)])),
  }
  test.each(Object.entries(damages))("%s", (_, damage) => {
    fill()
    damage()
    const damaged = readFileSync(file())
    const store = open(false)
    expect(notices).toEqual([
      expect.stringMatching(/store\.db is damaged: .*set aside as store\.db\.damaged-2030-01-31T12/),
    ])
    expect(store.entries().at(-1)).toMatchObject({ kind: "alarm", reason: "damaged", id: 2 })
    store.close()
    expect(readFileSync(`${file()}.damaged-2030-01-31T12-00-00-000Z`)).toEqual(damaged)
    notices = []
    open().close()
    expect(notices).toEqual([])
  })

  test("and it says so where it cannot be set aside", () => {
    fill()
    writeFileSync(file(), "hello")
    expect(() => readLastGood(place(), "a.json")).toThrow("store.db cannot be read")
    expect(readLog(place(), environment())).toMatchObject({ log: null, damage: expect.any(String) })
  })
})

/** The long form flips a bit of every eleventh byte. */
const step = process.env.CFGSYNC_LONG === "1" ? 11 : 331

test("of one flipped byte, either it is found or nothing is other than before", () => {
  fill()
  const whole = readFileSync(file())
  const told = () => {
    const store = open(false)
    const answer = JSON.stringify([store.log(), [...store.knownGood()], String(store.content(hash))])
    store.close()
    return answer
  }
  const before = told()
  let found = 0
  for (let at = 0; at < whole.length; at += step) {
    const flipped = Buffer.from(whole)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8))
    rmSync(join(root, "project", ".cfgsync"), { recursive: true })
    mkdirSync(join(root, "project", ".cfgsync"))
    writeFileSync(file(), flipped, { mode: 0o600 })
    rmSync(join(root, ".local"), { recursive: true, force: true })
    notices = []
    const after = told()
    if (notices.length > 0) found++
    else expect([at, after]).toEqual([at, before])
  }
  expect(found).toBeGreaterThan(5)
})

describe("what is remembered elsewhere gives away", () => {
  test("that the store was deleted", () => {
    fill()
    rmSync(join(root, "project", ".cfgsync"), { recursive: true })
    expect(readLog(place(), environment())?.damage).toMatch("is gone")
    const store = open(false)
    expect(notices).toEqual([expect.stringContaining("was deleted")])
    expect(store.entries().at(-1)).toMatchObject({
      kind: "alarm",
      reason: "missing",
      checkpoint: expect.stringContaining("\n2\n"),
    })
    store.close()
  })

  test("that it was emptied", () => {
    fill()
    truncateSync(file(), 0)
    open(false).close()
    expect(notices).toEqual([expect.stringContaining("was deleted")])
  })

  test("that it was set back to what it once was", () => {
    fill()
    copyFileSync(file(), join(root, "old.db"))
    fill()
    copyFileSync(join(root, "old.db"), file())
    const store = open(false)
    expect(notices).toEqual([expect.stringContaining("the log was cut")])
    expect(store.entries().at(-1)).toMatchObject({ kind: "alarm", reason: "cut", id: 3 })
    store.close()
    notices = []
    open(false).close()
    expect(notices).toEqual([])
  })

  test("that another was put in its place", () => {
    fill()
    const other = openStore(storePlace(join(root), true, environment()), {
      environment: environment(),
      now: () => "2030-01-31T12:00:00.000Z",
      create: true,
      tell: () => {},
    })
    other?.close()
    copyFileSync(join(root, ".cfgsync", "store.db"), file())
    open(false).close()
    expect(notices).toEqual([expect.stringContaining("another store was here")])
  })
})

describe("it is refused, and nothing is changed,", () => {
  test("where a link stands in place of the folder or the file", () => {
    mkdirSync(join(root, "elsewhere"))
    symlinkSync(join(root, "elsewhere"), join(root, "project", ".cfgsync"))
    expect(() => open()).toThrow("is no folder")
    rmSync(join(root, "project", ".cfgsync"))
    mkdirSync(join(root, "project", ".cfgsync"))
    symlinkSync(join(root, "elsewhere", "x"), file())
    expect(() => open()).toThrow("is no regular file")
    expect(readdirSync(join(root, "elsewhere"))).toEqual([])
  })

  test("when a newer cfgsync made it", async () => {
    fill()
    const { connect } = await import("./database.ts")
    const database = connect(file())
    database.exec("pragma user_version = 1000")
    database.close()
    expect(() => open()).toThrow("newer cfgsync")
    expect(readdirSync(join(root, "project", ".cfgsync")).filter((name) => name.includes("damaged"))).toEqual([])
  })

  test("when others may read the key", () => {
    fill()
    chmodSync(join(root, ".config/cfgsync/audit.key"), 0o644)
    expect(() => open()).toThrow("others may read the key")
  })
})

describe("the place of a store", () => {
  const at = (path: string, isProject = false) => storePlace(join(root, path), isProject, environment())

  test("is the user's own for a file that belongs to nothing, the project's for a project", () => {
    expect(at("project")).toMatchObject({ folder: join(root, ".local/state/cfgsync/store"), home: null })
    expect(at("project", true)).toMatchObject({ folder: join(root, "project/.cfgsync"), home: join(root, "project") })
  })

  test("is shared by the worktrees of a repository, but not by a folder that only claims to be one", () => {
    mkdirSync(join(root, "main/.git/worktrees/side"), { recursive: true })
    mkdirSync(join(root, "side/sub"), { recursive: true })
    mkdirSync(join(root, "thief"))
    const git = join(root, "main/.git/worktrees/side")
    writeFileSync(join(root, "side/.git"), `gitdir: ${git}\n`)
    writeFileSync(join(root, "thief/.git"), `gitdir: ${git}\n`)
    writeFileSync(join(git, "gitdir"), `${join(root, "side/.git")}\n`)
    writeFileSync(join(git, "commondir"), "../..\n")
    const folder = join(root, "main/.cfgsync")
    expect(at("main")).toEqual({ folder, home: join(root, "main"), worktree: "" })
    expect(at("side/sub", true)).toEqual({ folder, home: join(root, "side"), worktree: "side" })
    expect(at("thief")).toEqual({ folder: join(root, "thief/.cfgsync"), home: join(root, "thief"), worktree: "" })
  })
})
