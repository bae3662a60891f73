import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
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
