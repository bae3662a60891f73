import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeAll, describe, expect, it, onTestFinished } from "vitest"
import { findOldNode, runStory } from "./story.ts"
import { parseTxtar } from "./txtar.ts"

const checkout = join(import.meta.dirname, "../..")
const { bin } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"))
const command = join(checkout, bin.cfgsync)

beforeAll(() => {
  if (!existsSync(command)) execFileSync("npm", ["run", "build"], { cwd: checkout, stdio: "inherit" })
}, 120_000)

const oldNode = findOldNode()

describe.concurrent("story", () => {
  for (const name of readdirSync(import.meta.dirname).filter((each) => each.endsWith(".txtar"))) {
    const story = parseTxtar(readFileSync(join(import.meta.dirname, name), "utf8"))
    const unable = story.script.includes("exec old-cfgsync") && oldNode === undefined
    it.skipIf(unable)(
      unable ? `${name} (needs an older node on this machine)` : `${name}: ${story.claim}`,
      () => runStory(story, { command, oldNode, name }),
      600_000,
    )
  }
})

const spy = `
import { registerHooks } from "node:module"
registerHooks({ load: (url, context, next) => (process.stderr.write("loaded " + url + "\\n"), next(url, context)) })`

/** Parts that a check of one JSON file with the shipped rules has no use for. */
const others = [
  "openStore",
  "record",
  "fix",
  "get",
  "set",
  "remove",
  "explain",
  "init",
  "rules",
  "choose",
  "chooseFiles",
  "edit",
  "preview",
]
const heavy = ["grammar", "parseGroup", "ajv", "yaml", "toml", "markdown", "sarif", "junit", "github", "diff"]

/** Names of files below `dist`, without what makes them unique. */
function chunkName(path: string): string {
  return (path.split("/").at(-1) ?? "").replace(/(-[\w-]{8})?\.js$/, "")
}

it("a check loads neither the other commands nor what it has no use for", () => {
  const folder = mkdtempSync(join(tmpdir(), "cfgsync-loading-"))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, "spy.mjs"), spy)
  writeFileSync(join(folder, "a.json"), "{}\n")
  const { stdout, stderr } = spawnSync(process.execPath, ["--import", join(folder, "spy.mjs"), command, "check"], {
    cwd: folder,
    env: { HOME: folder, PATH: process.env.PATH },
    encoding: "utf8",
  })
  expect(stdout).toMatch(/^no findings in 1 file/)
  const loaded = [...stderr.matchAll(/^loaded (.*)$/gm)].map(([, url = ""]) => chunkName(url))
  expect(loaded).toContain("check")
  expect(loaded.filter((name) => [...others, ...heavy].includes(name))).toEqual([])
  expect(stderr).not.toContain("sqlite")
})

it("names parts that exist, so that the test above can fail", () => {
  const chunks = new Set(readdirSync(join(checkout, "dist", "chunks")).map(chunkName))
  expect([...others, ...heavy].filter((name) => !chunks.has(name))).toEqual([])
})
