import { spawnSync } from "node:child_process"
import { cpSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

// `npm run try`: the main job on a copy of this folder, so that the checkout stays as it is.
const cfgsync = join(import.meta.dirname, "..", "dist", "cfgsync.js")
const folder = mkdtempSync(join(tmpdir(), "cfgsync-example-"))

function run(says: string, ...args: string[]): number | null {
  process.stdout.write(`\n\u2500\u2500 ${says}\n$ cfgsync ${args.join(" ")}\n\n`)
  return spawnSync(process.execPath, [cfgsync, ...args], { cwd: folder, stdio: "inherit" }).status
}

try {
  cpSync(import.meta.dirname, folder, { recursive: true, filter: (path) => !path.endsWith("try.mts") })
  const found = run("1. what drifted", "check")
  run("2. how it would be repaired", "fix", "--dry-run")
  run("3. why this repair", "explain", "opencode.json:$.mcp.github", "opencode/mcp-type")
  const fixed = run("4. repair it", "fix", "--ci")
  const clean = run("5. nothing is left, and every comment is still there", "check")
  process.exitCode = found === 1 && fixed === 0 && clean === 0 ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
