import { execFileSync, spawnSync } from "node:child_process"
import { readdirSync, readFileSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import { afterEach, describe, expect, test } from "vitest"
import { cfgsync, makeProject, putHook, service } from "./project.ts"
import { makeRepository, type Repository } from "./repository.ts"

let repository: Repository
afterEach(() => repository.dispose())

const [off, on] = [service(false, 2000), service(true, 2000)]
const fixing = '{ "preCommit": "fix" }'

function commit(...args: readonly string[]): string {
  const { status, stderr } = repository.ask(["commit", "--quiet", "-m", "x", ...args])
  expect([status, stderr]).toEqual([0, expect.stringContaining("fixed")])
  return stderr
}

const committed = (path: string) => `${repository.git("show", `HEAD:${path}`)}\n`

describe("ways to a commit, each with a repair", () => {
  test("a repository with names of 64 letters", () => {
    repository = makeRepository()
    repository.git("init", "--quiet", "--object-format=sha256", "../long")
    const long = join(repository.folder, "../long")
    for (const name of ["cfgsync.config.json", "own.rule"]) {
      const other = makeProject(fixing)
      repository.write(`../long/${name}`, other.read(name))
      other.dispose()
    }
    repository.write("../long/a.json", off)
    const git = (...args: readonly string[]) =>
      execFileSync("git", args, { cwd: long, env: repository.environment, encoding: "utf8", stdio: "pipe" })
    git("add", ".")
    const run = spawnSync(process.execPath, [cfgsync, "hooks", "run", "pre-commit"], {
      cwd: long,
      env: repository.environment,
      encoding: "utf8",
    })
    expect([run.status, run.stderr]).toEqual([0, expect.stringContaining("fixed  a.json")])
    expect([git("show", ":a.json"), readFileSync(join(long, "a.json"), "utf8")]).toEqual([on, on])
  })

  test("a fixup that a rebase puts where it belongs, and what a rebase runs after each commit", () => {
    repository = makeProject(fixing, { "a.json": on })
    repository.write("b.json", on)
    repository.commit("b")
    repository.write("a.json", off.replace('"a": 1', '"a": 9'))
    repository.git("add", "a.json")
    const { status } = repository.ask(["commit", "--quiet", "--fixup", "HEAD~1"])
    expect(status).toBe(0)
    const rebase = ["rebase", "--quiet", "--interactive", "--autosquash", "--root"]
    const exec = ["--exec", "sed -i s/2000/3000/ a.json && git commit --quiet --all --allow-empty -m more"]
    const done = repository.ask([...rebase, ...exec], { environment: { GIT_SEQUENCE_EDITOR: "true" } })
    expect([done.status, done.stderr]).toEqual([0, expect.not.stringContaining("error")])
    expect(committed("a.json")).toBe(on.replace('"a": 1', '"a": 9').replace("2000", "3000"))
    expect(repository.git("status", "--porcelain")).toBe("")
  })

  test("patches of a mailbox are left as they were sent", () => {
    repository = makeProject(fixing, { "a.json": on })
    repository.write("a.json", off)
    repository.commit("off")
    const patch = repository.git("format-patch", "--stdout", "HEAD~1")
    repository.git("reset", "--quiet", "--hard", "HEAD~1")
    expect(repository.ask(["am", "--quiet"], { input: `${patch}\n` })).toMatchObject({ status: 0 })
    expect([committed("a.json"), repository.read("a.json")]).toEqual([off, off])
  })

  test("a partial clone, a folder behind a link, another folder, a file that is hidden from git", () => {
    repository = makeProject(fixing, { "a.json": on, "b.json": on, "sub/c": "" })
    repository.git("config", "uploadpack.allowFilter", "true")
    const clone = `${repository.folder}-clone`
    repository.git("clone", "--quiet", "--filter=blob:none", `file://${repository.folder}`, clone)
    const git = (args: readonly string[], cwd = clone) =>
      spawnSync("git", args, { cwd, env: repository.environment, encoding: "utf8" })
    repository.write("../project-clone/.git/hooks/pre-commit", repository.read(".git/hooks/pre-commit"))
    repository.mode("../project-clone/.git/hooks/pre-commit", 0o755)
    symlinkSync(clone, `${clone}-link`)
    repository.write("../project-clone/b.json", off)
    repository.write("../project-clone/a.json", off)
    git(["update-index", "--skip-worktree", "a.json"])
    git(["add", "../b.json"], `${clone}-link/sub`)
    expect(git(["-C", `${clone}-link/sub`, "commit", "--quiet", "--verbose", "-m", "x"], "/").stderr).toContain(
      "fixed  b.json",
    )
    expect(git(["show", "HEAD:b.json"]).stdout).toBe(on)
    expect([git(["show", "HEAD:a.json"]).stdout, readFileSync(join(clone, "a.json"), "utf8")]).toEqual([on, off])
  })

  test("line ends that an attribute asks for, and another encoding on the disk", () => {
    repository = makeProject(fixing)
    repository.write(".gitattributes", "a.json text eol=crlf\nu.json working-tree-encoding=UTF-16LE-BOM\n")
    const crlf = (text: string) => text.replaceAll("\n", "\r\n")
    const wide = Buffer.from(`\uFEFF${off}`, "utf16le")
    repository.write("a.json", crlf(off))
    repository.write("u.json", wide)
    repository.git("add", ".")
    expect(commit()).toContain("u.json: the repair is in the commit; the working tree is as it was")
    expect([committed("a.json"), committed("u.json")]).toEqual([on, on])
    expect(repository.read("a.json")).toBe(crlf(on))
    expect(Buffer.compare(readFileSync(join(repository.folder, "u.json")), wide)).toBe(0)
  })

  test("a file that became a link, and one that became a folder", () => {
    repository = makeProject(fixing, { "a.json": on, "b.json": on, "c.json": on })
    repository.git("rm", "--quiet", "b.json", "c.json")
    repository.link("b.json", "a.json")
    repository.write("c.json/in.json", off)
    repository.write("d.json", off)
    repository.git("add", "--all")
    commit()
    expect([committed("d.json"), committed("c.json/in.json"), repository.read("d.json")]).toEqual([on, off, on])
    expect(repository.git("status", "--porcelain")).toBe("")
  })
})

describe("what cannot be done is said", () => {
  test("a name that is no UTF-8 is judged, and never repaired under another name", () => {
    repository = makeProject(fixing)
    repository.write("real\uFFFD.json", off)
    execFileSync("sh", ["-c", `cp real* "$(printf 'bad\\377.json')"`], { cwd: repository.folder })
    repository.git("add", ".")
    const before = repository.git("ls-files")
    const { status, stderr } = repository.ask(["commit", "--quiet", "-m", "x"])
    expect([status, stderr]).toEqual([1, expect.stringContaining("is no UTF-8, so that it cannot be told to git")])
    expect(repository.git("ls-files")).toBe(before)
    expect(repository.staged("real\uFFFD.json")).toBe(on)
    const names = readdirSync(repository.folder, { encoding: "buffer" }).filter((name) => name.includes(0xff))
    expect(names).toEqual([Buffer.concat([Buffer.from("bad"), Buffer.from([0xff]), Buffer.from(".json")])])
  })

  test("a repository that git does not trust", () => {
    repository = makeProject(fixing)
    putHook(repository, "post-merge")
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, [cfgsync, ...args], {
        cwd: repository.folder,
        env: { ...repository.environment, GIT_TEST_ASSUME_DIFFERENT_OWNER: "1" },
        encoding: "utf8",
      })
    const since = run("check", "--since", "HEAD")
    expect([since.status, since.stderr]).toEqual([2, expect.stringContaining("detected dubious ownership")])
    expect(since.stderr).toContain("safe.directory")
    expect(run("check").status).toBe(0)
    expect(run("status").status).toBe(0)
  })
})
