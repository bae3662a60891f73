import { execFileSync, spawn, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest"
import { askClients, installClients } from "./install.ts"
import { serveOpencode } from "./serveOpencode.ts"

/** A repaired file does not help whoever read the broken one and does not read again. */
const checkout = join(import.meta.dirname, "../..")
const command = join(checkout, "dist", "cfgsync.js")
const program = askClients ? installClients().get("opencode") : undefined
let folder = ""
const cfgsync = (...args: string[]) =>
  spawnSync(process.execPath, [command, ...args], {
    cwd: folder,
    env: { ...process.env, HOME: join(folder, "home") },
    encoding: "utf8",
  })
const lay = (name: string, text: string) => writeFileSync(join(folder, name), text)

beforeAll(() => {
  if (!existsSync(command)) execFileSync("npm", ["run", "build"], { cwd: checkout, stdio: "inherit" })
}, 240_000)

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-restart-")))
  for (const name of ["home", ".git/objects", ".git/refs"]) mkdirSync(join(folder, name), { recursive: true })
  lay(".git/HEAD", "ref: refs/heads/main\n")
  lay("cfgsync.config.json", '{ "files": ["*.json"] }\n')
})

afterEach(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

test.skipIf(process.platform !== "linux")(
  "a server that runs here is named, no other program and no other file",
  { timeout: 120_000 },
  async () => {
    lay("serve", "read forever\n")
    // A shell by the name of OpenCode, which waits for its input.
    const server = spawn("/bin/sh", ["serve"], { argv0: "opencode", cwd: folder, stdio: ["pipe", "ignore", "ignore"] })
    try {
      await vi.waitFor(() => expect(readFileSync(`/proc/${server.pid}/cmdline`, "utf8")).toMatch(/^opencode\0/), 10_000)
      lay("opencode.json", '{ "model": "x/y", }\n')
      lay("other.json", '{ "model": "x/y", }\n')
      expect(cfgsync("set", "opencode.json", "$.model", "x/z").stderr).toContain(
        `opencode serve (process ${server.pid}) still has what it read of opencode.json when it started: start it anew`,
      )
      lay("other.json", '{ "model": "x/y" }\n')
      expect(cfgsync("set", "other.json", "$.model", "x/z").stderr).not.toContain("start it anew")
      expect(cfgsync("undo").stderr).not.toContain("start it anew")
      expect(cfgsync("set", "--no-record", "opencode.json", "$.model", "x/a").stderr).toContain("start it anew")
    } finally {
      server.kill("SIGKILL")
    }
    await vi.waitFor(() => expect(existsSync(`/proc/${server.pid}/cwd`)).toBe(false), 10_000)
    expect(cfgsync("set", "opencode.json", "$.model", "x/b").stderr).not.toContain("start it anew")
  },
)

test.skipIf(program === undefined)(
  "the real `opencode serve` stays broken until it is started anew, and that is said",
  { timeout: 300_000 },
  async () => {
    lay("opencode.json", '{ "model": "x/y" "username": "ann" }\n')
    const start = () => serveOpencode(program ?? "", folder, { HOME: join(folder, "home"), OPENCODE_PURE: "1" })
    const status = async (url: string) => (await fetch(`${url}/config`)).status
    const broken = await start()
    try {
      expect(await status(broken.url)).not.toBe(200)
      const fixed = cfgsync("fix", "opencode.json")
      expect(readFileSync(join(folder, "opencode.json"), "utf8")).toContain('"x/y",')
      expect(fixed.stderr).toMatch(/opencode serve \(process \d+\) still has what it read of opencode\.json/)
      expect(await status(broken.url)).not.toBe(200)
    } finally {
      broken.stop()
    }
    const anew = await start()
    try {
      expect(await status(anew.url)).toBe(200)
    } finally {
      anew.stop()
    }
  },
)
