import { execFileSync, spawnSync } from "node:child_process"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest"

/** The story of a client that is upgraded while not a byte of its files changes. */
const checkout = join(import.meta.dirname, "../..")
const command = join(checkout, "dist", "cfgsync.js")
let folder = ""

const lay = (name: string, text: string) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}
const cfgsync = (...args: string[]) =>
  spawnSync(process.execPath, [command, ...args], {
    cwd: join(folder, "work"),
    env: { HOME: folder, PATH: `${join(folder, "bin")}:${process.env.PATH}` },
    encoding: "utf8",
  })

/** As npm installs one; the program itself would fail the test. */
function install(program: string, name: string, version: string): void {
  const modules = `lib/node_modules/${name}`
  lay(`${modules}/package.json`, JSON.stringify({ name, version }))
  lay(`${modules}/bin/${program}`, `#!/bin/sh\ntouch ${join(folder, "was-run")}\n`)
  chmodSync(join(folder, modules, "bin", program), 0o755)
  rmSync(join(folder, "bin", program), { force: true })
  mkdirSync(join(folder, "bin"), { recursive: true })
  symlinkSync(join(folder, modules, "bin", program), join(folder, "bin", program))
}

beforeAll(() => {
  if (!existsSync(command)) execFileSync("npm", ["run", "build"], { cwd: checkout, stdio: "inherit" })
}, 240_000)

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-upgrade-")))
  lay(
    "work/cfgsync.config.json",
    '{ "files": ["*.json", ".codex/*.toml"], "schemas": { "opencode.json": "cfgsync:opencode@1.17" } }\n',
  )
})

afterEach(() => {
  expect(existsSync(join(folder, "was-run"))).toBe(false)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

test("the same bytes are judged again, and what is read otherwise is told", { timeout: 240_000 }, () => {
  install("opencode", "opencode-ai", "1.18.12")
  const off = { type: "local", command: ["server"], disabled: true }
  lay("work/opencode.json", `${JSON.stringify({ mcp: { a: off } })}\n`)
  expect(cfgsync("accept", "opencode.json").status).toBe(0)
  expect(cfgsync("status").stdout).not.toContain("OpenCode")
  // A switch that had no effect has one now.
  install("opencode", "opencode-ai", "1.18.33")
  const status = cfgsync("status")
  expect(status.stdout).toMatch(
    /clean +opencode\.json\n.*OpenCode went from 1\.18\.12 to 1\.18\.33 since this was accepted, and reads it otherwise: no longer .*disabled/,
  )
  expect(status.status).toBe(1)
  const check = JSON.parse(cfgsync("check", "--format", "json").stdout) as {
    readonly findings: readonly { readonly rule: string; readonly message: string }[]
  }
  const told = check.findings.filter(({ rule }) => rule === "cfgsync/client-upgrade")
  expect(told).toEqual([
    expect.objectContaining({ severity: "warning", message: expect.stringContaining("1.18.12 to 1.18.33") }),
  ])
  // A person looked at it: it is known-good for the new one.
  expect(cfgsync("accept", "opencode.json").status).toBe(0)
  expect(cfgsync("status").stdout).not.toContain("OpenCode")
  // Back again, which is no better.
  install("opencode", "opencode-ai", "1.18.12")
  expect(cfgsync("status").stdout).toMatch(/went from 1\.18\.33 to 1\.18\.12 .*: now .*disabled/)
})

test("what a schema says of a secret is told without it", { timeout: 240_000 }, () => {
  install("opencode", "opencode-ai", "1.18.33")
  // A key that nobody knows is quoted, and only one of the versions refuses it.
  const token = ["ghp", "aB3xY9kLmN0pQ7rS5tU1vW2zD4eF6gH8iJ0k"].join("_")
  lay("work/cfgsync.config.json", '{ "files": ["*.json"], "schemas": { "opencode.json": "cfgsync:opencode@1.18" } }\n')
  lay("work/opencode.json", `${JSON.stringify({ username: "ann", [token]: 1 })}\n`)
  expect(cfgsync("accept", "opencode.json").stdout).toContain("accepted")
  install("opencode", "opencode-ai", "1.1.31")
  const asked = [
    ["status"],
    ["status", "--format", "json"],
    ["status", "--details"],
    ["check"],
    ["check", "--format", "json"],
  ]
  for (const args of asked) {
    const { stdout, stderr } = cfgsync(...args)
    expect(stdout).toMatch(/1\.1\.31[\s\S]*ghp_\*\*\*/)
    expect(stdout + stderr).not.toContain(token)
  }
})

test("an upgrade that changes nothing is no finding", { timeout: 240_000 }, () => {
  install("opencode", "opencode-ai", "1.18.12")
  install("codex", "@openai/codex", "0.168.0")
  lay("work/opencode.json", '{ "model": "x/y" }\n')
  lay("work/.codex/config.toml", 'model = "x"\n')
  expect(cfgsync("accept", "opencode.json", ".codex/config.toml").status).toBe(0)
  install("opencode", "opencode-ai", "1.18.33")
  install("codex", "@openai/codex", "0.169.0")
  const status = cfgsync("status")
  expect(status.stdout).toMatch(
    /OpenCode went from 1\.18\.12 to 1\.18\.33 since this was accepted, and reads it as before/,
  )
  // Of this one a single dialect is known.
  expect(status.stdout).toMatch(/Codex went from 0\.168\.0 to 0\.169\.0 .*`cfgsync verify codex`/)
  expect(status.status).toBe(0)
  expect(cfgsync("check").stdout).not.toContain("client-upgrade")
  // One that is gone tells nothing.
  rmSync(join(folder, "bin", "codex"))
  expect(cfgsync("status").stdout).not.toContain("Codex")
})
