import { join } from "node:path"
import type { Git } from "../../../system/git/git.ts"
import { packageFolder } from "../../package.ts"
import { blockIn, withBlock, withoutBlock } from "./block.ts"
import type { HookState } from "./manager.ts"
import { quoted } from "./script.ts"
import { readText } from "./scripts.ts"

/** What cfgsync merges by structure. */
const patterns = ["*.json", "*.jsonc", "*.yaml", "*.yml", "*.toml", "*.md"]

/** How the merge driver is registered: the files it is for in `.gitattributes`, its command in the configuration of the repository. */
export interface MergeDriver {
  /** Absolute. */
  readonly attributes: string
  readonly text: string | null
  readonly installed: string
  readonly removed: string | null
  readonly state: HookState
  readonly command: string
}

export function mergeDriver(git: Git): MergeDriver {
  const attributes = join(git.top, ".gitattributes")
  const text = readText(attributes)
  const body = patterns.map((pattern) => `${pattern} merge=cfgsync\n`).join("")
  // At the start, so that what else is said of a file comes later and counts.
  const installed = withBlock(text ?? "", body, () => 0)
  const words = [process.execPath, join(packageFolder, "dist", "cfgsync.js")].map(quoted)
  const command = [...words, "merge", "--marker-size", "%L", "--path", "%P", "%O", "%A", "%B"].join(" ")
  const configured = git.ask(["config", "merge.cfgsync.driver"]).stdout.toString("utf8").trim()
  const there = text !== null && blockIn(text) !== undefined
  const rest = text === null ? null : withoutBlock(text)
  return {
    attributes,
    text,
    installed,
    removed: rest === "" && there ? null : rest,
    command,
    state:
      !there && configured === "" ? "missing" : text === installed && configured === command ? "installed" : "stale",
  }
}

export function configureDriver(git: Git, command: string | null): void {
  if (command === null) {
    git.ask(["config", "--local", "--remove-section", "merge.cfgsync"])
    return
  }
  git.run(["config", "--local", "merge.cfgsync.name", "merge configuration by structure"])
  git.run(["config", "--local", "merge.cfgsync.driver", command])
}
