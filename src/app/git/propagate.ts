import { dirname } from "node:path"
import { CfgsyncError } from "../../model/errors.ts"
import { ignoredPaths } from "../../system/git/entries.ts"
import { type Git, openGit } from "../../system/git/git.ts"
import { openSystem } from "../../system/real.ts"
import type { FileWrite } from "../../system/system.ts"
import type { Project } from "../project.ts"

/**
 * Copy managed files that git ignores from the main worktree into a new one, where they are not there yet: settings of this machine, which no commit
 * brings. What lies in a folder that is ignored as a whole was made by some program and stays where it is, unless the configuration names the folder.
 * @returns what was copied
 */
export function propagate({ settings, system }: Project, git: Git): readonly string[] {
  const main = mainWorktree(git)
  if (main === null || main.folder === git.folder) return []
  const from = openSystem(main.folder)
  const patterns = settings.files.flatMap(({ include }) => include)
  const managed = from.list(patterns, settings.ignore)
  const ignored = ignoredPaths(main, managed)
  const folders = new Set([...ignored].flatMap(foldersOf))
  const wholly = ignoredPaths(main, [...folders].sort())
  const meant = (path: string) =>
    foldersOf(path).every(
      (folder) => !wholly.has(folder) || patterns.some((pattern) => pattern.startsWith(`${folder}/`)),
    )
  const files = managed.filter((path) => ignored.has(path) && meant(path) && system.stat(path) === null)
  return files.filter((path) => {
    const content = from.read(path, settings.limits.size)
    if (content === null) return false
    const mode = from.stat(path)?.mode
    return written(system, { path, before: null, after: content, ...(mode === undefined ? {} : { mode }) })
  })
}

/** What cannot be copied is told by its absence: the next check says what is missing. */
function written(system: Project["system"], file: FileWrite): boolean {
  try {
    system.write([file])
    return true
  } catch (error) {
    if (error instanceof CfgsyncError) return false
    throw error
  }
}

/** The same folder in the worktree that the repository lies in. @returns `null` for a bare repository, or where the folder is not there */
function mainWorktree(git: Git): Git | null {
  const top = dirname(git.common)
  const folder = top + git.folder.slice(git.top.length)
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")))
  try {
    const main = openGit(folder, own)
    return main !== null && main.own === git.common ? main : null
  } catch (error) {
    if (error instanceof CfgsyncError) return null
    throw error
  }
}

function foldersOf(path: string): readonly string[] {
  const names = path.split("/").slice(0, -1)
  return names.map((_, index) => names.slice(0, index + 1).join("/"))
}
