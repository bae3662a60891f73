import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import { afterEach, describe, expect, test } from "vitest"
import { cfgsync, makeProject } from "./project.ts"
import type { Repository } from "./repository.ts"

let repository: Repository
afterEach(() => repository.dispose())

function run(folder: string, ...args: readonly string[]) {
  const options = { cwd: folder, env: repository.environment, encoding: "utf8" } as const
  const { status, stdout, stderr } = spawnSync(process.execPath, [cfgsync, ...args], options)
  return { status, said: stdout + stderr }
}

describe("a repository without a working tree", () => {
  test("is called so, and what to do", () => {
    repository = makeProject()
    const bare = `${repository.folder}.git`
    repository.git("clone", "--quiet", "--bare", repository.folder, bare)
    for (const args of [["hooks", "status"], ["hooks", "install"], ["hooks", "run", "pre-commit"], ["init"]]) {
      const { status, said } = run(bare, ...args)
      expect([status, said]).toEqual([
        2,
        expect.stringContaining(`${bare} is a repository of git without a working tree`),
      ])
      expect(said).toContain("git worktree add FOLDER")
    }
    expect(existsSync(join(bare, "cfgsync.config.yaml"))).toBe(false)
    expect(existsSync(join(bare, ".cfgsync"))).toBe(false)
  })

  test("its worktrees are worked in as any other", () => {
    repository = makeProject()
    const bare = `${repository.folder}.git`
    const worktree = `${repository.folder}-work`
    repository.git("clone", "--quiet", "--bare", repository.folder, bare)
    execFileSync("git", ["worktree", "add", "--quiet", worktree], { cwd: bare, env: repository.environment })
    expect(run(worktree, "hooks", "install").status).toBe(0)
    expect(run(worktree, "hooks", "status").status).toBe(0)
    expect(run(worktree, "check", "--since", "HEAD").status).toBe(0)
  })

  test("a worktree that lies in it is none of it, and what git keeps of one is", () => {
    repository = makeProject()
    const bare = `${repository.folder}.git`
    const worktree = join(bare, "main")
    repository.git("clone", "--quiet", "--bare", repository.folder, bare)
    execFileSync("git", ["worktree", "add", "--quiet", worktree], { cwd: bare, env: repository.environment })
    rmSync(join(worktree, "cfgsync.config.json"))
    const { status, said } = run(worktree, "init", "--yes")
    expect([status, said]).toEqual([0, expect.stringContaining("wrote cfgsync.config.yaml")])
    const inside = join(repository.folder, ".git/hooks")
    expect(run(inside, "init", "--yes")).toEqual({
      status: 2,
      said: expect.stringContaining(`${join(repository.folder, ".git")} is a repository of git without a working tree`),
    })
  })
})
