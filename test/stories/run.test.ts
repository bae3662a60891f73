import { execFileSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, it } from "vitest"
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
    it.skipIf(unable)(unable ? `${name} (needs an older node on this machine)` : `${name}: ${story.claim}`, () =>
      runStory(story, { command, oldNode, name }),
    )
  }
})
