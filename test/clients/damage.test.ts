import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, expect, test } from "vitest"
import { cases } from "../../bench/damage/cases.ts"
import { ours, runTool } from "../../bench/damage/tools.ts"

/** `npm run bench:damage` runs other tools on the same cases: docs/clients.md has the table. */
const checkout = join(import.meta.dirname, "../..")
const command = join(checkout, "dist", "cfgsync.js")

beforeAll(() => {
  if (!existsSync(command)) execFileSync("npm", ["run", "build"], { cwd: checkout, stdio: "inherit" })
}, 240_000)

/** What a client has no words for is told, and not written. */
const refused = ["OpenCode", "Codex"].map((name) => `\`\${TOK:-d}\`, to ${name}`)
/** Off is where it does not stand. */
const left = ["`disabled: true`, to Claude Code"]

test.each(cases)("$title: nothing is lost, and it means the same or is refused", { timeout: 60_000 }, (given) => {
  const outcome = runTool(ours(command), given)
  if (outcome === undefined) throw new Error("cfgsync has no way to do that")
  const { after, output } = outcome
  expect(given.damage(after, given.before ?? ""), output).toEqual([])
  if (refused.includes(given.title)) expect([after, output]).toEqual([given.before, expect.stringContaining("docs")])
  else if (left.includes(given.title)) expect(after).toBe(given.before)
  else expect(after, output).toContain("docs")
})

test("the damage is seen where there is any", () => {
  for (const { title, before, damage } of cases)
    if (before !== undefined) expect(damage("{}", before), title).not.toEqual([])
})
