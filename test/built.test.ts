import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"

const dist = join(import.meta.dirname, "..", "dist")

test("whoever starts a command that another user built can read all of it", () => {
  const entries = readdirSync(dist, { recursive: true, encoding: "utf8" })
  const closed = entries.filter((entry) => (statSync(join(dist, entry)).mode & 0o444) !== 0o444)
  expect(entries.some((entry) => entry.startsWith("cache"))).toBe(true)
  expect(closed).toEqual([])
})
