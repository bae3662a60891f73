import { spawn, spawnSync } from "node:child_process"
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { createServer, type Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { cfgsync } from "../git/project.ts"

/** The built command with a monitor that answers it, one that pretends to, and one that is past answering. */
let place: string
let home: string
let root: string
const servers: Server[] = []
const pids: number[] = []

beforeEach(() => {
  place = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-asked-")))
  home = place
  root = join(home, "project")
  mkdirSync(root)
  writeFileSync(join(root, "cfgsync.config.json"), '{ "files": ["*.json", "!cfgsync.config.json"] }\n')
  writeFileSync(join(root, "a.json"), '{ "a": 1 }\n')
  run("git", "init", "--quiet")
  run("git", "add", ".")
})
afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve))
  for (const pid of pids.splice(0)) {
    try {
      process.kill(pid, "SIGKILL")
    } catch {
      // It has ended.
    }
  }
  rmSync(place, { recursive: true, force: true })
})

const environment = () => ({
  PATH: process.env.PATH ?? "",
  HOME: home,
  XDG_CACHE_HOME: join(tmpdir(), "cfgsync-tests-cache"),
  GIT_CONFIG_NOSYSTEM: "1",
})

function run(program: string, ...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: root, env: environment(), encoding: "utf8" })
  return { status, stdout, stderr }
}

/** Not blocking this process, in which a server may have to answer. */
function ask(args: readonly string[], input = "", cwd = root) {
  const began = performance.now()
  const child = spawn(process.execPath, [cfgsync, ...args], { cwd, env: environment() })
  let [stdout, stderr] = ["", ""]
  child.stdout.on("data", (chunk) => {
    stdout += chunk
  })
  child.stderr.on("data", (chunk) => {
    stderr += chunk
  })
  child.stdin.on("error", () => {})
  child.stdin.end(input)
  return new Promise<{ status: number | null; stdout: string; stderr: string; milliseconds: number }>((resolve) =>
    child.on("close", (status) => resolve({ status, stdout, stderr, milliseconds: performance.now() - began })),
  )
}

const monitors = () => join(home, ".local/state/cfgsync/watch")
const noteFile = () => join(monitors(), readdirSync(monitors())[0] ?? "", "monitor.json")
const note = (): Record<string, unknown> => JSON.parse(readFileSync(noteFile(), "utf8"))

async function startMonitor(): Promise<number> {
  expect(await ask(["watch", "--no-fix", "--detach"])).toMatchObject({ status: 0 })
  const pid = Number(note().pid)
  pids.push(pid)
  return pid
}

/** Instead of the monitor: a socket that says what it is told to. */
async function pretend(answer: (request: string) => string | undefined): Promise<string[]> {
  const pid = await startMonitor()
  process.kill(pid, "SIGKILL")
  const socket = join(home, "socket")
  const requests: string[] = []
  const server = createServer((connection) => {
    connection.on("error", () => {})
    connection.write("cfgsync watch\n")
    let text = ""
    connection.on("data", (chunk) => {
      text += chunk
      if (!text.endsWith("\n")) return
      requests.push(text)
      const given = answer(text)
      if (given !== undefined) connection.write(given)
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  writeFileSync(noteFile(), JSON.stringify({ ...note(), socket }))
  return requests
}

const ran = (stdout: string, code = 0) => `${JSON.stringify({ kind: "ran", code, stdout, stderr: "" })}\n`

describe("a running monitor", () => {
  test("answers check, status and the hooks before a commit as cfgsync does, through a socket that only its user may open", async () => {
    writeFileSync(join(root, "b.json"), "{ no\n")
    run("git", "add", ".")
    const questions = [["check"], ["status"], ["hooks", "run", "pre-commit"], ["check", "--stdin-filename", "a.json"]]
    const timeless = ({ status, stdout, stderr }: { status: number | null; stdout: string; stderr: string }) => ({
      status,
      stdout: stdout.replace(/\([\d.]+ m?s\)/, ""),
      stderr: stderr.replace(/\([\d.]+ m?s\)/, ""),
    })
    const without = []
    for (const args of questions) without.push(timeless(await ask(args, "{ neither\n")))
    expect(without.map(({ status }) => status)).toEqual([1, 0, 1, 1])
    await startMonitor()
    const { socket } = note()
    expect(statSync(String(socket)).mode & 0o777).toBe(0o600)
    expect(statSync(join(noteFile(), "..")).mode & 0o777).toBe(0o700)
    const within = []
    for (const args of questions) within.push(timeless(await ask(args, "{ neither\n")))
    expect(within).toEqual(without)
  })

  test("is asked where it can know the answer, and believed", async () => {
    const requests = await pretend(() => ran("from the monitor\n", 1))
    expect(await ask(["check"])).toMatchObject({ status: 1, stdout: "from the monitor\n" })
    expect(await ask(["hooks", "run", "pre-commit"])).toMatchObject({ status: 1 })
    mkdirSync(join(root, "sub"))
    expect(await ask(["status"], "", join(root, "sub"))).toMatchObject({ status: 1 })
    expect(requests).toHaveLength(3)
    for (const args of [
      ["check", "--help"],
      ["check", "--accept-existing"],
      ["fix"],
      ["hooks", "status"],
      ["get", "a.json"],
    ])
      expect((await ask(args)).stdout).not.toContain("from the monitor")
    expect(requests).toHaveLength(3)
  })

  test("that says nothing, nonsense, or that it does not know, costs time and no answer", async () => {
    const answers = [undefined, "nonsense\n", '{"kind":"cold","reason":"?"}\n', ran("", 2), `${ran("x").slice(0, 20)}`]
    let given: string | undefined
    const requests = await pretend(() => given)
    for (const each of answers) {
      given = each
      const { status, stderr } = await ask(["check", "--stdin-filename", "a.json"], "{ no\n")
      expect([each, status, stderr]).toEqual([each, 1, ""])
    }
    expect(requests).toHaveLength(answers.length)
  })

  test("that was killed, is stopped, or is of another version, is not waited for", async () => {
    writeFileSync(join(root, "b.json"), "{ no\n")
    run("git", "add", ".")
    const hook = () => ask(["hooks", "run", "pre-commit"])
    const alone = await hook()
    expect(alone.status).toBe(1)
    const pid = await startMonitor()
    process.kill(pid, "SIGSTOP")
    const stopped = await hook()
    expect(stopped.status).toBe(1)
    // It has 300 ms to say that it is there; the rest is for a machine with other work.
    expect(stopped.milliseconds - alone.milliseconds).toBeLessThan(5000)
    process.kill(pid, "SIGKILL")
    expect((await hook()).status).toBe(1)
    // The next one takes its place, and its socket.
    const next = await startMonitor()
    expect(next).not.toBe(pid)
    writeFileSync(noteFile(), JSON.stringify({ ...note(), build: "of yesterday" }))
    expect((await hook()).status).toBe(1)
  })

  test("is asked in a project that may not be written", async () => {
    await startMonitor()
    chmodSync(root, 0o555)
    expect(await ask(["check"])).toMatchObject({ status: 0 })
    chmodSync(root, 0o755)
  })

  test("has a short socket in a folder of its own where the home is far away", async () => {
    home = join(home, "far".repeat(20), "away".repeat(15))
    mkdirSync(home, { recursive: true })
    await startMonitor()
    const socket = String(note().socket)
    expect(Buffer.byteLength(socket)).toBeLessThan(104)
    expect(statSync(socket).mode & 0o777).toBe(0o600)
    expect(statSync(join(socket, "..")).mode & 0o777).toBe(0o700)
    expect(await ask(["check"])).toMatchObject({ status: 0 })
    expect(await ask(["watch", "--stop"])).toMatchObject({ status: 0 })
    expect(existsSync(socket)).toBe(false)
  })
})
