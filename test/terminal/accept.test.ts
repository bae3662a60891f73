import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest"
import { openTerminal } from "./terminal.ts"

const checkout = join(import.meta.dirname, "../..")
const command = join(checkout, "dist", "cfgsync.js")
let folder = ""

beforeAll(() => {
  if (!existsSync(command)) execFileSync("npm", ["run", "build"], { cwd: checkout, stdio: "inherit" })
}, 120_000)

const environment = () => ({ PATH: process.env.PATH, HOME: folder, TERM: "xterm" })
const lay = (name: string, text: string) => writeFileSync(join(folder, name), text)
const cfgsync = (...args: string[]) =>
  execFileSync(process.execPath, [command, ...args], { cwd: folder, env: environment(), encoding: "utf8" })

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-terminal-")))
  lay("cfgsync.config.json", '{ "files": [{ "include": "opencode.json", "acceptance": "ask" }] }\n')
  lay("opencode.json", '{ "model": "a/b" }\n')
  cfgsync("accept", "opencode.json")
  lay("opencode.json", '{ "model": "c/d" }\n')
}, 120_000)

afterEach(() => rmSync(folder, { recursive: true, force: true }))

const stateNow = () => {
  try {
    return cfgsync("status", "opencode.json").split(" ")[0]
  } catch (error) {
    return error instanceof Error && "stdout" in error ? String(error.stdout).split(" ")[0] : String(error)
  }
}

describe("a person who accepts is shown the difference and asked", { timeout: 120_000 }, () => {
  test.each([
    ["yes", "y", 0, "clean", "accepted opencode.json"],
    ["no", "n", 1, "pending", "nothing was accepted"],
    ["leaving", "\u0003", 1, "pending", "nothing was accepted"],
  ])("%s", async (_, keys, code, state, told) => {
    const terminal = openTerminal([process.execPath, command, "accept", "opencode.json"], folder, environment())
    await vi.waitFor(() => expect(terminal.shown()).toContain("accept 1 file?"), { timeout: 60_000 })
    expect(terminal.shown()).toMatch(/-\{ "model": "a\/b" \}\s+\+\{ "model": "c\/d" \}/)
    terminal.type(keys)
    expect(await terminal.ended).toBe(code)
    expect(terminal.shown()).toContain(told)
    expect(stateNow()).toBe(state)
    expect(readFileSync(join(folder, "opencode.json"), "utf8")).toContain("c/d")
  })

  test("also that more is permitted, and its history says who accepted it", async () => {
    lay("opencode.json", '{ "model": "a/b", "permission": { "bash": "ask" } }\n')
    cfgsync("accept", "opencode.json", "--yes")
    lay("opencode.json", '{ "model": "a/b", "permission": { "bash": "allow" } }\n')
    const terminal = openTerminal([process.execPath, command, "accept", "opencode.json"], folder, environment())
    await vi.waitFor(() => expect(terminal.shown()).toContain("accept 1 file?"), { timeout: 60_000 })
    expect(terminal.shown()).toContain("permits more: $.permission.bash from ask to allow")
    terminal.type("y")
    expect(await terminal.ended).toBe(0)
    expect(cfgsync("history", "opencode.json")).toMatch(/accept {2}by person .*\(terminal\)/)
  })
})
