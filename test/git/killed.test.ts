import { spawn } from "node:child_process"
import { readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import { afterEach, expect, test } from "vitest"
import { recoverStaging } from "../../src/system/git/staging.ts"
import { openSystem } from "../../src/system/real.ts"
import { cfgsync, makeProject, service } from "./project.ts"
import type { Repository } from "./repository.ts"

let repository: Repository
afterEach(() => repository.dispose())

const names = ["a.json", "b.json", "c.json"]
const points = Number(process.env.CFGSYNC_KILLS ?? 12)
const mine = (text: string) => text.replace('"c": 1', '"c": 7')
const before = { index: service(false, 2000), tree: mine(service(false, 2000)) }
const after = { index: service(true, 2000), tree: mine(service(true, 2000)) }

test(`a hook killed at ${points} moments leaves index and tree as before or as after, all files alike`, async () => {
  repository = makeProject('{ "preCommit": "fix" }')
  const root = repository.git("rev-parse", "HEAD")
  const stage = () => {
    repository.git("reset", "--quiet", "--hard", root)
    for (const name of names) repository.write(name, before.index)
    repository.git("add", ".")
    for (const name of names) repository.write(name, before.tree)
  }
  stage()
  const whole = await run(Number.POSITIVE_INFINITY)
  expect(states()).toEqual(Array(3).fill(after))
  let killed = 0
  for (let point = 0; point < points; point++) {
    stage()
    // Most of the time is reading and checking; the writing comes at the end.
    const { ended } = await run(whole.milliseconds * (0.5 + (0.7 * point) / points))
    if (!ended) killed++
    settle()
    const seen = states()
    expect([Array(3).fill(before), Array(3).fill(after)], `killed at point ${point}`).toContainEqual(seen)
    expect(
      repository
        .git("status", "--porcelain", "--untracked-files=all")
        .split("\n")
        .filter((line) => !/\b[abc]\.json$/.test(line)),
    ).toEqual([])
  }
  expect(killed).toBeGreaterThan(0)
})

test(`git commit killed with its hook at ${points} moments leaves what was staged, or all of the commit`, async () => {
  repository = makeProject(
    '{ "preCommit": "fix" }',
    Object.fromEntries(names.map((name) => [name, service(true, 2000)])),
  )
  const root = repository.git("rev-parse", "HEAD")
  const stage = () => {
    rmSync(join(repository.folder, ".git/index.lock"), { force: true })
    repository.git("reset", "--quiet", "--hard", root)
    for (const name of names) repository.write(name, before.index)
    repository.git("add", ".")
    for (const name of names) repository.write(name, before.tree)
  }
  stage()
  const whole = await commit(Number.POSITIVE_INFINITY)
  expect(whole.ended).toBe(true)
  let killed = 0
  for (let point = 0; point < points; point++) {
    stage()
    const { ended } = await commit(whole.milliseconds * (0.2 + point / points))
    if (!ended) killed++
    rmSync(join(repository.folder, ".git/index.lock"), { force: true })
    settle()
    expect([Array(3).fill(before), Array(3).fill(after)], `killed at point ${point}`).toContainEqual(states())
    if (repository.git("rev-parse", "HEAD") === root) continue
    for (const name of names) expect(repository.git("show", `HEAD:${name}`)).toBe(after.index.trimEnd())
  }
  expect(killed).toBeGreaterThan(0)
})

/** Who is killed needs a moment to be gone, and a hook is not waited for by who waits for git. */
async function untilGone(group: number): Promise<void> {
  for (;;) {
    try {
      process.kill(-group, 0)
    } catch {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** git, its hook and all that they started, ended at one blow. */
function commit(milliseconds: number): Promise<{ readonly ended: boolean; readonly milliseconds: number }> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["commit", "--quiet", "-m", "next"], {
      cwd: repository.folder,
      env: repository.environment,
      stdio: "ignore",
      detached: true,
    })
    const kill = () => child.pid !== undefined && process.kill(-child.pid, "SIGKILL")
    const timer = milliseconds === Number.POSITIVE_INFINITY ? undefined : setTimeout(kill, milliseconds)
    child.on("error", reject).on("close", async (code) => {
      const milliseconds = performance.now() - started
      clearTimeout(timer)
      await untilGone(child.pid ?? 0)
      resolve({ ended: code === 0, milliseconds })
    })
  })
}

/** What the next cfgsync does at its start. */
function settle(): void {
  openSystem(repository.folder).recover()
  recoverStaging(repository.folder, repository.environment)
}

function states() {
  return names.map((name) => ({
    index: repository.staged(name),
    tree: readFileSync(join(repository.folder, name), "utf8"),
  }))
}

function run(milliseconds: number): Promise<{ readonly ended: boolean; readonly milliseconds: number }> {
  const started = performance.now()
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cfgsync, "hooks", "run", "pre-commit"], {
      cwd: repository.folder,
      env: repository.environment,
      stdio: "ignore",
    })
    const timer =
      milliseconds === Number.POSITIVE_INFINITY ? undefined : setTimeout(() => child.kill("SIGKILL"), milliseconds)
    child.on("error", reject).on("close", (code) => {
      clearTimeout(timer)
      resolve({ ended: code === 0, milliseconds: performance.now() - started })
    })
  })
}
