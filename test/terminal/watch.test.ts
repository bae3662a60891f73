import { execFileSync, spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest"
import { cfgsync as command } from "../git/project.ts"
import { openTerminal } from "./terminal.ts"

let folder = ""
const environment = () => ({ PATH: process.env.PATH, HOME: folder, TERM: "xterm", EDITOR: `sh ${folder}/editor` })
const lay = (name: string, text: string) => writeFileSync(join(folder, name), text)
const read = (name: string) => readFileSync(join(folder, name), "utf8")
const cfgsync = (...args: string[]) =>
  spawnSync(process.execPath, [command, ...args], { cwd: folder, env: environment(), encoding: "utf8" })
const before = '{ "model": "a/b" }\n'
const after = '{ "model": "c/d" }\n'

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-terminal-")))
  lay("cfgsync.config.json", '{ "files": [{ "include": "*.json", "acceptance": "ask" }, "!cfgsync.config.json"] }\n')
  lay("opencode.json", before)
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function watchIn() {
  const terminal = openTerminal([process.execPath, command, "watch"], folder, environment())
  onTestFinished(() => terminal.type("\u0003"))
  const shows = (text: string) => vi.waitFor(() => expect(terminal.shown()).toContain(text), { timeout: 60_000 })
  return { ...terminal, shows }
}

const state = () => cfgsync("status", "opencode.json").stdout.split(" ")[0]
const becomes = (wanted: string) => vi.waitFor(() => expect(state()).toBe(wanted), { timeout: 60_000, interval: 300 })

describe("a change that waits for a person is shown to the one in front of the monitor", { timeout: 300_000 }, () => {
  test("who accepts one, rejects the next, edits a third, and leaves a fourth for later", async () => {
    expect(cfgsync("accept", "opencode.json").status).toBe(0)
    const { type, shows, shown, ended } = watchIn()
    await shows("nothing has drifted")
    lay("opencode.json", after)
    await shows("opencode.json changed; what shall become of it?")
    expect(shown()).toMatch(/-\{ "model": "a\/b" \}\s+\+\{ "model": "c\/d" \}/)
    type("a")
    await becomes("clean")
    expect(read("opencode.json")).toBe(after)
    expect(cfgsync("history", "opencode.json").stdout).toMatch(
      /accept.*by person .*\(terminal\)|watch.*by person .*\(terminal\)/,
    )
    lay("opencode.json", '{ "model": "e/f" }\n')
    await shows('+{ "model": "e/f" }')
    await vi.waitFor(() => expect(asked(shown())).toBe(2), { timeout: 60_000 })
    type("r")
    await becomes("clean")
    expect(read("opencode.json")).toBe(after)
    lay("editor", `echo '{ "model": "g/h" }' > "$1"\n`)
    lay("opencode.json", '{ "model": "x/y" }\n')
    await vi.waitFor(() => expect(asked(shown())).toBe(3), { timeout: 60_000 })
    type("e")
    await shows('+{ "model": "g/h" }')
    await vi.waitFor(() => expect(asked(shown())).toBe(4), { timeout: 60_000 })
    type("l")
    await becomes("pending")
    await shows("1 pending")
    expect(read("opencode.json")).toBe('{ "model": "g/h" }\n')
    type("\u0003")
    expect(await ended).toBe(0)
  })

  test("whose question is withdrawn when somebody else has answered it, and Ctrl-C at a question ends the monitor", async () => {
    expect(cfgsync("accept", "opencode.json").status).toBe(0)
    const { type, shows, shown, ended } = watchIn()
    await shows("nothing has drifted")
    lay("opencode.json", after)
    await shows("what shall become of it?")
    expect(cfgsync("accept", "opencode.json", "--yes").status).toBe(0)
    await shows("settled")
    lay("opencode.json", before)
    await vi.waitFor(() => expect(asked(shown())).toBe(2), { timeout: 60_000 })
    type("\u0003")
    expect(await ended).toBe(0)
    expect(state()).toBe("pending")
  })
})

/** How often a question was put: its first picture, not those that follow keys. */
function asked(text: string): number {
  return text.split("later").length - 1
}

const tmux = spawnSync("tmux", ["-V"]).status === 0
if (!tmux && process.env.CI !== "true") process.stderr.write("the live view is NOT LOOKED AT: tmux is missing\n")

describe.skipIf(!tmux && process.env.CI !== "true")("in a terminal of 80 by 20, as a person sees it", () => {
  test("how things are stays in its place, and what happened last below it", async () => {
    const socket = join(folder, "tmux")
    const run = (...args: string[]) =>
      execFileSync("tmux", ["-S", socket, "-f", "/dev/null", ...args], { env: environment(), encoding: "utf8" })
    lay("cfgsync.config.json", '{ "files": ["conf/*.json"], "rules": ["own.rule"] }\n')
    lay("own.rule", rule)
    mkdirSync(join(folder, "conf"))
    lay("conf/a.json", '{ "port": 1 }\n')
    lay("conf/b.json", '{ "port": 8080 }\n')
    onTestFinished(() => void spawnSync("tmux", ["-S", socket, "kill-server"]))
    run("new-session", "-d", "-x", "80", "-y", "20", "-c", folder, `'${process.execPath}' '${command}' watch; cat`)
    const picture = () =>
      run("capture-pane", "-p")
        .replaceAll(folder, "/project")
        .replaceAll(/\d\d:\d\d:\d\d/g, "12:00:00")
        .trimEnd()
    // In one go: on a busy machine half a save may last long enough to be told of.
    const save = (name: string, text: string) => {
      lay(`${name}.new`, text)
      renameSync(join(folder, `${name}.new`), join(folder, name))
    }
    await vi.waitFor(() => expect(picture()).toContain("watching"), { timeout: 60_000 })
    save("conf/b.json", '{ "port": 2 }\n')
    await vi.waitFor(() => expect(picture()).toContain("2 files drifted"), { timeout: 60_000 })
    save("conf/b.json", '{ "port": 8080 }\n')
    await vi.waitFor(() => expect(picture()).toContain("gone"), { timeout: 60_000 })
    expect(picture()).toMatchInlineSnapshot(`
      "cfgsync watch  /project
      ● 2 files since 12:00:00 · 0 repairs

      1 file drifted: 1 error
        conf/a.json:1:11  error  own/port  the port is free to use: $.port must be m…

      last
        12:00:00  drift      conf/a.json:1:11  error  own/port  the port is free to …
        12:00:00  watching   /project, 2 files
        12:00:00  drift      conf/b.json:1:11  error  own/port  the port is free to …
        12:00:00  gone       conf/b.json:1:11  own/port  somebody mended it

      Ctrl-C ends it"
    `)
    for (const line of picture().split("\n")) expect(line.length).toBeLessThanOrEqual(80)
    run("resize-window", "-x", "50", "-y", "12")
    save("conf/a.json", '{ "port": 8081 }\n')
    await vi.waitFor(() => expect(picture()).toContain("nothing has drifted"), { timeout: 60_000 })
    for (const line of picture().split("\n")) expect(line.length).toBeLessThanOrEqual(50)
    run("send-keys", "C-c")
    await vi.waitFor(() => expect(picture()).toContain("stopped"), { timeout: 60_000 })
  }, 300_000)
})

const rule = `rule own/port "the port is free to use" {
  why "those below belong to the system"
  severity error
  files "*.json"
  require $.port > 1000
}
`
