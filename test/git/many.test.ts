import { execFileSync } from "node:child_process"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { makeProject, service } from "./project.ts"
import type { Repository } from "./repository.ts"

const good = service(true, 2000)
const off = service(false, 2000)
const count = 10_000
const pathOf = (index: number) => `services/s${index % 100}/f${index}.json`

let repository: Repository
beforeEach(() => {
  const config =
    '{ "files": ["**/*.json", "!cfgsync.config.json"], "rules": ["own.rule"], "hooks": { "preCommit": "fix" } }'
  repository = makeProject("{}", { "cfgsync.config.json": `${config}\n` })
})
afterEach(() => repository.dispose(), 120_000)

/** In the long form they lie on the disk too; in the short one they are staged, and look deleted. */
const onDisk = process.env.CFGSYNC_LONG !== undefined

/** Ten thousand files in one commit, which git is told of in one stream. */
function fill(): void {
  const input = [
    "blob\nmark :1\ndata ",
    `${good.length}\n${good}\n`,
    "commit refs/heads/main\ncommitter A <a@example.org> 1900000000 +0000\ndata 4\nmany\nfrom refs/heads/main^0\n",
    ...Array.from({ length: count }, (_, index) => `M 100644 :1 ${pathOf(index)}\n`),
  ].join("")
  execFileSync("git", ["fast-import", "--quiet"], { cwd: repository.folder, env: repository.environment, input })
  repository.git("reset", "--quiet", onDisk ? "--hard" : "--mixed")
}

describe(`a repository with ${count} files`, () => {
  test("is judged and repaired by what is staged of it", () => {
    fill()
    const mine = (text: string) => text.replace('"c": 1', '"c": 7')
    const changed = [3, 5000, 9999].map(pathOf)
    for (const path of changed) repository.write(path, off)
    repository.git("add", ...changed)
    for (const path of changed) repository.write(path, mine(off))
    // What lies around is not looked at.
    repository.write(pathOf(77), "{ damaged")
    expect(repository.ask(["commit", "--quiet", "-m", "next"])).toEqual({
      status: 0,
      stdout: "",
      stderr: expect.any(String),
    })
    for (const path of changed) {
      expect(repository.git("show", `HEAD:${path}`)).toBe(good.trimEnd())
      expect(repository.read(path)).toBe(mine(good))
    }
    expect(repository.git("ls-files").split("\n").length).toBe(count + 3)
    const left = repository.git("diff", "--name-only", "--diff-filter=M").split("\n")
    expect(left.sort()).toEqual([...changed, pathOf(77)].sort())
    repository.write(pathOf(8), service(true, 80))
    repository.git("add", pathOf(8))
    expect(repository.ask(["commit", "--quiet", "-m", "blocked"]).status).toBe(1)
  })
})

describe("what is finished by hand", () => {
  const start = () => {
    repository.write("a.json", good)
    repository.commit("base")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.write("a.json", good.replace('"a": 1', '"a": 2'))
    repository.commit("theirs")
    repository.git("checkout", "--quiet", "main")
  }

  test("a merge with a conflict is judged when it is committed, and repaired", () => {
    start()
    repository.write("a.json", good.replace('"a": 1', '"a": 3'))
    repository.commit("ours")
    expect(repository.ask(["merge", "--quiet", "side"]).status).toBe(1)
    const marked = repository.read("a.json")
    repository.git("add", "a.json")
    // The marks are still in it.
    expect(repository.ask(["commit", "--quiet", "-m", "merged"]).status).toBe(1)
    expect(repository.read("a.json")).toBe(marked)
    repository.write("a.json", off.replace('"a": 1', '"a": 4'))
    repository.git("add", "a.json")
    expect(repository.ask(["commit", "--quiet", "-m", "merged"]).status).toBe(0)
    expect(repository.git("show", "HEAD:a.json")).toBe(good.replace('"a": 1', '"a": 4').trimEnd())
    expect(repository.git("rev-list", "--count", "--merges", "HEAD")).toBe("1")
    expect(repository.git("status", "--porcelain")).toBe("")
  })

  test("what comes back from a stash is as it was, also where the commit between was repaired", () => {
    start()
    const mine = good.replace('"d": 1', '"d": 9')
    repository.write("a.json", mine)
    repository.git("stash", "--quiet")
    repository.write("a.json", off.replace('"on": false,\n', '"on": false,\n  "new": 1,\n'))
    repository.git("add", "a.json")
    expect(repository.ask(["commit", "--quiet", "-m", "between"]).status).toBe(0)
    const stash = repository.ask(["stash", "pop", "--quiet"])
    expect(stash.status).toBe(0)
    expect(repository.read("a.json")).toBe(mine.replace('"on": true,\n', '"on": true,\n  "new": 1,\n'))
    expect(repository.git("show", "HEAD:a.json")).not.toContain('"d": 9')
  })

  test("a commit that is picked, and one that is reverted, leave nothing unstaged behind", () => {
    start()
    expect(repository.ask(["cherry-pick", "side"]).status).toBe(0)
    expect(repository.ask(["revert", "--no-edit", "HEAD"]).status).toBe(0)
    expect([repository.read("a.json"), repository.git("status", "--porcelain")]).toEqual([good, ""])
    repository.git("cherry-pick", "--no-commit", "side")
    repository.write("a.json", off.replace('"a": 1', '"a": 2'))
    repository.git("add", "a.json")
    expect(repository.ask(["commit", "--quiet", "-m", "picked"]).status).toBe(0)
    expect(repository.git("show", "HEAD:a.json")).toBe(good.replace('"a": 1', '"a": 2').trimEnd())
  })
})
