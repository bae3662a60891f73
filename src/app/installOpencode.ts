import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { openSystem } from "../system/real.ts"
import { packageFolder, version } from "./package.ts"

export interface InstalledPlugin {
  /** From the folder. */
  readonly file: string
  readonly state: "written" | "renewed" | "there"
}

const mark = /^\/\/ cfgsync \S+: written by /

/**
 * Put the plugin for OpenCode into a project. Done twice, it is as done once; one of another version is renewed.
 * @throws CfgsyncError `usage` for a file of that name that cfgsync did not write
 */
export function installOpencode(folder: string): InstalledPlugin {
  const plugins = existsSync(join(folder, ".opencode", "plugins")) ? ".opencode/plugins" : ".opencode/plugin"
  const file = `${plugins}/cfgsync.js`
  const program = readFileSync(join(packageFolder, "dist", "opencode.js"), "utf8")
  const text = `// cfgsync ${version}: written by \`cfgsync init --opencode\`, which also renews it\n${program}`
  const before = existsSync(join(folder, file)) ? readFileSync(join(folder, file)) : null
  const there = before?.toString("utf8")
  if (there === text) return { file, state: "there" }
  if (there !== undefined && !mark.test(there))
    throw new CfgsyncError("usage", `${file} is there already, and cfgsync did not write it`, "rename it first")
  openSystem(folder).write([{ path: file, before, after: new TextEncoder().encode(text) }])
  return { file, state: before === null ? "written" : "renewed" }
}
