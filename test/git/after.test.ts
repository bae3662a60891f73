import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, describe, expect, test } from "vitest"
import { cfgsync, makeProject, putHook, service } from "./project.ts"
import type { Repository } from "./repository.ts"

let repository: Repository
afterEach(() => repository.dispose())

const good = service(true, 2000)
const off = service(false, 2000)
const lowPort = service(true, 80)

/** A branch `side` on which a file came in. */
function start(hooks: string, brought: string): void {
  repository = makeProject(hooks, { "a.json": good, "standing.json": lowPort })
  for (const name of ["post-merge", "post-rewrite", "post-checkout"]) putHook(repository, name)
  repository.git("checkout", "--quiet", "-b", "side")
  repository.write("a.json", brought)
  repository.commit("brought")
  repository.git("checkout", "--quiet", "main")
}

const came = "cfgsync: 1 finding came in, in 1 file"

describe("tells what came in, and never fails", () => {
  test("with a merge, fast-forward or not, and an octopus", () => {
    start("{}", lowPort)
    repository.write("other.txt", "x")
    repository.commit("own")
    const merged = repository.ask(["merge", "--quiet", "--no-edit", "side"])
    expect([merged.status, merged.stderr]).toEqual([0, expect.stringContaining(came)])
    expect(merged.stderr).toContain("a.json:7:11 error")
    expect(merged.stderr).not.toContain("standing.json")
    repository.git("reset", "--quiet", "--hard", "HEAD~2")
    expect(repository.ask(["merge", "--quiet", "--ff-only", "side"]).stderr).toContain(came)
    repository.git("checkout", "--quiet", "-b", "third", "main~1")
    repository.write("c.json", service(true, 90))
    repository.git("add", ".")
    repository.git("commit", "--quiet", "--no-verify", "-m", "third")
    repository.git("checkout", "--quiet", "-b", "fourth", "main~1")
    repository.write("d.txt", "x")
    repository.commit("fourth")
    const octopus = repository.ask(["merge", "--quiet", "--no-edit", "side", "third"])
    expect([octopus.status, octopus.stderr]).toEqual([0, expect.stringContaining("2 findings came in")])
  })

  test("with pull and pull --rebase", () => {
    start("{}", lowPort)
    const clone = join(repository.folder, "../clone")
    repository.git("clone", "--quiet", repository.folder, clone)
    const inClone = (...args: readonly string[]) => repository.ask(["-C", clone, ...args])
    for (const name of ["post-merge", "post-rewrite", "post-checkout"]) {
      const text = readFileSync(join(repository.folder, ".git/hooks", name), "utf8")
      repository.write(`../clone/.git/hooks/${name}`, text)
    }
    repository.ask(["-C", clone, "config", "core.hooksPath", ".git/hooks"])
    for (const name of ["post-merge", "post-rewrite", "post-checkout"])
      repository.mode(`../clone/.git/hooks/${name}`, 0o755)
    repository.git("merge", "--quiet", "--ff-only", "side")
    expect(inClone("pull", "--quiet").stderr).toContain(came)
    repository.write("e.json", service(true, 91))
    repository.git("add", ".")
    repository.git("commit", "--quiet", "--no-verify", "-m", "next")
    repository.write("../clone/own.txt", "x")
    inClone("add", ".")
    inClone("commit", "--quiet", "-m", "own")
    const pulled = inClone("pull", "--quiet", "--rebase")
    expect([pulled.status, pulled.stderr]).toEqual([0, expect.stringContaining("e.json")])
    expect(pulled.stderr.match(/came in/g)).toHaveLength(1)
  })

  test("with a switch of branches, and not while a bisect or a rebase is at work", () => {
    start("{}", lowPort)
    expect(repository.ask(["checkout", "--quiet", "side"]).stderr).toContain(came)
    expect(repository.ask(["checkout", "--quiet", "-"]).stderr).toBe("")
    expect(repository.ask(["checkout", "--quiet", "side", "--", "a.json"]).stderr).toBe("")
    repository.git("reset", "--quiet", "--hard")
    repository.git("checkout", "--quiet", "side")
    const bisected = repository.ask(["bisect", "start", "side", "main"])
    expect(bisected.stderr + bisected.stdout).not.toContain("came in")
    repository.git("bisect", "reset")
  })

  test("not of a clean one, an amended commit, a stash, or a cherry-pick", () => {
    start("{}", good.replace('"a": 1', '"a": 2'))
    expect(repository.ask(["merge", "--quiet", "side"])).toEqual({ status: 0, stdout: "", stderr: "" })
    expect(repository.ask(["commit", "--amend", "--quiet", "--no-edit"]).stderr).toBe("")
    repository.write("a.json", lowPort)
    repository.git("stash", "--quiet")
    expect(repository.ask(["stash", "pop", "--quiet"])).toEqual({ status: 0, stdout: "", stderr: "" })
    expect(repository.read("a.json")).toBe(lowPort)
    repository.git("stash", "--quiet")
    repository.git("checkout", "--quiet", "-b", "pick", "main~1")
    expect(repository.ask(["cherry-pick", "main"]).status).toBe(0)
  })

  test("where the configuration is broken", () => {
    start("{}", lowPort)
    repository.write("cfgsync.config.json", "{")
    const merged = repository.ask(["merge", "--quiet", "side"])
    expect([merged.status, merged.stderr]).toEqual([
      0,
      expect.stringMatching(/^cfgsync: what came in was not looked at: /),
    ])
  })
})

describe("what was known-good", () => {
  const asked = (...args: readonly string[]) =>
    spawnSync(process.execPath, [cfgsync, ...args], {
      cwd: repository.folder,
      env: repository.environment,
      encoding: "utf8",
    })

  test("is so as it came in, where that has no error", () => {
    start("{}", good.replace('"a": 1', '"a": 2'))
    expect(asked("accept", "a.json", "--yes", "--reason", "meant").status).toBe(0)
    expect(repository.ask(["merge", "--quiet", "side"])).toEqual({ status: 0, stdout: "", stderr: "" })
    expect(asked("diff", "a.json").stdout).toBe("")
    expect(asked("history", "a.json").stdout).toMatch(/accepted by (?:policy|git)/)
  })

  test("stays what it was, where that has one", () => {
    start("{}", lowPort)
    expect(asked("accept", "a.json", "--yes", "--reason", "meant").status).toBe(0)
    expect(repository.ask(["merge", "--quiet", "side"])).toMatchObject({
      status: 0,
      stderr: expect.stringContaining(came),
    })
    expect(asked("diff", "a.json").stdout).toContain('+  "port": 80')
  })
})

test("repairs what came in, in the working tree only", () => {
  start('{ "after": "fix" }', off)
  const merged = repository.ask(["merge", "--quiet", "side"])
  expect(merged).toMatchObject({ status: 0, stderr: "cfgsync: repaired what came in, not committed yet: a.json\n" })
  expect(repository.git("status", "--porcelain")).toBe(" M a.json")
  expect([repository.read("a.json"), repository.read("standing.json")]).toEqual([good, lowPort])
})

test("a merge that would bring in what blocks is stopped before it is committed", () => {
  start("{}", good)
  putHook(repository, "pre-merge-commit")
  repository.git("checkout", "--quiet", "side")
  repository.write("new.json", lowPort)
  repository.commit("low")
  repository.git("checkout", "--quiet", "main")
  const merged = repository.ask(["merge", "--no-ff", "--no-edit", "side"])
  expect([merged.status, merged.stderr]).toEqual([1, expect.stringContaining("new.json")])
  expect(repository.git("log", "-1", "--format=%s")).toBe("first")
})

test("a new worktree gets the managed files that git ignores, and nothing else that it ignores", () => {
  start("{}", good)
  repository.write(".gitignore", ".cfgsync/\nlocal.json\n*.log\nout/\n")
  repository.write("cfgsync.config.json", repository.read("cfgsync.config.json").replace('"*.json"', '"**/*.json"'))
  repository.commit("ignore")
  for (const path of ["local.json", "deep/local.json", "out/made.json", "x.log"]) repository.write(path, good)
  repository.mode("local.json", 0o600)
  const added = repository.ask(["worktree", "add", "--quiet", "../side", "-b", "more"])
  expect([added.status, added.stderr]).toEqual([
    0,
    expect.stringContaining("copied deep/local.json, local.json from the main worktree"),
  ])
  const there = (path: string) => existsSync(join(repository.folder, "../side", path))
  expect(["local.json", "deep/local.json", "out/made.json", "x.log"].map(there)).toEqual([true, true, false, false])
})
