import { existsSync, realpathSync } from "node:fs"
import { isAbsolute, join, relative } from "node:path"
import { matcher } from "../engine/glob.ts"
import { CfgsyncError } from "../model/errors.ts"
import { isLink, type Project, projectPath, slashed } from "./project.ts"

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
    const [listed, named] = [system.list(patterns, settings.ignore), literalFiles(project)]
    return named.length === 0 ? listed : withNamed(project, listed, named)
  }
  const selected = paths.map((path) => selectPath(project, path, patterns))
  return withNamed(
    project,
    selected.flatMap(({ managed }) => managed),
    selected.flatMap(({ named }) => named),
  )
}

/** Files that the configuration names without a glob. */
export function literalFiles({ settings }: Project): readonly string[] {
  return settings.files.flatMap(({ include }) => include).filter((pattern) => !isGlob(pattern))
}

/** Each file once, under its own name where that is selected too: a link beside its target is the same file. */
function withNamed(project: Project, listed: readonly string[], named: readonly string[]): readonly string[] {
  const known = new Set(listed)
  const added = sorted(named.filter((path) => !known.has(path)))
  const real = new Map(added.map((path) => [path, realName(project, path)]))
  const places = new Set([...known, ...added.filter((path) => real.get(path) === path)])
  for (const path of added) {
    const place = real.get(path) ?? path
    if (place !== path && places.has(place)) continue
    known.add(path)
    places.add(place)
  }
  return sorted([...known])
}

function realName({ root }: Project, path: string): string {
  const full = join(root, path)
  return existsSync(full) ? slashed(relative(root, realpathSync.native(full))) : path
}

interface Selected {
  readonly managed: readonly string[]
  readonly named: readonly string[]
}

function selectPath(project: Project, argument: string, patterns: readonly string[]): Selected {
  const { settings, system } = project
  const path = projectPath(project, argument)
  refuseOutside(project, argument, path)
  const named = { managed: [], named: [path] }
  const full = join(project.root, path)
  // A link that leads nowhere or round in a circle, or a name that is no text: the check tells so.
  if (path.includes("\uFFFD") || (isLink(full) && !existsSync(full))) return named
  const stat = path === "" ? { kind: "directory" } : system.stat(path)
  if (stat === null) {
    throw new CfgsyncError(
      "file-not-found",
      `${argument} does not exist`,
      "paths count from the current folder; without one every managed file is meant",
    )
  }
  if (stat.kind !== "directory") return named
  const managed = system.list(patterns, settings.ignore)
  const within = path === "" ? managed : managed.filter((each) => each.startsWith(`${path}/`))
  // A folder where a file should be.
  return within.length === 0 && matcher(patterns)(path) ? named : { managed: within, named: [] }
}

/** @param path what `argument` is in the project.  @throws CfgsyncError `path-invalid` */
export function refuseOutside({ root }: Project, argument: string, path: string): void {
  if (path !== ".." && !path.startsWith("../") && !isAbsolute(path)) return
  throw new CfgsyncError(
    "path-invalid",
    `${argument} leaves the project`,
    `the project is ${root}; run cfgsync in the project of that file`,
  )
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
