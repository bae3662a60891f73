import { isAbsolute, relative, resolve } from "node:path"
import { matcher } from "../engine/glob.ts"
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
    const seen = written.filter(
      (path) => isAbsolute(path) || isWithin(resolve(root, path, ".."), folder) || isWithin(folder, root),
    )
    const word = args.find((each) => !each.startsWith("-"))
    const program = word === "serve" || word === "web" ? `opencode ${word}` : "opencode"
    return seen.length === 0
      ? []
      : [`${program} (process ${pid}) still has what it read of ${seen.join(", ")} when it started: start it anew`]
  })
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === "" || !(way === ".." || way.startsWith("../") || isAbsolute(way))
}
