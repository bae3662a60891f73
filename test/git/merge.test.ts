import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { makeRepository, type Repository } from "./repository.ts"

const command = join(import.meta.dirname, "../../dist/cfgsync.js")

let repository: Repository
beforeEach(() => {
  repository = makeRepository({
    "opencode.json": '{\n  "mcp": {\n    "a": { "type": "local" }\n  }\n}\n',
    "a.yaml": "# settings\nlevel: 1\nplugins:\n  - one\n",
    "cfgsync.config.json": '{ "files": ["opencode.json", "*.yaml"] }\n',
  })
  repository.commit("base")
})
afterEach(() => repository.dispose())

function cfgsync(...args: readonly string[]) {
  const { ask } = repository
  // Git runs what stands behind the exclamation mark from the top of the worktree.
  return ask(["-c", `alias.run=!'${process.execPath}' '${command}'`, "run", ...args])
}

function useDriver(): void {
  const driver = `'${process.execPath}' '${command}' merge --path %P --marker-size %L %O %A %B`
  repository.git("config", "merge.cfgsync.driver", driver)
  repository.write(".git/info/attributes", "*.json merge=cfgsync\n*.yaml merge=cfgsync\n")
}

/** Two branches from here: what `main` holds, and what `side` holds. Stands on `main`. */
function branch(ours: Readonly<Record<string, string>>, theirs: Readonly<Record<string, string>>): void {
  repository.git("checkout", "--quiet", "-b", "side")
  for (const [path, text] of Object.entries(theirs)) repository.write(path, text)
  repository.commit("theirs")
  repository.git("checkout", "--quiet", "main")
  for (const [path, text] of Object.entries(ours)) repository.write(path, text)
  repository.commit("ours")
}

const server = (name: string) =>
  `{\n  "mcp": {\n    "a": { "type": "local" },\n    "${name}": { "type": "remote" }\n  }\n}\n`

describe("as a merge driver", () => {
  beforeEach(useDriver)

  test("git merges without conflict what is none", () => {
    branch(
      { "opencode.json": server("b"), "a.yaml": "# settings\nlevel: 1\nplugins:\n  - one\n  - two\n" },
      { "opencode.json": server("c"), "a.yaml": "# settings\nlevel: 2 # more\nplugins:\n  - one\n  - three # why\n" },
    )
    expect(repository.ask(["merge", "--quiet", "side"])).toMatchObject({ status: 0 })
    expect(repository.read("opencode.json")).toBe(
      '{\n  "mcp": {\n    "a": { "type": "local" },\n    "b": { "type": "remote" },\n    "c": { "type": "remote" }\n  }\n}\n',
    )
    expect(repository.read("a.yaml")).toBe("# settings\nlevel: 2 # more\nplugins:\n  - one\n  - two\n  - three # why\n")
    expect(repository.git("status", "--porcelain")).toBe("")
  })

  test("a rebase and a cherry-pick go the same way", () => {
    branch({ "opencode.json": server("b") }, { "opencode.json": server("c") })
    const picked = repository.git("rev-parse", "main")
    repository.git("checkout", "--quiet", "-b", "other", "side")
    expect(repository.ask(["cherry-pick", picked]).status).toBe(0)
    expect(JSON.parse(repository.read("opencode.json")).mcp).toHaveProperty("b")
    repository.git("checkout", "--quiet", "side")
    expect(repository.ask(["rebase", "--quiet", "main"]).status).toBe(0)
    expect(Object.keys(JSON.parse(repository.read("opencode.json")).mcp)).toEqual(["a", "b", "c"])
  })

  test("a conflict stops git, is marked around its entry, and can be finished", () => {
    branch(
      { "a.yaml": "# settings\nlevel: 2\nplugins:\n  - one\n  - two\n" },
      { "a.yaml": "# settings\nlevel: 3\nplugins:\n  - one\n  - three\n" },
    )
    const { status } = repository.ask(["merge", "--quiet", "side"])
    expect(status).toBe(1)
    expect(repository.git("status", "--porcelain", "a.yaml")).toBe("UU a.yaml")
    expect(repository.read("a.yaml")).toBe(
      "# settings\n<<<<<<< ours\nlevel: 2\n=======\nlevel: 3\n>>>>>>> theirs\nplugins:\n  - one\n  - two\n  - three\n",
    )
    expect(cfgsync("merge", "--resolve", "a.yaml")).toMatchObject({
      status: 1,
      stderr: "conflict  a.yaml: $.level: both sides changed it\n",
    })
    expect(cfgsync("merge", "--resolve", "a.yaml", "--prefer", "theirs").status).toBe(0)
    expect(repository.read("a.yaml")).toBe("# settings\nlevel: 3\nplugins:\n  - one\n  - two\n  - three\n")
    repository.git("add", "a.yaml")
    expect(repository.ask(["commit", "--quiet", "--no-edit"]).status).toBe(0)
  })

  test("both sides added the file", () => {
    branch({ "new.yaml": "a: 1\n" }, { "new.yaml": "b: 2\n" })
    expect(repository.ask(["merge", "--quiet", "side"]).status).toBe(0)
    expect(repository.read("new.yaml")).toBe("a: 1\nb: 2\n")
  })

  test.each([
    ["what does not parse", "level: [\nx: 1\ny: 2\n", "level: [\nx: 1\ny: 3\n", "level: {\nx: 1\ny: 2\n"],
    ["what conflicts and does not parse", "level: [\n", "level: {\n", "level: (\n"],
    ["what is no UTF-8", "a: 1\nb: \u00e9\nc: 1\n", "a: 1\nb: \u00e9\nc: 2\n", "a: 2\nb: \u00e9\nc: 1\n"],
  ])("%s is merged as git does it", (_, base, ours, theirs) => {
    const bytes = (text: string) => Buffer.from(text, "latin1")
    repository.write("x.yaml", bytes(base))
    repository.commit("another base")
    const outcome = (attributes: string) => {
      repository.write(".git/info/attributes", attributes)
      const { status } = repository.ask(["merge", "--quiet", "side"])
      const text = repository.read("x.yaml").replace(/^([<>]{7}) .*$/gm, "$1")
      repository.ask(["merge", "--abort"])
      repository.git("reset", "--quiet", "--hard", "ours")
      return { status, text }
    }
    repository.git("checkout", "--quiet", "-b", "side")
    repository.write("x.yaml", bytes(theirs))
    repository.commit("theirs")
    repository.git("checkout", "--quiet", "main")
    repository.write("x.yaml", bytes(ours))
    repository.commit("ours")
    repository.git("tag", "ours")
    expect(outcome("*.yaml merge=cfgsync\n")).toEqual(outcome(""))
  })

  test("by the rules of the project that the file is in, and front matter too", () => {
    repository.write("app/cfgsync.config.json", '{ "files": ["*.yaml"], "rules": ["own.rule"] }\n')
    repository.write("app/own.rule", 'rule own/by "a key" { files "*.yaml" require $.list[*].by is unique }\n')
    const list = (...entries: readonly string[]) => `list:\n${entries.map((entry) => `  - { ${entry} }\n`).join("")}`
    repository.write("app/-a b.yaml", list("by: x, n: 1", "by: y, n: 1"))
    repository.write("agent.md", "---\nname: a\n---\nText.\n")
    repository.write(".git/info/attributes", "*.yaml merge=cfgsync\n*.md merge=cfgsync\n")
    repository.commit("in a folder")
    branch(
      {
        "app/-a b.yaml": list("by: w, n: 1", "by: x, n: 2", "by: y, n: 1"),
        "agent.md": "---\nname: a\nmode: b\n---\nText.\n",
      },
      { "app/-a b.yaml": list("by: x, n: 1, m: 1", "by: y, n: 3"), "agent.md": "---\nname: a\ntools: c\n---\nText.\n" },
    )
    expect(repository.ask(["merge", "--quiet", "side"]).status).toBe(0)
    expect(repository.read("app/-a b.yaml")).toBe(list("by: w, n: 1", "by: x, n: 2, m: 1", "by: y, n: 3"))
    expect(repository.read("agent.md")).toBe("---\nname: a\nmode: b\ntools: c\n---\nText.\n")
  })

  test("the configuration may itself be broken by the merge", () => {
    repository.write("cfgsync.config.json", '{ "files": [\n')
    repository.commit("broken")
    branch({ "opencode.json": server("b") }, { "opencode.json": server("c") })
    expect(repository.ask(["merge", "--quiet", "side"]).status).toBe(0)
    expect(Object.keys(JSON.parse(repository.read("opencode.json")).mcp)).toEqual(["a", "b", "c"])
  })
})

describe("a merge that git left unfinished", () => {
  test("is finished by structure, and what a person resolved stays", () => {
    // Git joins conflicts that stand near each other.
    const between = "a: 1\nb: 2\nc: 3\nd: 4\n"
    repository.write("a.yaml", `level: 1\n${between}plugins:\n  - one\n`)
    repository.commit("more")
    branch(
      { "a.yaml": `level: 2\n${between}plugins:\n  - one\n  - two\n` },
      { "a.yaml": `level: 3\n${between}plugins:\n  - one\n  - three\n` },
    )
    expect(repository.ask(["merge", "--quiet", "side"]).status).toBe(1)
    const marked = repository.read("a.yaml")
    const byHand = marked.replace(/<{7} HEAD\nlevel: 2\n={7}\nlevel: 3\n>{7} side\n/, "level: 23\n")
    expect(byHand).not.toBe(marked)
    repository.write("a.yaml", byHand)
    expect(cfgsync("merge", "--resolve", "a.yaml", "--dry-run").stdout).toContain("->>>>>>> side")
    expect(repository.read("a.yaml")).toBe(byHand)
    expect(cfgsync("merge", "--resolve", "a.yaml")).toMatchObject({ status: 0, stderr: "resolved  a.yaml\n" })
    expect(repository.read("a.yaml")).toBe(`level: 23\n${between}plugins:\n  - one\n  - two\n  - three\n`)
    expect(cfgsync("undo", "--unsafe").status).toBe(0)
    expect(repository.read("a.yaml")).toBe(byHand)
  })

  test.each(["merge", "cherry-pick"])("of git %s is finished also when the markers were staged", (command) => {
    branch(
      { "a.yaml": "# settings\nlevel: 2\nplugins:\n  - one\n  - two\n" },
      { "a.yaml": "# settings\nlevel: 3\nplugins:\n  - one\n  - three\n" },
    )
    expect(repository.ask([command, "side"]).status).toBe(1)
    repository.git("add", "a.yaml")
    expect(cfgsync("merge", "--resolve", "a.yaml", "--prefer", "theirs").status).toBe(0)
    expect(repository.read("a.yaml")).toBe("# settings\nlevel: 3\nplugins:\n  - one\n  - two\n  - three\n")
  })

  test("is left as it is where nobody knows the ancestor, and finished where the markers tell it", () => {
    const marked = "<<<<<<< one\na: 1\n=======\nb: 2\n>>>>>>> two\n"
    repository.write("b.yaml", marked)
    const left = cfgsync("merge", "--resolve", "b.yaml", "--format", "json")
    expect(left.status).toBe(1)
    expect(JSON.parse(left.stdout).files).toMatchObject([{ path: "b.yaml", state: "left" }])
    expect(repository.read("b.yaml")).toBe(marked)
    repository.write("b.yaml", marked.replace("=======", "||||||| base\na: 1\n======="))
    expect(cfgsync("merge", "--resolve", "b.yaml").status).toBe(0)
    expect(repository.read("b.yaml")).toBe("b: 2\n")
    expect(cfgsync("merge", "--resolve", "b.yaml")).toMatchObject({ status: 2 })
  })
})
