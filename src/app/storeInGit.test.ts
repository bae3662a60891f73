import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { openSystem } from "../system/real.ts"
import { acceptFiles, planAcceptance } from "./acceptFiles.ts"
import { auditCheckpoint, auditRotateKey, auditVerify } from "./audit.ts"
import { editFile } from "./edit.ts"
import { openProject, type Project } from "./project.ts"
import { openProjectStore } from "./projectStore.ts"
import { unattended } from "./record.ts"

let folder: string
let notices: string[]

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-git-")))
  mkdirSync(join(folder, "project", "sub"), { recursive: true })
  put("cfgsync.config.json", '{ "files": ["a.json", "b.json", "sub/c.json"], "rules": [] }')
  notices = []
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true })
})

const put = (path: string, text: string) => writeFileSync(join(folder, "project", path), text)
const tell = (notice: string) => void notices.push(notice)
const ref = "refs/cfgsync/checkpoints"

function git(...args: readonly string[]): string {
  const options = { cwd: join(folder, "project"), encoding: "utf8" } as const
  const { status, stdout, stderr } = spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], options)
  expect([status, stderr]).toEqual([0, expect.any(String)])
  return stdout
}

async function project(): Promise<Project> {
  const opened = await openProject({ cwd: join(folder, "project") })
  return { ...opened, system: openSystem(opened.root, { environment: { PATH: process.env.PATH, HOME: folder } }) }
}

async function accept(...files: readonly string[]): Promise<void> {
  const { candidates } = await planAcceptance(await project(), files)
  await acceptFiles(await project(), candidates, { reason: "", recording: unattended("accept") })
}

test("known-good contents that a damaged store lost are taken back from git and from the disk", async () => {
  git("init", "-q")
  for (const path of ["a.json", "b.json", "sub/c.json"]) put(path, `{ "in": "${path}" }\n`)
  git("add", ".")
  git("commit", "-qm", "one")
  await accept("a.json", "b.json", "sub/c.json")
  put("a.json", '{ "in": "something else" }\n')
  put("sub/c.json", '{ "not": "in git" }\n')
  await accept("sub/c.json")
  put("b.json", '{ "in": "something else" }\n')
  git("rm", "-q", "--cached", "sub/c.json")
  git("commit", "-qam", "two")

  const file = join(folder, "project/.cfgsync/store.db")
  // The contents alone are gone: their table is found in the bytes of the file.
  const { connect } = await import("../store/database.ts")
  const database = connect(file, { defensive: false })
  database.exec("delete from snapshots")
  database.exec("pragma wal_checkpoint(truncate)")
  database.close()
  const bytes = readFileSync(file)
  bytes.write("zzzz", 0)
  writeFileSync(file, bytes)

  const store = await openProjectStore(await project(), { create: false, tell })
  expect(notices).toEqual([
    expect.stringContaining("3 of 3 entries and 0 contents were saved"),
    "known-good contents that were lost: 3; taken back from git: 2, from the disk: 1",
  ])
  for (const { hash } of store?.knownGood().values() ?? []) expect(store?.knows(hash)).toBe(true)
  store?.close()
  expect((await auditVerify(await project(), { checkpoints: [] })).problems).toEqual([])
})

test("checkpoints in a git ref say what was cut, also when the key was changed since", async () => {
  git("init", "-q")
  for (const path of ["a.json", "b.json", "sub/c.json"]) put(path, "{}\n")
  await accept("a.json")
  await auditCheckpoint(await project(), { ref }, tell)
  const old = readFileSync(join(folder, "project/.cfgsync/store.db"))
  await accept("b.json")
  await auditRotateKey(await project(), tell)
  await auditCheckpoint(await project(), { ref }, tell)
  await auditCheckpoint(await project(), { ref }, tell)
  expect(git("log", "--format=%an %s", ref)).toBe("cfgsync checkpoint of 4 entries\ncfgsync checkpoint of 2 entries\n")
  expect((await auditVerify(await project(), { checkpoints: [], ref })).problems).toEqual([])
  rmSync(join(folder, ".local"), { recursive: true })
  writeFileSync(join(folder, "project/.cfgsync/store.db"), old)
  expect((await auditVerify(await project(), { checkpoints: [] })).problems.length).toBeLessThan(2)
  const { problems } = await auditVerify(await project(), { checkpoints: [], ref })
  expect(problems.map(({ message }) => message).join()).toMatch(/cut|not to be believed/)
  await expect(auditVerify(await project(), { checkpoints: [], ref: "refs/heads/main" })).rejects.toThrow("no ref for")
  await expect(auditVerify(await project(), { checkpoints: [], ref: "refs/cfgsync/none" })).rejects.toThrow(
    "no checkpoint",
  )
})

test("a change in a project whose configuration cannot be read is kept sealed", async () => {
  put("a.json", '{ "name": "one" }\n')
  put("cfgsync.config.json", '{ "files": 1 }')
  vi.stubEnv("HOME", folder)
  await editFile({ cwd: join(folder, "project"), file: "a.json", path: "$.name", operation: "set", value: "two" })
  put("cfgsync.config.json", '{ "files": ["a.json"] }')
  const store = await openProjectStore(await project(), { create: false, tell })
  const intent = store?.entries().find((entry) => entry.kind === "intent")
  const hash = intent?.kind === "intent" ? intent.files[0]?.before : undefined
  expect(store?.content(hash ?? "")?.sealed).toBe(true)
  store?.close()
})
