import { existsSync, readdirSync } from "node:fs"
import { join, relative, resolve, sep } from "node:path"
import { CfgsyncError } from "../../../model/errors.ts"
import type { Git } from "../../../system/git/git.ts"
import { isInside } from "../../../system/read.ts"
import { packageFolder } from "../../package.ts"
import type { Project } from "../../project.ts"
import { lefthookHooks, preCommitHooks } from "./configured.ts"
import type { Manager } from "./manager.ts"
import type { Caller } from "./script.ts"
import { huskyHooks, plainHooks, readText } from "./scripts.ts"

/** What cares for the hooks of this repository: the first of husky, lefthook and pre-commit that it is set up for, else git itself. */
export async function detectManager(project: Project, git: Git): Promise<Manager> {
  const { top } = git
  const caller = callerOf(project, top)
  const hooksPath = git.ask(["config", "core.hooksPath"]).stdout.toString("utf8").trim()
  const packageText = readText(join(top, "package.json")) ?? ""
  if (existsSync(join(top, ".husky")) && (hooksPath.startsWith(".husky") || /"husky"\s*:/.test(packageText))) {
    return huskyHooks(join(top, ".husky"), caller, lintStagedCalls(top, packageText))
  }
  const lefthook = lefthookFiles.map((name) => join(top, name)).find((path) => existsSync(path))
  if (lefthook !== undefined) return lefthookHooks(lefthook, caller.options)
  const preCommit = join(top, ".pre-commit-config.yaml")
  if (existsSync(preCommit)) return preCommitHooks(preCommit, caller.options)
  return plainHooks(hooksFolder(git, hooksPath), caller)
}

const lefthookFiles = ["", "."].flatMap((dot) => ["yml", "yaml", "toml", "json"].map((end) => `${dot}lefthook.${end}`))

/** @throws CfgsyncError `write-refused` where other repositories have the same hooks */
function hooksFolder(git: Git, hooksPath: string): string {
  const path = git.run(["rev-parse", "--git-path", "hooks"]).toString("utf8").trim()
  const folder = resolve(git.folder, path)
  if (hooksPath === "" || isInside(git.top, folder) || isInside(git.common, folder)) return folder
  throw new CfgsyncError(
    "write-refused",
    `core.hooksPath leads to ${folder}, which is outside of this repository and may serve others`,
    'put `cfgsync hooks run HOOK "$@"` into the hooks there, or set core.hooksPath for this repository',
  )
}

function callerOf(project: Project, top: string): Caller {
  const config = project.configPath === null ? null : relative(top, project.configPath).split(sep).join("/")
  return {
    node: process.execPath,
    command: join(packageFolder, "dist", "cfgsync.js"),
    // Hooks run at the top, where the nearest configuration may be another.
    options: config?.includes("/") === true && !config.startsWith("../") ? ["--config", config] : [],
  }
}

function lintStagedCalls(top: string, packageText: string): boolean {
  const names = readdirSync(top).filter((name) => /^(?:\.lintstagedrc|lint-staged\.config\.)/.test(name))
  const inPackage = /"lint-staged"\s*:[\s\S]*cfgsync/.test(packageText)
  return inPackage || names.some((name) => /\bcfgsync\b/.test(readText(join(top, name)) ?? ""))
}
