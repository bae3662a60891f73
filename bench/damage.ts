/**
 * `npm run bench:damage [-- FOLDER]`: bring a server into files in which something is easily lost, with cfgsync and with three tools that do the same,
 * fetched in exact versions into a temporary folder unless FOLDER has them. `docs/clients.md` holds the table.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type Case, cases } from "./damage/cases.ts"
import { type Outcome, ours, peers, runTool } from "./damage/tools.ts"

const packages = ["rulesync@17.0.0", "@intellectronica/ruler@0.3.44", "add-mcp@2.4.0"]

const given = process.argv[2]
const folder = given ?? fetched()
try {
  const tools = [ours(join(import.meta.dirname, "..", "dist", "cfgsync.js")), ...peers(folder)]
  console.log(`| case | ${tools.map(({ title }) => title).join(" | ")} |`)
  console.log(`| --- |${" --- |".repeat(tools.length)}`)
  for (const each of cases) {
    const cells = tools.map((tool) => described(each, runTool(tool, each)))
    console.log(`| ${each.title} | ${cells.join(" | ")} |`)
  }
} finally {
  if (given === undefined) rmSync(folder, { recursive: true, force: true })
}

function fetched(): string {
  const into = mkdtempSync(join(tmpdir(), "cfgsync-peers-"))
  writeFileSync(join(into, "package.json"), '{ "private": true }\n')
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...packages]
  const done = spawnSync("npm", args, { cwd: into, encoding: "utf8", timeout: 600_000 })
  if (done.status !== 0) throw new Error(`the tools could not be fetched: ${done.stderr}`)
  return into
}

function described({ before, damage }: Case, outcome: Outcome | undefined): string {
  if (outcome === undefined) return "cannot be asked"
  const { after, status, output } = outcome
  const wrong = damage(after, before ?? "")
  const code = status === 0 ? "" : ` (exit code ${status})`
  if (process.env.CFGSYNC_SHOW !== undefined) console.log(output, after)
  if (wrong.length > 0) return `**${wrong.map((each) => each.replaceAll("|", "\\|")).join("; ")}**${code}`
  if (after !== before) return `right${code}`
  return output.includes("docs") ? `refused, with the reason${code}` : `nothing written${code}`
}
