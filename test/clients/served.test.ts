import { execFileSync, spawnSync } from "node:child_process"
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { askClients, installClients } from "./install.ts"

const checkout = join(import.meta.dirname, "../..")
const command = join(checkout, "dist", "cfgsync.js")
const program = askClients ? installClients().get("opencode") : undefined

test.skipIf(program === undefined)("the real OpenCode connects to `cfgsync mcp`", { timeout: 180_000 }, () => {
  if (!existsSync(command)) execFileSync("npm", ["run", "build"], { cwd: checkout, stdio: "inherit" })
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "cfgsync-served-")))
  try {
    mkdirSync(join(folder, "home"))
    const server = { type: "local", command: [process.execPath, command, "mcp"] }
    writeFileSync(join(folder, "opencode.json"), JSON.stringify({ mcp: { cfgsync: server } }))
    const listed = spawnSync(program ?? "", ["mcp", "list"], {
      cwd: folder,
      // Nothing is fetched.
      env: {
        PATH: process.env.PATH,
        HOME: join(folder, "home"),
        HTTPS_PROXY: "http://127.0.0.1:9",
        HTTP_PROXY: "http://127.0.0.1:9",
      },
      encoding: "utf8",
      timeout: 120_000,
    })
    expect(listed.stdout + listed.stderr).toMatch(/cfgsync .*connected/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
