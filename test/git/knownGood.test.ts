import { rmSync } from "node:fs"
import { afterAll, beforeAll, expect, test } from "vitest"
import { adoptGood } from "../../src/app/adoptGood.ts"
import { Drifts } from "../../src/app/drift.ts"
import { openProject } from "../../src/app/project.ts"
import { unattended } from "../../src/app/record.ts"
import { settleDrift } from "../../src/app/settle.ts"
import { statusOf } from "../../src/app/status.ts"
import { makeRepository, type Repository } from "./repository.ts"

const rule = `rule x/name "the name is a word" {
  severity error
  files "*.yaml"
  require $.name matches "^[a-z]+$"
}
`

let at: Repository

beforeAll(() => {
  at = makeRepository({
    "cfgsync.config.json": JSON.stringify({
      files: [
        "a.yaml",
        "b.yaml",
        "c.yaml",
        { include: "s.yaml", acceptance: "strict" },
        { include: "q.json", acceptance: "ask" },
      ],
      rules: ["r.rule"],
    }),
    "r.rule": rule,
    "a.yaml": "name: first\n",
    "b.yaml": 'name: "1"\n',
    "s.yaml": "name: one\n",
    "q.json": '{ "n": 1 }\n',
  })
  at.commit("one")
  at.write("a.yaml", "name: second\n")
  at.commit("two")
  at.write("a.yaml", 'name: "3"\n')
  at.commit("three")
  at.write("a.yaml", 'name: "4"\n')
  at.write("c.yaml", "name: new\n")
  process.env.XDG_STATE_HOME = `${at.folder}/../state`
  process.env.XDG_CONFIG_HOME = `${at.folder}/../config`
})

afterAll(() => at.dispose())

const recording = unattended("test")

test("the newest commit that passes is known good, with the commit as evidence; of what no commit has, what is there", async () => {
  const project = await openProject({ cwd: at.folder })
  const { good, none } = await adoptGood(project, recording, [])
  expect(good).toEqual([
    { path: "a.yaml", commit: at.git("rev-parse", "HEAD~1") },
    { path: "c.yaml" },
    { path: "q.json", commit: at.git("rev-parse", "HEAD~2") },
    { path: "s.yaml", commit: at.git("rev-parse", "HEAD~2") },
  ])
  expect(none).toEqual(["b.yaml"])
  const drifts = await Drifts.open(project)
  expect(Buffer.from((await drifts.content("a.yaml")) ?? []).toString()).toBe("name: second\n")
  const states = (await statusOf(project, [], () => {})).map(({ path, state }) => `${path} ${state}`)
  expect(states).toEqual(["a.yaml drifted", "b.yaml new", "c.yaml clean", "q.json clean", "s.yaml clean"])
  // What is known is left alone.
  expect((await adoptGood(project, recording, [])).good).toEqual([])
})

test("a content that the present commit holds and that passes is accepted, whatever the policy; others are not", async () => {
  const project = await openProject({ cwd: at.folder })
  at.write("s.yaml", "name: two\n")
  at.write("q.json", '{ "n": 2 }\n')
  at.commit("four")
  const settled = await settleDrift(project, ["q.json", "s.yaml"], { recording, dryRun: false })
  expect(settled.map(({ path, outcome }) => `${path} ${outcome}`)).toEqual(["q.json accepted", "s.yaml accepted"])
  at.write("s.yaml", "name: three\n")
  at.write("q.json", '{ "n": 3 }\n')
  const again = await settleDrift(project, undefined, { recording, dryRun: false })
  expect(again.map(({ path, outcome }) => `${path} ${outcome}`)).toEqual([
    "a.yaml held back",
    "q.json pending",
    "s.yaml put back",
  ])
  expect(at.read("s.yaml")).toBe("name: two\n")
})

test("who puts a strict file back too often stops, and a person is called", async () => {
  const project = await openProject({ cwd: at.folder })
  const outcomes: string[] = []
  for (let round = 0; round < 4; round++) {
    at.write("s.yaml", "name: stubborn\n")
    const [settled] = await settleDrift(project, ["s.yaml"], { recording, dryRun: false })
    outcomes.push(settled?.outcome ?? "nothing")
  }
  expect(outcomes).toEqual(["put back", "put back", "quarantined", "quarantined"])
  expect(at.read("s.yaml")).toBe("name: stubborn\n")
  const [status] = await statusOf(project, ["s.yaml"], () => {})
  expect(status).toMatchObject({ state: "quarantined", acceptance: "strict" })
})

test("a store that is deleted takes with it neither the alarm nor the policies: what the commits have is known-good again", async () => {
  const project = await openProject({ cwd: at.folder })
  rmSync(`${at.folder}/.cfgsync`, { recursive: true })
  const told: string[] = []
  const states = (await statusOf(project, [], (notice) => told.push(notice))).map(
    ({ path, state }) => `${path} ${state}`,
  )
  expect(told).toEqual([
    expect.stringContaining("was deleted, with its history and all that was known to be good"),
    "known-good again, as the commits have them: 4 files",
  ])
  // What lies in no commit proves nothing.
  expect(states).toEqual(["a.yaml drifted", "b.yaml new", "c.yaml clean", "q.json pending", "s.yaml drifted"])
  const [settled] = await settleDrift(project, ["s.yaml"], { recording, dryRun: false })
  expect(settled?.outcome).toBe("put back")
  expect(at.read("s.yaml")).toBe("name: two\n")
  expect((await statusOf(project, [], (notice) => told.push(notice))).length).toBe(5)
  expect(told.length).toBe(2)
})
