import { existsSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, test } from "vitest"
import { changesBetween, stagedChanges } from "../../src/system/git/changes.ts"
import { commitLog, mergeBase, resolveCommit } from "../../src/system/git/commits.ts"
import { treeEntries } from "../../src/system/git/entries.ts"
import { type Git, openGit } from "../../src/system/git/git.ts"
import { openObjects } from "../../src/system/git/objects.ts"
import { indexSystem } from "../../src/system/indexSystem.ts"
import { readOnly } from "../../src/system/readOnly.ts"
import { openSystem } from "../../src/system/real.ts"
import { snapshotSystem } from "../../src/system/snapshot.ts"
import type { System } from "../../src/system/system.ts"
import { testSystem } from "../contract/system.ts"
import { makeRepository, type Repository } from "./repository.ts"

let repository: Repository
beforeEach(() => {
  repository = makeRepository()
})
afterEach(() => repository.dispose())

function gitIn(folder: string): Git {
  const git = openGit(folder, repository.environment)
  if (git === null) throw new Error(`${folder} is in no repository`)
  return git
}

function indexOf(folder = repository.folder): System {
  return indexSystem(gitIn(folder), openSystem(folder, { environment: repository.environment }))
}

function textOf(system: System, path: string): string | null {
  const bytes = system.read(path, 1_000_000)
  return bytes === null ? null : new TextDecoder().decode(bytes)
}

const bytes = (text: string) => new TextEncoder().encode(text)

testSystem(
  "the index",
  (files) => {
    const made = makeRepository(files)
    made.git("add", "--force", ".")
    for (const path of Object.keys(files)) if (!path.startsWith(".git/")) made.write(path, "something else\n")
    const environment = { ...made.environment, CFGSYNC_TEST: "yes" }
    const git = openGit(made.folder, environment)
    if (git === null) throw new Error("no repository")
    return { system: readOnly(indexSystem(git, openSystem(made.folder, { environment }))), dispose: made.dispose }
  },
  false,
)

describe("the index", () => {
  test("holds what is staged, not what lies around it", () => {
    repository.write("a.json", "1")
    repository.write(".gitignore", "local.json\n")
    repository.write("local.json", "secret")
    repository.commit("first")
    repository.write("a.json", "2")
    repository.git("add", "a.json")
    repository.write("a.json", "3")
    repository.write("new.json", "4")
    repository.write("meant.json", "5")
    repository.git("add", "--intent-to-add", "meant.json")
    const system = indexOf()
    expect(textOf(system, "a.json")).toBe("2")
    expect(textOf(system, "local.json")).toBe("secret")
    expect([system.stat("new.json"), system.stat("meant.json"), textOf(system, "new.json")]).toEqual([null, null, null])
    expect(system.list(["*.json"], [])).toEqual(["a.json", "local.json"])
  })

  test("knows a file that was removed from it, though the disk has it", () => {
    repository.write("a.json", "1")
    repository.commit("first")
    repository.git("rm", "--quiet", "--cached", "a.json")
    expect(indexOf().stat("a.json")).toBeNull()
  })

  test("follows links inside the project and tells of others", () => {
    repository.write("real/a.json", "1")
    repository.link("link.json", "real/a.json")
    repository.link("folder", "real")
    repository.link("out.json", "../../x.json")
    repository.link("round.json", "round.json")
    repository.link("nowhere.json", "none.json")
    repository.commit("first")
    const system = indexOf()
    expect([textOf(system, "link.json"), textOf(system, "folder/a.json")]).toEqual(["1", "1"])
    expect(system.list(["**/*.json"], [])).toEqual(["real/a.json"])
    expect(system.list(["*.json"], [])).toEqual(["link.json"])
    expect(system.list(["folder/*.json"], [])).toEqual(["folder/a.json"])
    for (const path of ["out.json", "round.json", "nowhere.json"]) {
      expect(() => system.read(path, 10)).toThrow(`${path} `)
      expect(system.stat(path)).toMatchObject({ kind: "other" })
    }
    system.write([{ path: "link.json", before: bytes("1"), after: bytes("2") }])
    expect([repository.staged("real/a.json"), repository.staged("link.json")]).toEqual(["2", "real/a.json"])
  })

  test("is written all or none, and nothing on the disk is", () => {
    repository.write("a.json", "1")
    repository.write("b.json", "1")
    repository.mode("b.json", 0o755)
    repository.git("add", ".")
    const system = indexOf()
    const good = { path: "a.json", before: bytes("1"), after: bytes("2") }
    expect(() => system.write([good, { path: "b.json", before: bytes("x"), after: bytes("2") }])).toThrow("staged anew")
    expect(repository.staged("a.json")).toBe("1")
    system.write([good, { path: "b.json", before: bytes("1"), after: bytes("2") }])
    expect([repository.staged("a.json"), repository.staged("b.json"), textOf(system, "a.json")]).toEqual([
      "2",
      "2",
      "2",
    ])
    expect(repository.git("ls-files", "--stage", "b.json")).toMatch(/^100755 /)
    expect([repository.read("a.json"), repository.read("b.json")]).toEqual(["1", "1"])
    system.write([{ path: "a.json", before: bytes("2"), after: null }])
    system.write([{ path: "c.json", before: null, after: bytes("3") }])
    expect(repository.git("ls-files")).toBe("b.json\nc.json")
    expect(existsSync(join(repository.folder, "c.json"))).toBe(false)
    expect(() => system.write([{ path: "a.json", before: null, after: bytes("9") }])).toThrow("is in no commit")
  })

  test("counts from the folder of the project, which may lie below the top", () => {
    repository.write("app/config/a.json", "1")
    repository.write("other.json", "1")
    repository.commit("first")
    const system = indexOf(join(repository.folder, "app"))
    expect(system.list(["**/*.json"], [])).toEqual(["config/a.json"])
    system.write([{ path: "config/a.json", before: bytes("1"), after: bytes("2") }])
    expect(repository.staged("app/config/a.json")).toBe("2")
    expect(stagedChanges(gitIn(join(repository.folder, "app"))).map(({ path }) => path)).toEqual(["config/a.json"])
  })
})

describe("git", () => {
  test("tells what changed between states", () => {
    repository.write("a.json", "1")
    repository.write('odd "näme\n.json', "1")
    repository.commit('first: a\tsubject "with" signs')
    repository.git("mv", "a.json", "b.json")
    repository.write("c.json", "1")
    repository.commit("second")
    const git = gitIn(repository.folder)
    const between = changesBetween(git, "HEAD~1", "HEAD")
    expect(between.map(({ path, before, after }) => [path, before === null, after === null])).toEqual([
      ["a.json", false, true],
      ["b.json", true, false],
      ["c.json", true, false],
    ])
    const log = commitLog(git, {})
    expect(log.map(({ subject }) => subject)).toEqual(["second", 'first: a\tsubject "with" signs'])
    expect(log[0]?.changes).toEqual(between)
    expect(log[1]?.changes.map(({ path }) => path)).toEqual(["a.json", 'odd "näme\n.json'])
    expect(log[1]?.parents).toEqual([])
    expect(commitLog(git, { paths: ["c.json"] }).map(({ subject }) => subject)).toEqual(["second"])
    expect(commitLog(git, { from: "HEAD~1" })).toHaveLength(1)
    expect(commitLog(git, { most: 1 })).toHaveLength(1)
  })

  test("tells of merges what they brought to the first parent", () => {
    repository.write("a.json", "1")
    repository.commit("first")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.write("b.json", "1")
    repository.commit("side")
    repository.git("checkout", "--quiet", "main")
    repository.write("c.json", "1")
    repository.commit("main")
    repository.git("merge", "--quiet", "--no-edit", "side")
    const git = gitIn(repository.folder)
    const [merge] = commitLog(git, {})
    expect(merge?.parents).toHaveLength(2)
    expect(merge?.changes.map(({ path }) => path)).toEqual(["b.json"])
    expect(mergeBase(git, "HEAD^1", "HEAD^2")).toBe(resolveCommit(git, "main~2"))
    expect(resolveCommit(git, "nothing")).toBeNull()
  })

  test("knows no commit before the first, and none outside of a repository", () => {
    repository.write("a.json", "1")
    repository.git("add", ".")
    const git = gitIn(repository.folder)
    expect(resolveCommit(git, "HEAD")).toBeNull()
    expect(stagedChanges(git).map(({ path, before }) => [path, before])).toEqual([["a.json", null]])
    expect(openGit("/", repository.environment)).toBeNull()
  })

  test("is found in linked worktrees, submodules and by the variables of a hook", () => {
    repository.write("a.json", "1")
    repository.commit("first")
    repository.git("worktree", "add", "--quiet", "../side")
    const side = join(repository.folder, "../side")
    const linked = gitIn(side)
    expect([linked.top, linked.common]).toEqual([side, join(repository.folder, ".git")])
    expect(linked.index).toBe(join(linked.own, "index"))
    const inHook = openGit(side, {
      ...repository.environment,
      GIT_DIR: linked.own,
      GIT_INDEX_FILE: join(linked.own, "other"),
    })
    expect(inHook).toMatchObject({ top: side, index: join(linked.own, "other") })
    // The variables of another repository's hook do not lead astray.
    const foreign = openGit(repository.folder, { ...repository.environment, GIT_DIR: linked.own, GIT_INDEX_FILE: "x" })
    expect(foreign?.index).toBe(join(repository.folder, ".git", "index"))
    expect(foreign?.environment.GIT_DIR).toBeUndefined()
  })

  test("is found where the repository lies elsewhere, as for dotfiles", () => {
    const environment = {
      ...repository.environment,
      GIT_DIR: join(repository.folder, ".git"),
      GIT_WORK_TREE: join(repository.folder, ".."),
    }
    repository.write("../home.json", "1")
    const git = openGit(join(repository.folder, ".."), environment)
    git?.run(["add", "home.json"])
    expect(stagedChanges(gitOr(git)).map(({ path }) => path)).toEqual(["home.json"])
  })

  test("says in words what failed", () => {
    expect(() => gitIn(repository.folder).run(["log"])).toThrow(
      "git log failed: your current branch 'main' does not have any commits yet",
    )
    expect(() => openGit(repository.folder, { PATH: "" })).toThrow("git is not installed")
    expect(() => openGit(repository.folder, { PATH: repository.folder })).toThrow("git is not installed")
  })

  test("reads many blobs at once, and none that is too large", () => {
    repository.write("a.json", "1")
    repository.write("big.json", "x".repeat(70_000))
    repository.write("empty.json", "")
    repository.commit("first")
    const git = gitIn(repository.folder)
    const entries = treeEntries(git, "HEAD")
    const oid = (path: string) => entries.get(path)?.oid ?? ""
    const objects = openObjects(git)
    objects.want([...entries.values()].map((entry) => entry.oid))
    expect(objects.read(oid("a.json"), 10)).toEqual(Buffer.from("1"))
    expect(objects.read(oid("empty.json"), 10)).toHaveLength(0)
    expect(() => objects.read(oid("big.json"), 10)).toThrow("larger than 10 bytes")
    expect(objects.size(oid("big.json"))).toBe(70_000)
    expect(objects.read("0".repeat(40), 10)).toBeNull()
  })

  test("shows a commit as a world of its own", () => {
    repository.write("a.json", "1")
    repository.commit("first")
    repository.write("a.json", "2")
    repository.write("b.json", "2")
    const git = gitIn(repository.folder)
    const system = snapshotSystem(openSystem(repository.folder), {
      entries: () => treeEntries(git, "HEAD"),
      objects: openObjects(git),
    })
    expect([textOf(system, "a.json"), textOf(system, "b.json")]).toEqual(["1", null])
    expect(() => system.write([{ path: "a.json", before: null, after: bytes("") }])).toThrow()
  })
})

function gitOr(git: Git | null): Git {
  if (git === null) throw new Error("no repository")
  return git
}
