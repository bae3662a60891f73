import { rmSync } from "node:fs"
import { join } from "node:path"
import { afterEach, describe, expect, test } from "vitest"
import { makeProject, service } from "./project.ts"
import type { Repository } from "./repository.ts"

let repository: Repository
afterEach(() => repository.dispose())

const commit = (...args: readonly string[]) => repository.ask(["commit", "--quiet", "-m", "next", ...args])
const good = service(true, 2000)
const off = service(false, 2000)
const lowPort = service(true, 80)

describe("blocks", () => {
  test("what the commit would bring in, and tells where", () => {
    repository = makeProject()
    repository.write("a.json", lowPort)
    repository.git("add", "a.json")
    const { status, stderr } = commit()
    expect(status).toBe(1)
    expect(stderr).toContain("a.json")
    expect(stderr).toContain("t/port")
    expect(stderr).toContain("--no-verify")
    expect(repository.git("log", "--format=%s")).toBe("first")
  })

  test("nothing, in silence, when all is well", () => {
    repository = makeProject()
    repository.write("a.json", good)
    repository.git("add", "a.json")
    expect(commit()).toEqual({ status: 0, stdout: "", stderr: "" })
  })

  test("by what is staged, whatever lies around it", () => {
    repository = makeProject()
    repository.write("a.json", lowPort)
    repository.git("add", "a.json")
    repository.write("a.json", good)
    expect(commit().status).toBe(1)
    repository.git("add", "a.json")
    repository.write("a.json", lowPort)
    repository.write("untracked.json", lowPort)
    expect(commit()).toEqual({ status: 0, stdout: "", stderr: "" })
    expect(repository.read("a.json")).toBe(lowPort)
  })

  test("not what was there before, which is told", () => {
    repository = makeProject("{}", { "a.json": lowPort })
    repository.write("a.json", lowPort.replace('"a": 1', '"a": 2'))
    const { status, stderr } = commit("-a")
    expect([status, stderr]).toEqual([0, "1 more finding was there before this commit; see: cfgsync check a.json\n"])
  })

  test("what was there before, where the configuration says so", () => {
    repository = makeProject('{ "standing": "block" }', { "a.json": lowPort })
    repository.write("a.json", lowPort.replace('"a": 1', '"a": 2'))
    expect(commit("-a").status).toBe(1)
  })

  test("not a file that is renamed as it was", () => {
    repository = makeProject("{}", { "a.json": lowPort })
    repository.git("mv", "a.json", "b.json")
    expect(commit().status).toBe(0)
  })

  test("a file whose prompt the commit takes away, or does not bring", () => {
    repository = makeProject("{}", { "a.json": service(true, 2000, ['"prompt": "p.md"']), "p.md": "x" })
    repository.git("rm", "--quiet", "--cached", "p.md")
    expect(commit().stderr).toContain("t/prompt")
    repository.git("reset", "--quiet")
    repository.write("b.json", service(true, 2000, ['"prompt": "q.md"']))
    repository.write("q.md", "there, but not added")
    repository.git("add", "b.json")
    expect(commit().stderr).toContain("t/prompt")
    repository.git("add", "q.md")
    expect(commit().status).toBe(0)
  })

  test("what switches on beside a list of servers what a link says is off", () => {
    const link = `link servers {
  source "opencode.json" at $.mcp        as mcp/opencode
  target ".mcp.json"     at $.mcpServers as mcp/claude
}
`
    repository = makeProject("{}", {
      "cfgsync.config.json": '{ "files": ["opencode.json", ".mcp.json"], "rules": ["links.rule"] }\n',
      "links.rule": link,
      "opencode.json": '{ "mcp": { "a": { "type": "local", "command": ["a"], "enabled": false } } }\n',
      ".mcp.json": '{ "mcpServers": { "a": { "command": "a" } } }\n',
      ".claude/settings.json": '{ "disabledMcpjsonServers": ["a"], "model": "opus" }\n',
    })
    repository.write(".claude/settings.json", '{ "disabledMcpjsonServers": ["a"], "model": "sonnet" }\n')
    expect(commit("-a")).toEqual({ status: 0, stdout: "", stderr: "" })
    repository.write(".claude/settings.json", '{ "disabledMcpjsonServers": [], "model": "sonnet" }\n')
    const { status, stderr } = commit("-a")
    expect([status, stderr]).toEqual([1, expect.stringContaining("a is switched off in opencode.json")])
  })

  test("text that does not parse, and no file that git encrypts", () => {
    repository = makeProject()
    repository.write("a.json", "{")
    repository.write("b.json", "{")
    repository.write(".gitattributes", "b.json filter=crypt\n")
    repository.git("add", "b.json", ".gitattributes")
    expect(commit()).toMatchObject({
      status: 0,
      stderr: "b.json: not judged, because git stores it through a filter\n",
    })
    repository.git("add", "a.json")
    expect(commit().status).toBe(1)
  })

  test("nothing where the policy is to warn, or to be off", () => {
    repository = makeProject('{ "preCommit": "warn" }')
    repository.write("a.json", lowPort)
    repository.git("add", ".")
    expect(commit()).toMatchObject({ status: 0, stderr: expect.stringContaining("t/port") })
    repository.write("cfgsync.config.json", repository.read("cfgsync.config.json").replace("warn", "off"))
    repository.write("a.json", lowPort.replace("80", "81"))
    repository.git("add", ".")
    expect(commit()).toEqual({ status: 0, stdout: "", stderr: "" })
  })

  test("a commit whose configuration is wrong, and says why", () => {
    repository = makeProject()
    repository.write("cfgsync.config.json", '{ "fiels": [] }')
    repository.write("a.json", good)
    repository.git("add", ".")
    expect(commit()).toMatchObject({ status: 1, stderr: expect.stringContaining("fiels") })
  })
})

describe("repairs what is staged", () => {
  test("and the working tree with it", () => {
    repository = makeProject('{ "preCommit": "fix" }')
    repository.write("a.json", off)
    repository.git("add", "a.json")
    const { status, stderr } = commit()
    expect([status, stderr]).toEqual([0, expect.stringContaining("1 fixed")])
    expect(repository.git("show", "HEAD:a.json")).toBe(good.trimEnd())
    expect(repository.read("a.json")).toBe(good)
    expect(repository.git("status", "--porcelain")).toBe("")
  })

  test("of a partly staged file: what is not staged stays so, to the byte", () => {
    repository = makeProject('{ "preCommit": "fix" }', { "a.json": good })
    repository.write("a.json", off)
    repository.git("add", "a.json")
    const mine = (text: string) => text.replace('  "c": 1,\n', '  "c":   1, \t\n  "mine": [1],\n')
    repository.write("a.json", `${mine(off)}\n\n`)
    const before = repository.git("diff").split("\n").slice(4)
    expect(commit("--allow-empty").status).toBe(0)
    expect(repository.git("show", "HEAD:a.json")).toBe(good.trimEnd())
    expect(repository.read("a.json")).toBe(`${mine(good)}\n\n`)
    const hunks = repository.git("diff").split("\n").slice(4)
    expect(hunks.filter((line) => /^[-+]/.test(line))).toEqual(before.filter((line) => /^[-+]/.test(line)))
  })

  test("next to a line that is not staged", () => {
    repository = makeProject('{ "preCommit": "fix" }')
    repository.write("a.json", off)
    repository.git("add", "a.json")
    repository.write("a.json", off.replace('"a": 1', '"a": 7'))
    expect(commit().status).toBe(0)
    expect(repository.read("a.json")).toBe(good.replace('"a": 1', '"a": 7'))
  })

  test("and leaves the working tree as it is where the same line was changed", () => {
    repository = makeProject('{ "preCommit": "fix" }')
    repository.write("a.json", off)
    repository.git("add", "a.json")
    const mine = off.replace('"on": false', '"on": "later"')
    repository.write("a.json", mine)
    const { status, stderr } = commit()
    expect([status, stderr]).toEqual([
      0,
      expect.stringContaining(
        "a.json: the repair is in the commit; the working tree is as it was, because the same lines were changed",
      ),
    ])
    expect(repository.git("show", "HEAD:a.json")).toBe(good.trimEnd())
    expect(repository.read("a.json")).toBe(mine)
  })

  test("but not a file that was deleted and not said so", () => {
    repository = makeProject('{ "preCommit": "fix" }')
    repository.write("a.json", off)
    repository.git("add", "a.json")
    rmSync(join(repository.folder, "a.json"))
    expect(commit().status).toBe(0)
    expect(repository.git("status", "--porcelain")).toBe(" D a.json")
  })

  test("in the working tree's own line ends", () => {
    repository = makeProject('{ "preCommit": "fix" }')
    repository.git("config", "core.autocrlf", "true")
    const crlf = (text: string) => text.replaceAll("\n", "\r\n")
    repository.write("a.json", crlf(off))
    repository.write("b.json", crlf(off))
    repository.git("add", "a.json", "b.json")
    repository.write("b.json", crlf(off.replace('"c": 1', '"c": 2')))
    expect(commit().status).toBe(0)
    expect(repository.git("show", "HEAD:a.json")).toBe(good.trimEnd())
    expect(repository.read("a.json")).toBe(crlf(good))
    expect(repository.read("b.json")).toBe(crlf(good.replace('"c": 1', '"c": 2')))
    expect(repository.git("status", "--porcelain")).toBe(" M b.json")
  })

  test("keeps the mode", () => {
    repository = makeProject('{ "preCommit": "fix" }')
    repository.write("a.json", off)
    repository.mode("a.json", 0o755)
    repository.git("add", "a.json")
    expect(commit().status).toBe(0)
    expect(repository.git("ls-tree", "HEAD", "a.json")).toMatch(/^100755 /)
    expect(repository.git("status", "--porcelain")).toBe("")
  })

  test("and blocks for what is left", () => {
    repository = makeProject('{ "preCommit": "fix" }')
    repository.write("a.json", service(false, 80))
    repository.git("add", "a.json")
    expect(commit().status).toBe(1)
    expect(repository.staged("a.json")).toBe(lowPort)
    expect(repository.read("a.json")).toBe(lowPort)
  })

  test("only what came in, and nothing that is not part of the commit", () => {
    repository = makeProject('{ "preCommit": "fix" }', { "a.json": off, "b.json": off })
    repository.write("a.json", off.replace('"a": 1', '"a": 2'))
    repository.git("add", "a.json")
    expect(commit().status).toBe(0)
    expect(repository.git("show", "HEAD:a.json")).toContain('"on": false')
  })
})

describe("under every way to commit", () => {
  const fixed = (path = "a.json") => repository.git("show", `HEAD:${path}`).includes('"on": true')
  const clean = () => repository.git("status", "--porcelain")
  const start = () => {
    repository = makeProject('{ "preCommit": "fix" }', { "a.json": good, "b.json": good })
    repository.write("a.json", off)
  }

  test("git commit -a", () => {
    start()
    expect(commit("-a").status).toBe(0)
    expect([fixed(), clean(), repository.read("a.json")]).toEqual([true, "", good])
  })

  test("git commit FILE, with something else staged", () => {
    start()
    repository.write("a.json", off.replace('"a": 1', '"a": 5'))
    repository.write("b.json", off)
    repository.git("add", "b.json")
    expect(commit("a.json").status).toBe(0)
    expect([fixed(), clean()]).toEqual([true, "M  b.json"])
    expect(repository.staged("b.json")).toBe(off)
  })

  test("git commit --amend, an empty commit and a detached head", () => {
    start()
    repository.git("add", "a.json")
    repository.git("checkout", "--quiet", "--detach")
    expect(repository.ask(["commit", "--quiet", "--amend", "--no-edit"]).status).toBe(0)
    expect([fixed(), clean()]).toEqual([true, ""])
    expect(commit("--allow-empty").status).toBe(0)
  })

  test("git commit -p", () => {
    start()
    repository.write("a.json", off.replace('"d": 1', '"d": 9'))
    const done = repository.ask(["commit", "--quiet", "-m", "part", "-p"], { input: "s\ny\nn\n" })
    expect(done.status).toBe(0)
    expect([fixed(), clean()]).toEqual([true, " M a.json"])
    expect(repository.read("a.json")).toBe(good.replace('"d": 1', '"d": 9'))
  })

  test("the first commit", () => {
    repository = makeProject('{ "preCommit": "fix" }')
    repository.git("checkout", "--quiet", "--orphan", "fresh")
    repository.write("a.json", off)
    repository.git("add", ".")
    expect(commit().status).toBe(0)
    expect([fixed(), clean()]).toEqual([true, ""])
  })

  test("a linked worktree, a subfolder and a submodule", () => {
    start()
    repository.git("add", ".")
    repository.git("commit", "--quiet", "--no-verify", "-m", "off")
    const side = join(repository.folder, "..", "side")
    repository.git("worktree", "add", "--quiet", side)
    const off2 = off.replace('"b": 1', '"b": 2').replace("off", "off")
    repository.write("../side/c.json", off2)
    expect(repository.ask(["add", "c.json"], { cwd: "../side" }).status).toBe(0)
    expect(repository.ask(["commit", "--quiet", "-m", "side"], { cwd: "../side" }).status).toBe(0)
    expect(repository.ask(["show", "HEAD:c.json"], { cwd: "../side" }).stdout).toContain('"on": true')
    expect(repository.ask(["status", "--porcelain"], { cwd: "../side" }).stdout).toBe("")
    repository.git("submodule", "add", "--quiet", repository.folder, "sub")
    repository.write("d.json", off)
    repository.git("add", ".")
    repository.write("inner/x.txt", "")
    expect(repository.ask(["commit", "--quiet", "-m", "sub"], { cwd: "inner" }).status).toBe(0)
    expect(fixed("d.json")).toBe(true)
  })

  test("files of any name, partly staged", () => {
    const names = [
      "a file.json",
      "-dash.json",
      "ünïcode.json",
      "new\nline.json",
      'quo"te.json',
      "star*.json",
      "back\\slash.json",
    ]
    repository = makeProject('{ "preCommit": "fix" }')
    for (const name of names) repository.write(name, off)
    repository.git("add", ".")
    const mine = (text: string) => text.replace('"d": 1', '"d": 9')
    for (const name of names) repository.write(name, mine(off))
    expect(commit().status).toBe(0)
    for (const name of names) expect([name, fixed(name), repository.read(name)]).toEqual([name, true, mine(good)])
  })

  test("in a sparse checkout, what lies outside of it", () => {
    const config =
      '{ "files": ["**/*.json", "!cfgsync.config.json"], "rules": ["own.rule"], "hooks": { "preCommit": "fix" } }'
    const files = { "in/a.json": good, "out/b.json": good }
    repository = makeProject("{}", { "cfgsync.config.json": `${config}\n`, ...files })
    repository.git("sparse-checkout", "set", "in")
    repository.write("in/a.json", off)
    expect(commit("-a").status).toBe(0)
    expect([fixed("in/a.json"), fixed("out/b.json"), clean()]).toEqual([true, true, ""])
  })

  test("beside a submodule that has managed files of its own, which a rule may read", () => {
    repository = makeProject('{ "preCommit": "fix" }', { "a.json": good })
    const config = repository.read("cfgsync.config.json").replace('"*.json"', '"**/*.json"')
    repository.write("cfgsync.config.json", config)
    const rule =
      'rule t/same "the port is that of the module" { files "*.json" require $.port == doc("sub/a.json").port }\n'
    repository.write("own.rule", repository.read("own.rule") + rule)
    repository.commit("all below")
    repository.git("submodule", "add", "--quiet", repository.folder, "sub")
    repository.write("a.json", off)
    repository.git("add", ".")
    expect(commit()).toMatchObject({ status: 0 })
    expect([fixed(), clean()]).toEqual([true, ""])
    repository.write("a.json", service(true, 3000))
    expect(commit("-a").status).toBe(0)
    expect(repository.read("a.json")).toBe(good)
  })

  test("intent to add, deletions, links", () => {
    start()
    repository.git("checkout", "--quiet", "a.json")
    repository.write("meant.json", lowPort)
    repository.git("add", "--intent-to-add", "meant.json")
    repository.git("rm", "--quiet", "b.json")
    repository.link("link.json", "a.json")
    repository.link("nowhere.txt", "none")
    repository.git("add", "link.json", "nowhere.txt")
    expect(commit()).toMatchObject({ status: 0, stderr: "" })
    expect(clean()).toBe(" A meant.json")
  })

  test("with file arguments, as lint-staged gives them", () => {
    start()
    repository.write("b.json", lowPort)
    repository.git("add", ".")
    const args = ["-c", 'alias.h=!cfg() { .git/hooks/pre-commit "$@"; }; cfg', "h"]
    expect(repository.ask([...args, join(repository.folder, "a.json")]).status).toBe(0)
    expect(repository.staged("a.json")).toBe(good)
    expect(repository.ask([...args, join(repository.folder, "b.json")]).status).toBe(1)
  })
})
