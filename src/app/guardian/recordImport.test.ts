import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { sha256 } from "../../system/hash.ts"
import { openSystem } from "../../system/real.ts"
import { acceptFiles, planAcceptance } from "../acceptFiles.ts"
import { Drifts } from "../drift.ts"
import { openProject, type Project } from "../project.ts"
import { unattended } from "../record.ts"
import { planImport } from "./planImport.ts"
import { recordImport } from "./recordImport.ts"

let folder: string
const recording = unattended("import config-guardian")
const hashOf = (text: string) => sha256(new TextEncoder().encode(text))

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-import-")))
  put("project/cfgsync.config.json", '{ "files": ["a.json", "b.json"], "rules": [] }')
  put("project/a.json", '{ "a": "now" }')
  put("project/b.json", '{ "b": "now" }')
})
afterEach(() => rmSync(folder, { recursive: true }))

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

async function project(): Promise<Project> {
  const opened = await openProject({ cwd: join(folder, "project") })
  return { ...opened, system: openSystem(opened.root, { environment: { PATH: process.env.PATH, HOME: folder } }) }
}

function putSnapshot(files: Readonly<Record<string, string>>): void {
  const hashes = Object.fromEntries(Object.entries(files).map(([name, text]) => [name, hashOf(text)]))
  put("own/snapshots/20300131_120000/metadata.json", JSON.stringify({ files: hashes }))
  for (const [name, text] of Object.entries(files)) put(`own/snapshots/20300131_120000/${name}`, text)
}

test("what a person accepts while it is imported stays known-good", async () => {
  const [a, b] = ['{ "a": "old" }', '{ "b": "old" }']
  putSnapshot({ "a.json": a, "b.json": b })
  const plan = await planImport(await project(), [join(folder, "own")], recording.actor)
  expect(plan.adopted.map(({ path }) => path)).toEqual(["a.json", "b.json"])
  const { candidates } = await planAcceptance(await project(), ["a.json"])
  await acceptFiles(await project(), candidates, { reason: "", recording: unattended("accept") })
  const { adopted } = await recordImport(await project(), plan, recording)
  expect(adopted.map(({ path }) => path)).toEqual(["b.json"])
  const drifts = await Drifts.open(await project())
  expect(["a.json", "b.json"].map((path) => drifts.good(path)?.hash)).toEqual([hashOf('{ "a": "now" }'), hashOf(b)])
})

test("of two folders the first says the priorities, also that one is medium", async () => {
  const listed = (a: string, more: object) =>
    JSON.stringify({ configs: [{ name: "a", path: join(folder, "project/a.json"), priority: a }, more] })
  put("own/inventory.json", listed("high", { name: "b", path: join(folder, "project/b.json"), priority: "medium" }))
  put(
    "user/inventory.json",
    listed("critical", { name: "b", path: join(folder, "project/b.json"), priority: "critical" }),
  )
  const folders = [join(folder, "own"), join(folder, "user")]
  const { priorities } = await planImport(await project(), folders, recording.actor)
  expect([...priorities]).toEqual([["a.json", "high"]])
})
