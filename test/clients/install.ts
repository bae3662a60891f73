import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** The clients that proofs were made with, exactly. */
export const packages = {
  opencode: "opencode-ai@1.18.33",
  claude: "@anthropic-ai/claude-code@2.1.197",
  codex: "@openai/codex@0.169.0",
  gemini: "@google/gemini-cli@0.61.0",
} as const

/**
 * Their packages in a temporary folder, fetched there unless `given` is a folder that has them. Their scripts are not run.
 * @returns the program of each, absolute; one that is not to be had on this machine is missing
 */
export function installClients(
  wanted: Readonly<Record<string, string>> = packages,
  given = process.env.CFGSYNC_CLIENTS ?? "",
): ReadonlyMap<string, string> {
  const folder = existsSync(given) ? given : mkdtempSync(join(tmpdir(), "cfgsync-clients-"))
  if (folder !== given) {
    writeFileSync(join(folder, "package.json"), '{ "private": true }\n')
    const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...Object.values(wanted)]
    const done = spawnSync("npm", args, { cwd: folder, encoding: "utf8", timeout: 600_000 })
    if (done.status !== 0) throw new Error(`the clients could not be fetched: ${done.stderr}`)
  }
  const modules = join(folder, "node_modules")
  const here = `${process.platform}-${process.arch}`
  const places: Readonly<Record<string, string>> = {
    opencode: join(modules, `opencode-${here}`, "bin", "opencode"),
    claude: join(modules, "@anthropic-ai", `claude-code-${here}`, "claude"),
    codex: join(modules, ".bin", "codex"),
    gemini: join(modules, ".bin", "gemini"),
  }
  return new Map(
    Object.keys(wanted).flatMap((name) => {
      const place = places[name]
      return place !== undefined && existsSync(place) ? [[name, place] as const] : []
    }),
  )
}

/** Whether the real clients are to be asked: they are a gigabyte, and slow to start. */
export const askClients = process.env.CFGSYNC_CLIENTS !== undefined
