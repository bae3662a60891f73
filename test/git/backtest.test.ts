import { afterEach, describe, expect, test } from "vitest"
import { backtest } from "../../src/app/git/backtest.ts"
import { openProject } from "../../src/app/project.ts"
import { makeProject, service } from "./project.ts"
import type { Repository } from "./repository.ts"

let repository: Repository
afterEach(() => repository.dispose())

const good = service(true, 2000)

/** A commit at noon of a day. */
function commit(day: number, files: Readonly<Record<string, string | null>>): void {
  for (const [path, text] of Object.entries(files)) {
    if (text === null) repository.git("rm", "--quiet", path)
    else repository.write(path, text)
  }
  repository.git("add", ".")
  const date = `2030-01-${String(day).padStart(2, "0")}T12:00:00Z`
  const done = repository.ask(["commit", "--quiet", "--no-verify", "-m", `day ${day}`], {
    environment: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
  })
  expect(done.status).toBe(0)
}

const play = async (rules: readonly string[], more: { readonly since?: string } = {}) =>
  backtest(await openProject({ cwd: repository.folder }), { rules, ...more })

const told = ({ episodes }: Awaited<ReturnType<typeof play>>) =>
  episodes.map(({ rule, file, came, gone, days, repaired }) => [
    rule,
    file,
    came.subject,
    gone?.subject ?? null,
    days,
    repaired,
  ])

describe("a rule over the history", () => {
  test("tells which commits it would have blocked, what it would have repaired, and how long it lived", async () => {
    repository = makeProject()
    commit(1, { "a.json": good, "b.json": good })
    commit(2, { "a.json": service(false, 2000) })
    commit(3, { "a.json": service(false, 2000).replace('"a": 1', '"a": 2'), "x.txt": "" })
    commit(5, { "a.json": good, "b.json": service(true, 80) })
    commit(6, { "b.json": null, "c.json": service(true, 80) })
    commit(8, { "x.txt": "more" })
    const result = await play(["own.rule"])
    expect(told(result)).toEqual([
      ["t/on", "a.json", "day 2", "day 5", 3, true],
      ["t/port", "c.json", "day 5", null, 3, false],
    ])
    expect([result.commits, result.blocked, result.rules]).toEqual([7, 2, ["t/on", "t/port", "t/prompt"]])
    expect(told(await play(["t/on"]))).toHaveLength(1)
    expect(told(await play(["t/on", "t/port"], { since: "2030-01-04" }))).toEqual([
      ["t/port", "c.json", "day 5", null, 3, false],
    ])
  })

  test("looks at files that depend on what changed", async () => {
    repository = makeProject()
    commit(1, { "a.json": service(true, 2000, ['"prompt": "p.md"']), "p.md": "x" })
    commit(2, { "p.md": null })
    commit(4, { "p.md": "x" })
    expect(told(await play(["t/prompt"]))).toEqual([["t/prompt", "a.json", "day 2", "day 4", 2, false]])
  })

  test("says what is no rule", async () => {
    repository = makeProject()
    await expect(play(["t/none"])).rejects.toThrow("there is no rule t/none")
  })
})
