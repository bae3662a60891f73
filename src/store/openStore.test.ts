import { spawn } from "node:child_process"
import { once } from "node:events"
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { auditKey, rotateAuditKey } from "./auditKey.ts"
import { type Content, pack, unpack } from "./content.ts"
import type { Event } from "./entry.ts"
import { openStore } from "./openStore.ts"
import { handOver } from "./owners.ts"
import { storePlace } from "./place.ts"
import { readLastGood } from "./readLastGood.ts"
import { ownVerifier, readLog } from "./readLog.ts"
import { openToRead } from "./readOnly.ts"
import type { Store } from "./store.ts"
import { verifyLog } from "./verifyLog.ts"
import { Witness } from "./witness.ts"

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

function open(create = true, alone = false): Store {
  const tell = (notice: string) => void notices.push(notice)
  const now = () => "2030-01-31T12:00:00.000Z"
  const store = openStore(place(), { environment: environment(), now, create, tell, alone })
  if (store === undefined) throw new Error("there is no store")
  return store
}

const bytes = (text: string) => new TextEncoder().encode(text)
const textOf = (content: Content | undefined) => String(content && Buffer.from(unpack(content) ?? []))
const actor = { kind: "program", name: "test", evidence: [] } as const
const hash = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"
const accepted = {
  kind: "accepted",
  actor,
  command: "accept",
  worktree: "",
  reason: "",
  files: [{ path: "a.json", hash, size: 6, mode: "0644", format: "json" }],
} satisfies Event

function fill(): void {
  const store = open()
  store.append([accepted], [pack(bytes("hello\n"))])
  store.close()
}

test("what was kept is there again, for its owner only", () => {
  fill()
  const store = open()
  expect(store.entries().map(({ id, kind }) => [id, kind])).toEqual([
    [1, "opened"],
    [2, "accepted"],
  ])
  expect(textOf(store.content(hash))).toBe("hello\n")
  expect(store.content("0".repeat(64))).toBeUndefined()
  expect(store.knownGood().get("a.json")).toMatchObject({ hash, accepted: 2 })
  store.close()
  expect(notices).toEqual([])
  expect(textOf(readLastGood(place(), "a.json"))).toBe("hello\n")
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

describe("a store that is damaged is set aside, with its date, and what proves itself in it is saved", () => {
  const damages: Readonly<Record<string, readonly [saved: RegExp, damage: () => void]>> = {
    "cut in the middle": [/2 of 2 entries/, () => truncateSync(file(), statSync(file()).size - 4096)],
    "cut within a page": [/2 of 2 entries/, () => truncateSync(file(), statSync(file()).size - 4196)],
    "no database": [/0 of 2 entries and 0 contents/, () => writeFileSync(file(), "hello")],
    "zeros at its beginning": [
      /2 of 2 entries and 1 contents/,
      () => writeFileSync(file(), Buffer.concat([Buffer.alloc(512), readFileSync(file()).subarray(512)])),
    ],
  }
  test.each(Object.entries(damages))("%s", (_, [saved, damage]) => {
    fill()
    const lines = linesThere()
    damage()
    const damaged = readFileSync(file())
    const store = open(false)
    expect(notices).toEqual([
      expect.stringMatching(/store\.db is damaged: .*set aside as store\.db\.damaged-2030-01-31T12/),
    ])
    expect(notices[0]).toMatch(saved)
    expect(store.alarm).toMatchObject({ reason: "damaged" })
    expect(store.entries().at(-1)).toMatchObject({
      kind: "alarm",
      reason: "damaged",
      detail: expect.stringMatching(saved),
    })
    if (!saved.source.startsWith("0")) expect(store.lines().slice(0, -1)).toEqual(lines)
    store.close()
    expect(readFileSync(`${file()}.damaged-2030-01-31T12-00-00-000Z`)).toEqual(damaged)
    expect(problemsNow()).toEqual([])
    notices = []
    open().close()
    expect(notices).toEqual([])
  })

  test("with what people are still to be told, and what a monitor saw", () => {
    fill()
    const store = open()
    const notices = ["a", "b", "c"].map((id) => ({ id, body: JSON.stringify({ title: `notice ${id}` }) }))
    store.outbox.queue("team", notices, 1000)
    store.outbox.pack("team", ["a"], { key: "m1", body: '{"text":"notice a"}' }, 2000)
    store.journal.beat(3000)
    store.close()
    const damaged = readFileSync(file())
    // The row of a notice, of which one letter is no JSON any more.
    damaged[damaged.indexOf('{"title":"notice c"}')] = 0x20
    writeFileSync(file(), Buffer.concat([Buffer.alloc(512), damaged.subarray(512)]))
    const rebuilt = open(false)
    expect(rebuilt.alarm).toMatchObject({ reason: "damaged" })
    expect(rebuilt.outbox.waiting("team").map(({ id }) => id)).toEqual(["b"])
    expect(rebuilt.outbox.made("team", 0)).toEqual([2000])
    rebuilt.close()
  })

  test("and a notice whose message is lost is told once more", () => {
    fill()
    const store = open()
    store.outbox.queue("team", [{ id: "a", body: '{"title":"a"}' }], 1000)
    store.outbox.pack("team", ["a"], { key: "m1", body: '{"text":"lost"}' }, 2000)
    store.close()
    const damaged = readFileSync(file())
    damaged[damaged.indexOf('{"text":"lost"}')] = 0x20
    writeFileSync(file(), Buffer.concat([Buffer.alloc(512), damaged.subarray(512)]))
    const rebuilt = open(false)
    expect(rebuilt.outbox.made("team", 0)).toEqual([])
    expect(rebuilt.outbox.waiting("team").map(({ id }) => id)).toEqual(["a"])
    rebuilt.close()
  })

  test("and it says so where it cannot be set aside", () => {
    fill()
    writeFileSync(file(), "hello")
    expect(() => readLastGood(place(), "a.json")).toThrow("store.db cannot be read")
    expect(readLog(place(), environment())).toMatchObject({ log: null, damage: expect.any(String) })
  })

  test("an earlier checkpoint of a log that was saved whole is still of it", () => {
    fill()
    const { head } = readLog(place(), environment())?.log ?? { head: "" }
    const bytes = readFileSync(file())
    writeFileSync(file(), Buffer.concat([Buffer.alloc(100), bytes.subarray(100)]))
    open(false).close()
    expect(problemsNow(head)).toEqual([])
  })
})

describe("what was not yet in the database itself when cfgsync was killed", () => {
  /** A killed process leaves the changes that SQLite keeps beside the database. */
  function kill(): void {
    const store = open()
    store.append([accepted], [pack(bytes("hello\n"))])
    for (const end of ["", "-wal"]) copyFileSync(file() + end, join(root, `killed${end}`))
    store.close()
    for (const end of ["", "-wal"]) copyFileSync(join(root, `killed${end}`), file() + end)
  }

  test("is there at the next start", () => {
    kill()
    const store = open(false)
    expect(store.entries().map(({ kind }) => kind)).toEqual(["opened", "accepted"])
    store.close()
    expect(notices).toEqual([])
  })

  test.each([24, 60, 4000, 9000])("and is missed when it was cut to %i bytes", (size) => {
    kill()
    truncateSync(`${file()}-wal`, size)
    const store = open(false)
    expect(notices).toEqual([expect.stringMatching(/the log was cut|is damaged/)])
    store.close()
    notices = []
    open(false).close()
    expect(notices).toEqual([])
  })

  test("is read where nothing may be written", () => {
    kill()
    const [folder = "", readOnly] = [join(root, "project", ".cfgsync"), new Witness(join(root, ".local/state/cfgsync"))]
    const before = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "hex")])
    const store = openToRead(place(), file(), readOnly.at(file()))
    expect(store.entries().map(({ kind }) => kind)).toEqual(["opened", "accepted"])
    expect(() => store.append([accepted])).toThrow("may not be written")
    store.close()
    expect(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), "hex")])).toEqual(before)
  })
})

function linesThere(): readonly string[] {
  return readLog(place(), environment())?.log?.lines ?? []
}

function problemsNow(...earlier: readonly string[]) {
  const log = readLog(place(), environment())?.log
  return verifyLog(log ?? { lines: [], head: "" }, ownVerifier(environment()), earlier)
}

/** The long form flips a bit of every eleventh byte. */
const step = process.env.CFGSYNC_LONG === "1" ? 11 : 331

test("of one flipped byte, either it is found and all is saved, or nothing is other than before", () => {
  fill()
  const lines = linesThere()
  const whole = readFileSync(file())
  const told = () => {
    const store = open(false)
    const answer = JSON.stringify([store.log(), [...store.knownGood()], textOf(store.content(hash))])
    store.close()
    return answer
  }
  const before = told()
  let [found, lost] = [0, 0]
  for (let at = 0; at < whole.length; at += step) {
    const flipped = Buffer.from(whole)
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8))
    rmSync(join(root, "project", ".cfgsync"), { recursive: true })
    mkdirSync(join(root, "project", ".cfgsync"))
    writeFileSync(file(), flipped, { mode: 0o600 })
    rmSync(join(root, ".local"), { recursive: true, force: true })
    notices = []
    const after = told()
    if (notices.length === 0) {
      expect([at, after]).toEqual([at, before])
      continue
    }
    found++
    const saved = linesThere()
    if (lines.some((line, index) => line !== saved[index])) lost++
    expect([at, problemsNow()]).toEqual([at, []])
  }
  expect(found).toBeGreaterThan(5)
  // What is lost is what the flipped byte itself makes unreadable and nothing else vouches for.
  expect(lost).toBeLessThan(found / 10)
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
    notices = []
    open(false).close()
    expect(notices).toEqual([])
    expect(problemsNow()).toEqual([])
  })
})

describe("a project may be", () => {
  const at = (name: string) => storePlace(join(root, name), true, environment())
  const openAt = (name: string, home = root) => {
    const tell = (notice: string) => void notices.push(notice)
    const store = openStore(at(name), {
      environment: { HOME: home },
      now: () => "2030-01-31T12:00:00.000Z",
      create: true,
      tell,
    })
    if (store === undefined) throw new Error("there is no store")
    return store
  }
  const add = (name: string, home?: string) => {
    const store = openAt(name, home)
    store.append([accepted])
    store.close()
    return store.id
  }

  test("moved: its log goes on, and what takes its old place is new", () => {
    const id = add("project")
    renameSync(join(root, "project"), join(root, "moved"))
    expect(add("moved")).toBe(id)
    mkdirSync(join(root, "project"))
    expect(add("project")).not.toBe(id)
    expect(notices).toEqual([])
  })

  test("moved, but not to what it was before", () => {
    add("project")
    cpSync(join(root, "project"), join(root, "backup"), { recursive: true })
    add("project")
    rmSync(join(root, "project"), { recursive: true })
    add("backup")
    expect(notices).toEqual([expect.stringContaining("the log was cut")])
    mkdirSync(join(root, "project"))
  })

  test("cloned with its store: both logs go on, each as its own", () => {
    const id = add("project")
    const { head } = readLog(at("project"), environment())?.log ?? { head: "" }
    cpSync(join(root, "project"), join(root, "clone"), { recursive: true })
    add("project")
    const copy = add("clone")
    expect(copy).not.toBe(id)
    expect([add("clone"), add("project"), add("clone")]).toEqual([copy, id, copy])
    expect(notices).toEqual([])
    const logs = ["project", "clone"].map((name) => readLog(at(name), environment())?.log ?? { lines: [], head: "" })
    for (const log of logs) expect(verifyLog(log, ownVerifier(environment()), [head])).toEqual([])
    const [ours, theirs] = logs
    expect(ours && verifyLog(ours, ownVerifier(environment()), [theirs?.head ?? ""])).toHaveLength(1)
    expect(theirs && verifyLog(theirs, ownVerifier(environment()), [ours?.head ?? ""])).toHaveLength(1)
  })

  test("brought from another machine, where its key stays", () => {
    const id = add("project")
    const other = join(root, "other home")
    mkdirSync(other)
    expect(add("project", other)).not.toBe(id)
    expect(notices).toEqual([expect.stringContaining("came from elsewhere")])
    notices = []
    add("project", other)
    expect(notices).toEqual([])
    const log = readLog(at("project"), { HOME: other })?.log ?? { lines: [], head: "" }
    expect(verifyLog(log, ownVerifier({ HOME: other }), [])).toEqual([])
    // Who knew it before is told that somebody else went on with it.
    add("project")
    expect(notices).toEqual([
      expect.stringContaining("continued with another key"),
      expect.stringContaining("elsewhere"),
    ])
  })
})

describe("the key may be changed", () => {
  const keys = () => join(root, ".config/cfgsync")

  test("and every log says so, and is still proven by each earlier checkpoint", () => {
    fill()
    const first = ownVerifier(environment())
    const { head } = readLog(place(), environment())?.log ?? { head: "" }
    rotateAuditKey(keys())
    rotateAuditKey(keys())
    fill()
    expect(notices).toEqual([])
    const log = readLog(place(), environment())?.log ?? { lines: [], head: "" }
    expect(log.lines.map((line) => JSON.parse(line).kind)).toEqual([
      "opened",
      "accepted",
      "rotated",
      "rotated",
      "accepted",
    ])
    expect(verifyLog(log, ownVerifier(environment()), [head, log.head])).toEqual([])
    expect(verifyLog(log, first, [head, log.head])).toEqual([])
  })

  test("but not by another than its owner", () => {
    fill()
    const first = ownVerifier(environment())
    rmSync(join(keys(), "audit.key"))
    fill()
    const log = readLog(place(), environment())?.log ?? { lines: [], head: "" }
    expect(verifyLog(log, first, [])).toHaveLength(1)
  })

  test("and a rotation that is stopped is done, or was not begun", () => {
    const [old, next] = [auditKey(keys()), auditKey(join(root, "next"))]
    copyFileSync(join(root, "next", "audit.key"), join(keys(), "audit.key.next"))
    expect(auditKey(keys()).text).toBe(old.text)
    writeFileSync(join(keys(), "audit.handovers"), JSON.stringify([handOver(old, next)]))
    expect(auditKey(keys()).text).toBe(next.text)
    expect(readdirSync(keys()).sort()).toEqual(["audit.handovers", "audit.key"])
  })
})

test("a store that nobody else has touched is not read whole", () => {
  const store = open()
  store.append(Array.from({ length: 20_000 }, () => accepted))
  store.close()
  const timed = () => {
    const started = performance.now()
    open().close()
    return performance.now() - started
  }
  const quick = Math.min(timed(), timed(), timed())
  utimesSync(file(), 1, 1)
  expect(timed()).toBeGreaterThan(5 * quick)
  expect(notices).toEqual([])
})

test("a byte that is flipped after all was well is found at the next start, and put right", () => {
  fill()
  const bytes = readFileSync(file())
  const at = bytes.indexOf('"reason"') + 3
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(file(), bytes)
  open(false).close()
  expect(notices).toEqual([expect.stringMatching(/is damaged.*2 of 2 entries/)])
  expect(problemsNow()).toEqual([])
})

describe("who reads while somebody writes", () => {
  const beside = () => readdirSync(join(root, "project", ".cfgsync")).filter((name) => /-(?:wal|shm)$/.test(name))
  const elsewhere = () =>
    spawn(process.execPath, [
      ...["--input-type=module", "-e"],
      `import { readLastGood } from ${JSON.stringify(join(import.meta.dirname, "readLastGood.ts"))}
       console.log("asks")
       process.stdout.write(JSON.stringify(readLastGood(${JSON.stringify(place())}, "a.json")?.hash))`,
    ])

  test("leaves nothing beside the store, and makes nothing there while nobody writes", async () => {
    fill()
    const before = statSync(join(root, "project", ".cfgsync"), { bigint: true }).mtimeNs
    expect(textOf(readLastGood(place(), "a.json"))).toBe("hello\n")
    expect(statSync(join(root, "project", ".cfgsync"), { bigint: true }).mtimeNs).toBe(before)
    rmSync(join(root, "project", ".cfgsync", "lock.db"))
    expect(textOf(readLastGood(place(), "a.json"))).toBe("hello\n")
    expect(beside()).toEqual([])
  })

  test.each([true, false])("sees what was written last, in the same process (alone: %s)", (alone) => {
    fill()
    const store = open(false, alone)
    store.append([{ ...accepted, files: accepted.files.map((each) => ({ ...each, hash: "0".repeat(64) })) }])
    expect(readLastGood(place(), "a.json")).toBeUndefined()
    store.append([accepted])
    expect(textOf(readLastGood(place(), "a.json"))).toBe("hello\n")
    store.close()
    expect(textOf(readLastGood(place(), "a.json"))).toBe("hello\n")
    expect(beside()).toEqual([])
    expect(notices).toEqual([])
  })

  test("waits in another process until who is alone has done", async () => {
    fill()
    const store = open(false, true)
    const reader = elsewhere()
    const closed = once(reader, "close")
    const said: string[] = []
    reader.stdout.on("data", (chunk) => said.push(String(chunk)))
    await Promise.race([once(reader.stdout, "data"), closed])
    store.append([{ ...accepted, reason: "once more" }])
    store.close()
    await closed
    expect(said.join("")).toBe(`asks\n"${hash}"`)
    expect(beside()).toEqual([])
  })

  test("keeps nobody from writing who would be alone", async () => {
    fill()
    const { connect } = await import("./database.ts")
    const reader = connect(file())
    reader.exec("begin; select 1 from files")
    const store = open(false, true)
    store.append([accepted])
    store.close()
    reader.close()
    expect(open().entries()).toHaveLength(3)
    expect(notices).toEqual([])
  })
})

test("what is remembered elsewhere is written over, and raises no alarm when half of it is old", () => {
  fill()
  const [name = ""] = readdirSync(join(root, ".local/state/cfgsync/witness"))
  const memory = join(root, ".local/state/cfgsync/witness", name)
  const [before, inode] = [readFileSync(memory), statSync(memory).ino]
  const store = open()
  store.append([accepted])
  store.close()
  expect(statSync(memory).ino).toBe(inode)
  const after = readFileSync(memory)
  expect(after.length).toBe(before.length)
  for (const cut of [1, 250, 300, 350, 400, 512]) {
    writeFileSync(memory, Buffer.concat([after.subarray(0, cut), before.subarray(cut)]))
    open().close()
    writeFileSync(memory, Buffer.concat([before.subarray(0, cut), after.subarray(cut)]))
    open().close()
  }
  expect(notices).toEqual([])
  expect(open().entries()).toHaveLength(3)
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
