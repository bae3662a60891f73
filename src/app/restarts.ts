import { dirname, isAbsolute, resolve, sep } from "node:path"
import { matcher } from "../engine/glob.ts"
import { isInside } from "../system/read.ts"
import { running } from "../system/running.ts"

/** What OpenCode reads when it starts, and not again: not even a file that was broken then and is right now. */
const readOnce = matcher([
  "**/opencode.json{,c}",
  "**/opencode/config.json",
  "**/{.opencode,opencode}/{agent,agents,mode,modes,command,commands}/**/*.md",
])

/** Which programs must be started anew before they see what was written, each a sentence. @param paths as the project calls them */
export function neededRestarts(root: string, paths: readonly string[]): readonly string[] {
  const written = paths.filter((path) => readOnce(isAbsolute(path) ? path.slice(1) : path))
  if (written.length === 0) return []
  return running("opencode").flatMap(({ pid, args, folder }) => {
    const word = args.find((each) => !each.startsWith("-"))
    const isServer = word === "serve" || word === "web"
    const program = isServer ? `opencode ${word}` : "opencode"
    const servesAll = isServer && isInside(root, folder)
    const seen = written.filter(
      (path) => isAbsolute(path) || servesAll || isInside(holderOf(resolve(root, path)), folder),
    )
    return seen.length === 0
      ? []
      : [`${program} (process ${pid}) still has what it read of ${seen.join(", ")} when it started: start it anew`]
  })
}

/** The folder in and below which a file counts: OpenCode looks upwards from where it runs. */
function holderOf(file: string): string {
  const parts = dirname(file).split(sep)
  const dot = parts.lastIndexOf(".opencode")
  return (dot < 0 ? parts : parts.slice(0, dot)).join(sep) || sep
}
