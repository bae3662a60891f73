import { CfgsyncError } from "../model/errors.ts"
import { type Project, projectPath } from "./project.ts"

const isGlob = (pattern: string) => /[*?[\]{}()!]/.test(pattern)

/**
 * The files of a run, sorted: all managed ones, or those of them that `paths` name (a folder stands for what is managed in it).
 * A file that is named but not managed is taken too. Files named in the configuration without a glob are there even when they are missing.
 * @param paths as given on the command line, relative to the project's `cwd`.  @throws CfgsyncError `file-not-found`.
 */
export function selectFiles(project: Project, paths: readonly string[]): readonly string[] {
  const { settings, system } = project
  const patterns = settings.files.flatMap(({ include }) => include)
  if (paths.length === 0) {
    const literal = patterns.filter((pattern) => !isGlob(pattern))
    return sorted([...system.list(patterns, settings.ignore), ...literal])
  }
  return sorted(paths.flatMap((path) => selectPath(project, path, patterns)))
}

function selectPath(project: Project, argument: string, patterns: readonly string[]): readonly string[] {
  const { settings, system } = project
  const path = projectPath(project, argument)
  const stat = path === "" ? { kind: "directory" } : system.stat(path)
  if (stat === null) {
    throw new CfgsyncError(
      "file-not-found",
      `${argument} does not exist`,
      "paths count from the current folder; without one every managed file is meant",
    )
  }
  if (stat.kind !== "directory") return [path]
  const managed = system.list(patterns, settings.ignore)
  return path === "" ? managed : managed.filter((each) => each.startsWith(`${path}/`))
}

function sorted(paths: readonly string[]): readonly string[] {
  return [...new Set(paths)].sort()
}

/** Whether the configuration says that a file at this path must be there. */
export function requiredFiles(project: Project): (path: string) => boolean {
  const required = new Set(
    project.settings.files.filter(({ required }) => required === true).flatMap(({ include }) => include),
  )
  return (path) => required.has(path)
}
