import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { sinceWhen } from "../../src/app/git/sinceWhen.ts"
import { type Git, openGit } from "../../src/system/git/git.ts"
import { makeRepository, type Repository } from "./repository.ts"

let repository: Repository
let git: Git
beforeAll(() => {
  repository = makeRepository({ a: "" })
  repository.commit("first")
  repository.git("tag", "v1")
  const opened = openGit(repository.folder, repository.environment)
  if (opened === null) throw new Error("no repository")
  git = opened
})
afterAll(() => repository.dispose())

/** The seconds that git makes of it. */
function seconds(date: string): number {
  return Number(repository.git("rev-parse", `--since=${date}`).replace("--max-age=", ""))
}

const day = 86_400

describe("where a stretch of history begins", () => {
  test.each(["HEAD", "v1", "main"])("behind a commit: %s", (name) => {
    expect(sinceWhen(git, name)).toEqual({ from: repository.git("rev-parse", "HEAD") })
  })

  test.each(["2024-02-03", "2024/2/3", "3 Feb 2024", "February 3, 2024", "Sat, 3 Feb 2024"])(
    "on a day: %s",
    (words) => {
      expect(seconds(sinceWhen(git, words).since ?? "")).toBe(seconds("2024-02-03 00:00"))
    },
  )

  test.each([
    ["2024-02-03T10:00:00Z", "2024-02-03T10:00:00Z"],
    ["2024-02-03 10:00 +0100", "2024-02-03T09:00:00Z"],
    ["Sat Feb 3 10:00:00 2024 +0100", "2024-02-03T09:00:00Z"],
    ["Sat, 3 Feb 2024 10:00:00 +0100", "2024-02-03T09:00:00Z"],
    ["@1700000000", "2023-11-14T22:13:20Z"],
  ])("at a moment: %s", (words, meant) => {
    expect(seconds(sinceWhen(git, words).since ?? "") * 1000).toBe(Date.parse(meant))
  })

  test.each([
    ["2 weeks ago", 14],
    ["2.weeks.ago", 14],
    ["2 weeks", 14],
    ["one week ago", 7],
    ["ten days ago", 10],
    ["2 weeks, 3 days ago", 17],
    ["1 week and 2 days ago", 9],
    ["last week", 7],
    ["Yesterday", 1],
  ])("so long ago: %s", (words, days) => {
    const then = seconds(sinceWhen(git, words).since ?? "")
    expect(Math.abs(seconds("now") - days * day - then)).toBeLessThan(day / 2)
  })

  test.each(["last friday", "last month", "last year", "noon yesterday", "5pm yesterday"])(
    "before now: %s",
    (words) => {
      expect(seconds(sinceWhen(git, words).since ?? "")).toBeLessThan(seconds("now") - 1000)
    },
  )

  test("today is from its first second", () => {
    expect(seconds(sinceWhen(git, "today").since ?? "")).toBe(seconds("midnight"))
  })

  test.each([
    "garbage",
    "",
    "2024",
    "2024-13-01",
    "2024-02-30",
    "origin/gone",
    "eleven days ago",
    "a week ago",
    "last 2 weeks",
    "2 wekes ago",
    "friday",
    "--all",
    "2 weeks ago; x",
    "HEAD:a",
    "now",
  ])("nowhere: %s", (words) => {
    expect(() => sinceWhen(git, words)).toThrow("is neither a commit here nor a date")
  })
})
