import { rmSync } from "node:fs"
import { join } from "node:path"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type GitChange, stagedChanges } from "../../src/system/git/changes.ts"
import { changesToHead } from "../../src/system/git/changesToHead.ts"
import { indexEntries, readIndex } from "../../src/system/git/entries.ts"
import { type Git, openGit } from "../../src/system/git/git.ts"
import { readStaged } from "../../src/system/git/staged.ts"
import { makeRepository, type Repository } from "./repository.ts"

function gitIn(repository: Repository, folder = "."): Git {
  const git = openGit(join(repository.folder, folder), repository.environment)
  if (git === null) throw new Error("no repository")
  return git
}

/** What is told without starting git; `null`: nothing is. */
function quick(repository: Repository): readonly GitChange[] | null {
  const git = gitIn(repository)
  const index = readIndex(git.index)
  return index === null ? null : changesToHead(git, index)
}

const inOrder = (changes: readonly GitChange[]) => changes.map((change) => JSON.stringify(change)).sort()

const paths = ["a.json", "a-b.json", "a", "a/b.json", "a/c/d.json", "a/c/ü e.json", "b/x.json", "b/y.json", "c"]
type Step =
  | { readonly kind: "write"; readonly path: string; readonly text: number }
  | { readonly kind: "remove" | "run" | "link"; readonly path: string }
  | { readonly kind: "commit" | "unstage" | "pack" | "refs" }

const act: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("write" as const),
    path: fc.constantFrom(...paths),
    text: fc.integer({ max: 3, min: 1 }),
  }),
  fc.record({
    kind: fc.constantFrom("remove" as const, "run" as const, "link" as const),
    path: fc.constantFrom(...paths),
  }),
  fc.record({ kind: fc.constantFrom("commit" as const, "unstage" as const, "pack" as const, "refs" as const) }),
)

function play(repository: Repository, step: Step): void {
  if ("path" in step) change(repository, step)
  else if (step.kind === "commit") repository.git("commit", "--quiet", "--allow-empty", "-m", "next")
  else if (step.kind === "unstage") repository.git("reset", "--quiet", "--", "a")
  else if (step.kind === "pack") repository.git("repack", "-adq")
  else repository.git("pack-refs", "--all")
}

function change(repository: Repository, step: Extract<Step, { readonly path: string }>): void {
  try {
    if (step.kind === "write") repository.write(step.path, `${step.text}\n`)
    else if (step.kind === "run") repository.mode(step.path, 0o755)
    else rmSync(join(repository.folder, step.path), { recursive: true })
    if (step.kind === "link") repository.link(step.path, "nowhere")
  } catch {
    // A file where a folder should be, or nothing to change.
    if (step.kind === "write") {
      for (const path of ["a", "b", "c"]) rmSync(join(repository.folder, path), { recursive: true, force: true })
      repository.write(step.path, `${step.text}\n`)
    }
  }
  repository.git("add", "--all", ".")
}

const runs = Math.ceil(Number(process.env.CFGSYNC_CASES ?? 0) / 1000) || 4

describe("what is staged", () => {
  test(`is told as git tells it, in ${runs} histories`, () => {
    fc.assert(
      fc.property(fc.array(act, { minLength: 8, maxLength: 16 }), (steps) => {
        const repository = makeRepository({ "a/b.json": "1\n", "b/x.json": "1\n", "b/y.json": "1\n" })
        try {
          repository.commit("first")
          expect(quick(repository)).toEqual([])
          for (const step of steps) {
            play(repository, step)
            const told = inOrder(stagedChanges(gitIn(repository)))
            const own = quick(repository)
            if (own !== null) expect(inOrder(own)).toEqual(told)
          }
        } finally {
          repository.dispose()
        }
      }),
      { numRuns: runs },
    )
  })

  test("is told of a folder from there, with all that is staged below it", () => {
    const repository = makeRepository({ "a/b.json": "1\n", "a/c/d.json": "1\n", "x.json": "1\n" })
    try {
      repository.commit("first")
      repository.write("a/c/d.json", "2\n")
      repository.write("x.json", "2\n")
      repository.git("add", "--all")
      const staged = readStaged(gitIn(repository, "a"))
      expect(staged.changes).toEqual(stagedChanges(gitIn(repository, "a")))
      expect(staged.changes.map(({ path }) => path)).toEqual(["c/d.json"])
      expect(staged.entries()).toEqual(indexEntries(gitIn(repository, "a")))
    } finally {
      repository.dispose()
    }
  })

  test("is left to git before the first commit, in a conflict, and where something is only meant to be added", () => {
    const repository = makeRepository({ "a.json": "1\n" })
    try {
      repository.git("add", "--all")
      expect(quick(repository)).toBeNull()
      expect(readStaged(gitIn(repository)).changes.map(({ path }) => path)).toEqual(["a.json"])
      repository.commit("first")
      expect(quick(repository)).toEqual([])
      repository.write("b.json", "1\n")
      repository.git("add", "--intent-to-add", "b.json")
      expect(quick(repository)).toBeNull()
      repository.git("reset", "--quiet")
      rmSync(join(repository.folder, "b.json"))
      repository.git("checkout", "--quiet", "-b", "side")
      repository.write("a.json", "2\n")
      repository.commit("theirs")
      repository.git("checkout", "--quiet", "main")
      repository.write("a.json", "3\n")
      repository.commit("ours")
      expect(repository.ask(["merge", "side"]).status).toBe(1)
      expect(quick(repository)).toBeNull()
    } finally {
      repository.dispose()
    }
  })

  test("is told in a linked worktree, and against a replaced commit by git", () => {
    const repository = makeRepository({ "a.json": "1\n", "d/b.json": "1\n" })
    try {
      repository.commit("first")
      repository.git("worktree", "add", "--quiet", "../side", "-b", "side")
      repository.write("../side/d/b.json", "2\n")
      repository.git("-C", "../side", "add", "--all")
      const git = gitIn(repository, "../side")
      const index = readIndex(git.index)
      expect(index === null ? null : changesToHead(git, index)).toEqual(stagedChanges(git))
      repository.write("a.json", "2\n")
      repository.commit("second")
      repository.git("replace", "HEAD", "HEAD~1")
      expect(quick(repository)).toBeNull()
      expect(readStaged(gitIn(repository)).changes.map(({ path }) => path)).toEqual(["a.json"])
    } finally {
      repository.dispose()
    }
  })
})
