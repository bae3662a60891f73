import { createHash } from "node:crypto"
import { join } from "node:path"
import { afterEach, expect, test } from "vitest"
import { makeProject, service } from "./project.ts"
import type { Repository } from "./repository.ts"

const command = join(import.meta.dirname, "../../dist/cfgsync.js")
const off = service(false, 2000)
const good = service(true, 2000)

let repository: Repository
afterEach(() => repository.dispose())

function cfgsync(...args: readonly string[]) {
  return repository.ask(["-c", `alias.run=!'${process.execPath}' '${command}'`, "run", ...args])
}

/** Oldest first. */
function history(): readonly Record<string, unknown>[] {
  return JSON.parse(cfgsync("history", "--format", "json").stdout).toReversed()
}

const hash = (text: string) => createHash("sha256").update(text).digest("hex")

function commit(): void {
  expect(repository.ask(["commit", "--quiet", "-m", "next"]).status).toBe(0)
}

test("a repair of what is staged as it lies on the disk is one change, which undo takes back", () => {
  repository = makeProject('{ "preCommit": "fix" }')
  repository.write("a.json", off)
  repository.git("add", "a.json")
  commit()
  expect(history().filter(({ kind }) => kind === "staged")).toEqual([])
  expect(history().at(-1)).toMatchObject({ kind: "change", files: [{ path: "a.json", before: hash(off) }] })
  expect(cfgsync("undo", "--unsafe").status).toBe(0)
  expect(repository.read("a.json")).toBe(off)
})

test("one of a partly staged file is told twice: what was made of the index, and of the file", () => {
  repository = makeProject('{ "preCommit": "fix" }')
  repository.write("a.json", off)
  repository.git("add", "a.json")
  const before = repository.git("rev-parse", ":a.json")
  const own = off.replace('"d": 1', '"d": 9')
  repository.write("a.json", own)
  commit()
  const [change, staged] = history().slice(-2)
  expect(change).toMatchObject({ kind: "change", files: [{ path: "a.json", before: hash(own) }] })
  expect(staged).toMatchObject({
    kind: "staged",
    beside: change?.id,
    files: [
      {
        path: "a.json",
        before: hash(off),
        after: hash(good),
        blob: repository.git("rev-parse", "HEAD:a.json"),
        blobBefore: before,
      },
    ],
  })
  const { status, stderr } = cfgsync("undo", "--unsafe")
  expect([status, stderr]).toEqual([
    0,
    `what was repaired with it in git's index (${staged?.id}) stays there, or in its commit\n`,
  ])
  expect(repository.read("a.json")).toBe(own)
  expect(repository.git("show", "HEAD:a.json")).toContain('"on": true')
})

test("one that is in the index alone is told, and undo says what git can do", () => {
  repository = makeProject('{ "preCommit": "fix" }')
  repository.write("a.json", off)
  repository.git("add", "a.json")
  const before = repository.git("rev-parse", ":a.json")
  const own = off.replace('"on": false', '"on": null')
  repository.write("a.json", own)
  commit()
  const [staged] = history().slice(-1)
  expect(staged).toMatchObject({ kind: "staged", files: [{ path: "a.json", before: hash(off), blobBefore: before }] })
  expect(staged).not.toHaveProperty("beside")
  expect(cfgsync("history").stdout).toMatch(
    /\(in git's index, not on the disk\)\n {6}a\.json {2}\w+ → \w+ {2}blob \w+ {2}t\//,
  )
  for (const args of [["undo"], ["undo", String(staged?.id)]]) {
    const { status, stderr } = cfgsync(...args)
    expect(status).toBe(2)
    expect(stderr).toContain(`${staged?.id} is a repair in git's index, of a.json, which undo does not touch`)
    expect(stderr).toContain(`git cat-file blob ${before}`)
  }
  expect(repository.read("a.json")).toBe(own)
  expect(cfgsync("audit", "verify").status).toBe(0)
})
