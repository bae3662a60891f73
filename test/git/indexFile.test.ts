import { readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { indexEntries } from "../../src/system/git/entries.ts"
import { openGit } from "../../src/system/git/git.ts"
import { parseIndex } from "../../src/system/git/indexFile.ts"
import { readLoose } from "../../src/system/git/looseObject.ts"
import { makeRepository, type Repository } from "./repository.ts"

let repository: Repository
beforeEach(() => {
  repository = makeRepository()
  const names = ["a.json", "b b.json", "d/ü.json", "d/deep/er.json", "d/deep/erer.json", `long/${"x".repeat(200)}.json`]
  for (const name of names) repository.write(name, `{"name": ${JSON.stringify(name)}}\n`)
  for (let index = 0; index < 40; index++) repository.write(`many/${"y".repeat(index)}${index}.yaml`, `a: ${index}\n`)
  repository.git("add", "--all")
})
afterEach(() => repository.dispose())

const indexFile = () => join(repository.folder, ".git/index")
const bytes = () => readFileSync(indexFile())

/** As git says it. */
function listed(): readonly string[] {
  const lines = repository.git("-c", "core.quotePath=false", "ls-files", "--stage").split("\n")
  return lines.filter((line) => line !== "")
}

function read(): readonly string[] | null {
  return parseIndex(bytes())?.files.map(({ mode, oid, stage, path }) => `${mode} ${oid} ${stage}\t${path}`) ?? null
}

function opened(folder = repository.folder) {
  const git = openGit(folder, repository.environment)
  if (git === null) throw new Error("no repository")
  return git
}

describe("the file of the index", () => {
  it.each(["2", "3", "4"])("says in version %s what git says of it", (version) => {
    repository.git("update-index", "--index-version", version)
    repository.write("meant.json", "{}")
    repository.git("add", "--intent-to-add", "meant.json")
    repository.git("update-index", "--chmod=+x", "a.json")
    expect(read()).toEqual(listed())
    expect(
      parseIndex(bytes())
        ?.files.filter(({ intended }) => intended)
        .map(({ path }) => path),
    ).toEqual(["meant.json"])
    expect([...indexEntries(opened()).keys()]).not.toContain("meant.json")
    expect([...indexEntries(opened(join(repository.folder, "d"))).keys()]).toEqual([
      "deep/er.json",
      "deep/erer.json",
      "ü.json",
    ])
  })

  it("tells the sides of a conflict, which are left out", () => {
    repository.commit("base")
    repository.git("checkout", "--quiet", "-b", "side")
    repository.write("a.json", "1\n")
    repository.commit("theirs")
    repository.git("checkout", "--quiet", "main")
    repository.write("a.json", "2\n")
    repository.commit("ours")
    expect(() => repository.git("merge", "--quiet", "side")).toThrow()
    expect(read()).toEqual(listed())
    expect(parseIndex(bytes())?.files.filter(({ stage }) => stage > 0)).toHaveLength(3)
    expect(indexEntries(opened()).has("a.json")).toBe(false)
  })

  it("leaves to git what it does not wholly understand", () => {
    const whole = bytes()
    for (let length = 0; length < whole.length; length += 7) expect(parseIndex(whole.subarray(0, length))).toBeNull()
    expect(parseIndex(Buffer.concat([whole, Buffer.alloc(9)]))).toBeNull()
    const before = indexEntries(opened())
    repository.git("update-index", "--split-index")
    expect(read()).toBeNull()
    expect(indexEntries(opened())).toEqual(before)
  })

  it("is no crash where bytes are wrong", () => {
    const whole = bytes()
    for (let at = 0; at < whole.length - 20; at += 3) {
      const damaged = Buffer.from(whole)
      damaged[at] = (damaged[at] ?? 0) ^ 0xff
      expect(() => parseIndex(damaged)).not.toThrow()
    }
  })
})

describe("an object in a file of its own", () => {
  const object = (oid: string) => join(repository.folder, ".git/objects", oid.slice(0, 2), oid.slice(2))

  it("is read as git reads it, and left to git where it is not there, too large or damaged", () => {
    const oid = repository.git("rev-parse", ":a.json").trim()
    const bytes = readLoose(opened(), oid, 1000)
    expect(Buffer.from(bytes ?? []).toString()).toBe('{"name": "a.json"}\n')
    expect(readLoose(opened(), oid, 1)).toBeNull()
    expect(readLoose(opened(), "0".repeat(40), 1000)).toBeNull()
    const damaged = repository.git("rev-parse", ":b b.json").trim()
    rmSync(object(damaged))
    writeFileSync(object(damaged), "no object")
    expect(readLoose(opened(), damaged, 1000)).toBeNull()
    rmSync(object(damaged))
    repository.git("rm", "--quiet", "--cached", "b b.json")
    repository.commit("one")
    expect(readLoose(opened(), repository.git("rev-parse", "HEAD").trim(), 1000)).toBeNull()
    repository.git("repack", "-adq")
    expect(readLoose(opened(), oid, 1000)).toBeNull()
  })
})
