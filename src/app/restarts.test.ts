import { type ChildProcess, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { neededRestarts } from "./restarts.ts"

let folder = ""
const started: ChildProcess[] = []
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-restarts-")))
  for (const name of ["packages/a/src", "packages/b"]) mkdirSync(join(folder, name), { recursive: true })
})
afterEach(() => {
  for (const each of started.splice(0)) each.kill("SIGKILL")
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

/** A shell by the name of OpenCode, which waits for its input. */
async function start(word: "serve" | "run", cwd: string): Promise<number> {
  const script = join(folder, cwd, word)
  writeFileSync(script, "read forever\n")
  const child = spawn("/bin/sh", [word], {
    argv0: "opencode",
    cwd: join(folder, cwd),
    stdio: ["pipe", "ignore", "ignore"],
  })
  started.push(child)
  const { pid = 0 } = child
  await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).toMatch(/^opencode\0/), 10_000)
  return pid
}

describe.skipIf(process.platform !== "linux")("who must be started anew", () => {
  const seen = (pid: number, path: string) =>
    neededRestarts(folder, [path]).some((told) => told.includes(`(process ${pid}) `) && told.includes(path))
  const rows = [
    ["packages/a/src", "opencode.json", true],
    ["packages/a/src", "packages/a/.opencode/agent/x.md", true],
    ["packages/a/src", ".opencode/opencode.json", true],
    ["packages/a/src", "packages/b/opencode.json", false],
    ["packages/a/src", "packages/b/.opencode/agent/x.md", false],
    [".", "packages/b/opencode.json", false],
    ["packages/a", "packages/a/other.json", false],
    ["packages/a", "/home/ann/.config/opencode/opencode.json", true],
  ] as const
  test.each(rows)("one that runs in %s reads %s: %s", async (cwd, path, expected) => {
    expect(seen(await start("run", cwd), path)).toBe(expected)
  })

  test("a server serves any folder of the project", async () => {
    const pid = await start("serve", "packages/a")
    expect(seen(pid, "packages/b/opencode.json")).toBe(true)
  })

  test("a server elsewhere is none of this project", async () => {
    const pid = await start("serve", "packages/a")
    expect(neededRestarts(join(folder, "packages/b"), ["opencode.json"]).join()).not.toContain(`(process ${pid})`)
  })
})
