import { mkdirSync, renameSync, rmSync, unlinkSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import type { MonitorOptions } from "../../src/app/monitor/monitor.ts"
import { put, settled, stage, type Watched, watch } from "./stage.ts"

const nameRule = `rule own/name "the name is the one that is agreed"
{
  why "others look it up"
  severity error
  files "*.json"
  where $.name is present
  require $.name == doc("conf/../outside/name.json").name
}
`
const portRule = `rule own/port "the port is a number"
{
  why "the server compares it"
  severity error
  files "*.json"
  where $.port is present
  require $.port is number
}
`
const rules = `${nameRule}rule own/notes "there are notes"
{
  why "people read them"
  severity error
  files "*.json"
  require glob("notes/*.md") is not empty
}
rule own/ports "no port is taken"
{
  why "two cannot listen on one"
  severity error
  files "*.json"
  require not ($.port in docs("taken/**/*.yaml").port)
}
`

/** None of what the rules ask for is managed. */
const files = {
  "own.rule": rules,
  "conf/a.json": '{ "name": "red", "port": 80 }\n',
  "outside/name.json": '{ "name": "red" }\n',
  "notes/first.md": "read me\n",
}
const settings = { files: ["conf/*.json"], rules: ["own.rule"] }

const found = ({ monitor }: Watched) => monitor.findings.map(({ rule }) => rule).sort()

/** Scans are so far apart that only events can be quick. */
const byEvents: Partial<MonitorOptions> = { every: 600_000 }

describe.each([
  { how: "told by the system", options: byEvents },
  { how: "found by looking", options: { poll: true } },
])("what rules ask for and nobody manages, $how", ({ options }) => {
  const begin = async () => {
    const root = stage(files, settings)
    const watched = await watch(root, options)
    expect(found(watched)).toEqual([])
    const become = (expected: readonly string[]) =>
      expect.poll(() => found(watched), { timeout: 20_000 }).toEqual(expected)
    return { root, become, watched }
  }

  test("a file by name", async () => {
    const { root, become } = await begin()
    put(root, "outside/name.json", '{ "name": "blue" }\n')
    await become(["own/name"])
    put(root, "outside/name.json", '{ "name": "red" }\n')
    await become([])
    rmSync(join(root, "outside"), { recursive: true })
    await become(["own/name"])
    put(root, "outside/name.json", '{ "name": "red" }\n')
    await become([])
  })

  test("names that match a glob", async () => {
    const { root, become } = await begin()
    put(root, "notes/second.md", "")
    unlinkSync(join(root, "notes/first.md"))
    unlinkSync(join(root, "notes/second.md"))
    await become(["own/notes"])
    put(root, "notes/third.md", "")
    await become([])
    // Out of the project, so that nothing comes instead.
    renameSync(join(root, "notes"), `${root}-notes`)
    await become(["own/notes"])
    renameSync(`${root}-notes`, join(root, "notes"))
    await become([])
  })

  test("files that match a glob", async () => {
    const { root, become } = await begin()
    put(root, "taken/here/x.yaml", "port: 80\n")
    await become(["own/ports"])
    put(root, "taken/here/x.yaml", "port: 81\n")
    await become([])
    mkdirSync(join(root, "taken/there/deep"), { recursive: true })
    put(root, "taken/there/deep/y.yaml", "port: 80\n")
    await become(["own/ports"])
    rmSync(join(root, "taken"), { recursive: true })
    await become([])
  })
})

test("a glob from a file costs no more than a walk, whatever is in it", async () => {
  const rule = `rule own/docs "what is named is there" {
  why "people look for it"
  severity error
  files "*.json"
  require glob($.docs) is not empty
}
`
  // A matcher that tries every way through it would take years.
  const hostile = JSON.stringify({ docs: `deep/${"*a".repeat(60)}/x/*b` })
  const name = "a".repeat(200)
  const root = stage({ "own.rule": rule, "conf/a.json": hostile, [`deep/${name}/x/${name}`]: "" }, settings)
  const watched = await watch(root, { poll: true })
  expect(found(watched)).toEqual(["own/docs"])
  await watched.monitor.refresh(undefined)
  put(root, `deep/${name}/x/${name}b`, "")
  await expect.poll(() => found(watched), { timeout: 20_000 }).toEqual([])
})

test("what came and went between two scans, and nobody told of, is not taken for there", async () => {
  const root = stage(
    { ...files, "own.rule": nameRule + portRule },
    { ...settings, files: ["conf/*.json", "single.json"] },
  )
  rmSync(join(root, "outside"), { recursive: true })
  const watched = await watch(root, { poll: true })
  const { monitor } = watched
  await monitor.refresh(undefined)
  expect(found(watched)).toEqual(["own/name"])
  put(root, "outside/name.json", '{ "name": "red" }\n')
  put(root, "single.json", '{ "port": "80" }\n')
  await monitor.refresh(["conf/a.json", "single.json"])
  expect(found(watched)).toEqual(["own/port"])
  rmSync(join(root, "outside"), { recursive: true })
  unlinkSync(join(root, "single.json"))
  await settled(root, watched, 4000)
  expect(found(watched)).toEqual(["own/name"])
})
