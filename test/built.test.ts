import { spawnSync } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"

const dist = join(import.meta.dirname, "..", "dist")

test("whoever starts a command that another user built can read all of it", () => {
  const entries = readdirSync(dist, { recursive: true, encoding: "utf8" })
  const closed = entries.filter((entry) => (statSync(join(dist, entry)).mode & 0o444) !== 0o444)
  expect(entries.some((entry) => entry.startsWith("cache"))).toBe(true)
  expect(closed).toEqual([])
})

test("rules that come from the cache are the rules, and a damaged cache is made anew", () => {
  const folder = mkdtempSync(join(tmpdir(), "cfgsync-built-"))
  const cache = join(folder, "cache")
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(dist, "cfgsync.js"), ...args], {
      cwd: join(folder, "project"),
      env: { HOME: folder, PATH: process.env.PATH, CFGSYNC_CACHE: cache },
      encoding: "utf8",
    })
  try {
    mkdirSync(join(folder, "project"))
    const put = (name: string, text: string) => writeFileSync(join(folder, "project", name), text)
    put("cfgsync.config.json", '{ "files": ["a.json"], "rules": ["own.rule"] }\n')
    put(
      "own.rule",
      'rule t/size "the size (Größe) is said" {\n  why "it is asked for: größer als 1"\n  require $.size > 1\n}\n',
    )
    put("a.json", '{ "size": 1 }\n')
    const check = () => {
      const { status, stdout } = run("check", "--format", "json")
      return [status, JSON.parse(stdout).findings] as const
    }
    const fresh = [check(), JSON.parse(run("rules", "compile").stdout)]
    expect(fresh[0]?.[0]).toBe(1)
    const [name = ""] = readdirSync(cache).filter((each) => each.startsWith("rules-"))
    const kept = readFileSync(join(cache, name))
    const damages = [kept, kept.subarray(0, -1), kept.subarray(0, 40), Buffer.from(""), Buffer.concat([kept, kept])]
    for (const bytes of damages) {
      writeFileSync(join(cache, name), bytes)
      expect([check(), JSON.parse(run("rules", "compile").stdout)]).toEqual(fresh)
      expect(readFileSync(join(cache, name)).equals(kept)).toBe(true)
    }
    const broken = Buffer.from(kept)
    broken[kept.length - 1] = 120
    writeFileSync(join(cache, name), broken)
    const { status, stderr } = run("check")
    expect([status, stderr]).toEqual([2, expect.stringContaining(`${name} is damaged`)])
    expect(check()).toEqual(fresh[0])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
