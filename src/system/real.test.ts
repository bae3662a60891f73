import { execFileSync, spawn, spawnSync } from "node:child_process"
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { CfgsyncError } from "../model/errors.ts"
import { openFolder } from "./folder.ts"
import { openSystem } from "./real.ts"
import type { System } from "./system.ts"

let outer: string
let root: string
let system: System

beforeEach(() => {
  outer = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-real-")))
  root = join(outer, "root")
  mkdirSync(root)
  system = openSystem(root)
  writeFileSync(join(outer, "secret"), "s")
  writeFileSync(join(root, "a.json"), "a")
})
afterEach(() => rmSync(outer, { recursive: true, force: true }))

const bytes = (text: string): Uint8Array => Buffer.from(text)
const at = (path: string): string => join(root, path)
const read = (path: string): string => Buffer.from(system.read(path, 100_000) ?? []).toString()
const replace = (path: string, before: string | null, after: string | null): void =>
  system.write([{ path, before: before === null ? null : bytes(before), after: after === null ? null : bytes(after) }])

/** Code and message of the `CfgsyncError` that is thrown; "" when none is. */
function refusal(run: () => unknown): string {
  try {
    run()
    return ""
  } catch (error) {
    if (error instanceof CfgsyncError) return `${error.code}: ${error.message}`
    throw error
  }
}

function has(command: string): boolean {
  return ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].some((folder) => existsSync(join(folder, command)))
}

/** For tests of what only the super-user may set up; says why a test is skipped in its name. */
const isRoot = process.getuid?.() === 0

describe("links", () => {
  test("inside the root are followed and stay links", () => {
    mkdirSync(at("real"))
    writeFileSync(at("real/b.json"), "b")
    symlinkSync("real", at("linked"))
    symlinkSync("real/b.json", at("b.json"))
    expect([read("linked/b.json"), read("b.json")]).toEqual(["b", "b"])
    replace("b.json", "b", "B")
    replace("linked/b.json", "B", "C")
    expect(readlinkSync(at("b.json"))).toBe("real/b.json")
    expect([lstatSync(at("linked")).isSymbolicLink(), read("real/b.json")]).toEqual([true, "C"])
    expect(system.list(["**/*.json"], [])).toEqual(["a.json", "real/b.json"])
    expect(system.list(["*.json", "linked/*.json"], [])).toEqual(["a.json", "b.json"])
    expect(system.refusal("b.json")).toBeUndefined()
  })

  test("out of the root are not read, listed or written, in any part of the path", () => {
    symlinkSync("../secret", at("s.json"))
    symlinkSync("..", at("up"))
    for (const path of ["s.json", "up/secret"]) {
      expect(refusal(() => system.read(path, 10))).toMatch(/^file-unreadable: .* leads out of the project/)
      expect(refusal(() => replace(path, "s", "x"))).toMatch(/^write-refused: .* leads out of the project/)
      expect(system.stat(path)?.kind).toBe("other")
    }
    expect(refusal(() => replace("up/new", null, "x"))).toMatch(/^write-refused/)
    expect(system.list(["**", "s.json", "up/secret"], [])).toEqual(["a.json"])
    expect(readdirSync(outer).sort()).toEqual(["root", "secret"])
    expect(readFileSync(join(outer, "secret"), "utf8")).toBe("s")
  })

  test("outside the root are followed, for whoever names them by absolute path", () => {
    symlinkSync("secret", join(outer, "link"))
    expect(read(join(outer, "link"))).toBe("s")
    replace(join(outer, "link"), "s", "t")
    expect(readFileSync(join(outer, "secret"), "utf8")).toBe("t")
    expect(readlinkSync(join(outer, "link"))).toBe("secret")
    expect(readdirSync(outer).sort()).toEqual(["link", "root", "secret"])
  })

  test("that go in circles or nowhere end", () => {
    symlinkSync("c2", at("c1"))
    symlinkSync("c1", at("c2"))
    symlinkSync("none", at("dangling"))
    mkdirSync(at("x/y"), { recursive: true })
    symlinkSync("..", at("x/y/back"))
    symlinkSync("../x", at("x/other"))
    writeFileSync(at("x/y/f.json"), "")
    expect(refusal(() => system.read("c1", 10))).toMatch(/^file-unreadable: c1: .*ELOOP/)
    expect(refusal(() => system.read("dangling", 10))).toMatch(/^file-unreadable: dangling is a link to nothing/)
    expect(refusal(() => replace("dangling", null, "x"))).toBe("write-refused: dangling is a link to nothing")
    expect(system.list(["**/*.json", "dangling", "c1"], [])).toEqual(["a.json", "x/y/f.json"])
  })

  test.runIf(process.platform === "linux")(
    "a folder swapped for a link after it was opened does not redirect a name in it",
    () => {
      mkdirSync(at("d"))
      const folder = openFolder(at("d"))
      renameSync(at("d"), at("moved"))
      symlinkSync(outer, at("d"))
      writeFileSync(folder.at("x"), "")
      folder.close()
      expect([existsSync(at("moved/x")), existsSync(join(outer, "x"))]).toEqual([true, false])
      expect(() => openFolder(at("d"))).toThrow(/ENOTDIR|ELOOP/)
    },
  )

  test("a folder that another process swaps for a link out of the root all the time never leads a write out", async () => {
    mkdirSync(at("d"))
    mkdirSync(join(outer, "trap"))
    writeFileSync(at("d/f.json"), "0")
    writeFileSync(join(outer, "trap/f.json"), "0")
    const swap = `cd ${root}; ln -s ../trap l; while :; do mv -T d e; mv -T l d; mv -T d l; mv -T e d; done`
    const attacker = spawn("sh", ["-c", swap], { stdio: "ignore" })
    try {
      await new Promise((resolve) => setTimeout(resolve, 20))
      let now = 0
      for (const end = Date.now() + 700; Date.now() < end; ) {
        if (refusal(() => replace("d/f.json", String(now), String(now + 1))) === "") now++
      }
      expect(now).toBeGreaterThan(0)
    } finally {
      attacker.kill("SIGKILL")
    }
    expect(readdirSync(join(outer, "trap"))).toEqual(["f.json"])
    expect(readFileSync(join(outer, "trap/f.json"), "utf8")).toBe("0")
  })
})

describe("what is no regular file is refused at once", () => {
  test.runIf(has("mkfifo"))("a named pipe", () => {
    execFileSync("mkfifo", [at("pipe")])
    expect(refusal(() => system.read("pipe", 10))).toBe("file-unreadable: pipe is a named pipe")
    expect(refusal(() => replace("pipe", "", "x"))).toBe("write-refused: pipe is a named pipe")
    expect(system.list(["*", "pipe"], [])).toEqual(["a.json"])
  })

  test("a device behind a link, and by its own name", () => {
    symlinkSync("/dev/zero", at("zero"))
    expect(refusal(() => system.read("zero", 10))).toBe("file-unreadable: zero is a device")
    expect(refusal(() => system.read("/dev/zero", 10))).toBe("file-unreadable: /dev/zero is a device")
  })

  test("a folder", () => {
    mkdirSync(at("d"))
    expect(refusal(() => system.read("d", 10))).toBe("file-unreadable: d is a folder")
    expect(refusal(() => replace("d", "", "x"))).toBe("write-refused: d is a folder")
  })

  test("a file of eight gigabytes", () => {
    truncateSync(at("a.json"), 8 * 1024 ** 3)
    expect(refusal(() => system.read("a.json", 1_000_000))).toMatch(
      /^file-unreadable: a.json is larger than 1000000 bytes/,
    )
  })

  test.runIf(process.platform === "linux")("a file that says it is empty and is not is read, to the limit", () => {
    expect(read("/proc/self/status")).toMatch(/^Name:/)
    expect(refusal(() => system.read("/proc/self/status", 100))).toMatch(/^file-unreadable: .* larger/)
  })
})

describe("attributes", () => {
  test.each([0o600, 0o640, 0o755, 0o444])("mode %o is kept", (mode) => {
    chmodSync(at("a.json"), mode)
    if (isRoot || mode !== 0o444) replace("a.json", "a", "A")
    expect(statSync(at("a.json")).mode & 0o7777).toBe(mode)
  })

  test.runIf(isRoot)("owner and set-id bits are kept (needs root)", () => {
    chownSync(at("a.json"), 1234, 4321)
    chmodSync(at("a.json"), 0o4750)
    replace("a.json", "a", "A")
    expect(statSync(at("a.json"))).toMatchObject({ uid: 1234, gid: 4321, mode: 0o104750 })
  })

  test("the time is a new one", () => {
    execFileSync("touch", ["-d", "2001-01-01", at("a.json")])
    replace("a.json", "a", "A")
    expect(Date.now() - statSync(at("a.json")).mtimeMs).toBeLessThan(60_000)
  })

  test.runIf(has("setfacl"))("an ACL is kept (needs setfacl)", () => {
    execFileSync("setfacl", ["-m", "u:12345:r--", at("a.json")])
    const before = execFileSync("getfacl", ["-cp", at("a.json")], { encoding: "utf8" })
    replace("a.json", "a", "A")
    expect(execFileSync("getfacl", ["-cp", at("a.json")], { encoding: "utf8" })).toBe(before)
    expect(before).toContain("user:12345:r--")
  })

  test.runIf(has("setfacl"))("an ACL that the folder gives to new files is not added (needs setfacl)", () => {
    execFileSync("setfacl", ["-d", "-m", "u:12345:rw-", root])
    const before = execFileSync("getfacl", ["-cp", at("a.json")], { encoding: "utf8" })
    replace("a.json", "a", "A")
    expect(execFileSync("getfacl", ["-cp", at("a.json")], { encoding: "utf8" })).toBe(before)
    expect(before).not.toContain("12345")
  })

  test.runIf(has("setfattr"))("extended attributes are kept (needs setfattr)", () => {
    if (spawnSync("setfattr", ["-n", "user.origin", "-v", "here", at("a.json")]).status !== 0) return
    system.write([
      { path: "a.json", before: bytes("a"), after: bytes("A") },
      { path: "b.json", before: null, after: bytes("B") },
    ])
    const found = execFileSync("getfattr", ["--only-values", "--absolute-names", "-n", "user.origin", at("a.json")], {
      encoding: "utf8",
    })
    expect(found).toBe("here")
  })
})

describe("what must not be replaced", () => {
  test("a file with several hard links", () => {
    linkSync(at("a.json"), at("b.json"))
    expect(refusal(() => replace("a.json", "a", "A"))).toBe("write-refused: a.json has 2 hard links")
    expect([read("a.json"), readdirSync(root)]).toEqual(["a", ["a.json", "b.json"]])
  })

  test("a link in the place of cfgsync's own folder is not followed", () => {
    mkdirSync(join(outer, "trap"))
    symlinkSync("../trap", at(".cfgsync"))
    expect(refusal(() => replace("a.json", "a", "A"))).toMatch(/^write-refused: .*\.cfgsync is no folder/)
    expect([read("a.json"), readdirSync(join(outer, "trap"))]).toEqual(["a", []])
  })

  test.runIf(has("chattr") && isRoot)("an immutable file (needs chattr and root)", () => {
    if (spawnSync("chattr", ["+i", at("a.json")]).status !== 0) return
    try {
      expect(refusal(() => replace("a.json", "a", "A"))).toBe("write-refused: a.json is immutable (EPERM)")
    } finally {
      execFileSync("chattr", ["-i", at("a.json")])
    }
  })

  test.runIf(isRoot && has("setpriv"))("what another user may not read or write (needs root and setpriv)", () => {
    const module = fileURLToPath(new URL("real.ts", import.meta.url))
    const as = (user: number, run: string): string => {
      const code = `import(${JSON.stringify(module)}).then(({ openSystem }) => { const s = openSystem(${JSON.stringify(root)})
        try { ${run}; console.log("done") } catch (e) { console.log(e.code + ": " + e.message) } })`
      const command = ["--reuid", String(user), "--regid", String(user), "--clear-groups", process.execPath, "-e", code]
      const done = spawnSync("setpriv", command, { encoding: "utf8", cwd: "/" })
      return done.stdout.trim() || done.stderr
    }
    const write = (path: string): string =>
      `s.write([{ path: "${path}", before: Buffer.from("a"), after: Buffer.from("A") }])`
    chmodSync(outer, 0o755)
    chmodSync(root, 0o777)
    writeFileSync(at("locked.json"), "a", { mode: 0o600 })
    expect(as(1234, 's.read("locked.json", 9)')).toBe("file-unreadable: locked.json: permission denied (EACCES)")
    expect(as(1234, write("a.json"))).toBe("write-refused: a.json may not be written by you (EACCES)")
    chmodSync(at("a.json"), 0o666)
    expect(as(1234, write("a.json"))).toMatch(/^write-refused: a.json belongs to somebody else/)
    chownSync(at("a.json"), 1234, 1234)
    chmodSync(at("a.json"), 0o444)
    expect(as(1234, write("a.json"))).toBe("write-refused: a.json may not be written by you (EACCES)")
    chmodSync(at("a.json"), 0o644)
    chmodSync(root, 0o755)
    expect(as(1234, write("a.json"))).toMatch(/^write-(failed|refused): .*(EACCES)/)
    chmodSync(root, 0o777)
    expect(as(1234, write("a.json"))).toBe("done")
    expect([read("a.json"), readdirSync(root).sort()]).toEqual(["A", ["a.json", "locked.json"]])
  })
})

describe("two processes at once", () => {
  test("lose no update", async () => {
    const module = fileURLToPath(new URL("real.ts", import.meta.url))
    const code = `import(${JSON.stringify(module)}).then(({ openSystem }) => { const s = openSystem(${JSON.stringify(root)})
      for (let done = 0; done < 15; ) { const before = s.read("n.json", 99); const next = Buffer.from(String(Number(before) + 1))
        try { s.write([{ path: "n.json", before, after: next }]); done++ } catch (e) { if (e.code !== "file-changed") throw e } } })`
    writeFileSync(at("n.json"), "0")
    const run = (): Promise<number | null> =>
      new Promise((resolve) => spawn(process.execPath, ["-e", code], { stdio: "inherit" }).on("exit", resolve))
    expect(await Promise.all([run(), run(), run()])).toEqual([0, 0, 0])
    expect([read("n.json"), readdirSync(root).sort()]).toEqual(["45", ["a.json", "n.json"]])
  })

  test("what a living process is writing is left alone, what a stranger left is cleaned when it is old", () => {
    mkdirSync(at(".cfgsync"))
    const stranger = "write-1-1-zzzzzz-x.journal"
    writeFileSync(at(`.cfgsync/${stranger}`), "")
    execFileSync("touch", ["-d", "2001-01-01", at(`.cfgsync/${stranger}`)])
    expect(system.recover()).toEqual([])
    expect(readdirSync(root)).toEqual(["a.json"])
  })

  test("a journal that names files outside the root, or files of others, does nothing", () => {
    mkdirSync(at(".cfgsync"))
    const id = "1-1-zzzzzz-x"
    const path = at(`.cfgsync/write-${id}.journal`)
    const good = {
      names: ["a.json"],
      before: null,
      after: null,
      fresh: `.x.cfgsync-${id}-0.tmp`,
      backup: `.x.cfgsync-${id}-0.old.tmp`,
    }
    for (const bad of [
      { names: ["..", "secret"] },
      { fresh: "a.json" },
      { backup: `../.cfgsync-${id}-0.tmp` },
      { names: [] },
      { before: 1 },
    ]) {
      mkdirSync(at(".cfgsync"), { recursive: true })
      const journal = { version: 1, files: [{ ...good, ...bad }], folders: [] }
      writeFileSync(path, `${JSON.stringify(journal)}\ncommit\n`)
      execFileSync("touch", ["-d", "2001-01-01", path])
      expect(system.recover()).toEqual([])
      expect([read("a.json"), readFileSync(join(outer, "secret"), "utf8"), readdirSync(root)]).toEqual([
        "a",
        "s",
        ["a.json"],
      ])
    }
  })
})

test("a root that is no folder is refused", () => {
  expect(refusal(() => openSystem(at("none")))).toMatch(/^file-not-found/)
  expect(refusal(() => openSystem(at("a.json")))).toMatch(/^file-not-found/)
})
