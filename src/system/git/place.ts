import { existsSync, lstatSync, readFileSync, realpathSync } from "node:fs"
import { dirname, isAbsolute, join, resolve } from "node:path"
import { unless } from "../failure.ts"
import { isInside } from "../read.ts"

export type Environment = Readonly<Record<string, string | undefined>>

/** Where a worktree of a repository lies; absolute, links resolved. */
export interface GitPlace {
  /** The top folder of the worktree. */
  readonly top: string
  /** What git keeps of this worktree: its index, its HEAD. */
  readonly own: string
  /** What all worktrees share; the same as `own` for the main one. */
  readonly common: string
  /** The index that git is at work on: in a hook of `git commit FILE` another one than usual. */
  readonly index: string
  /** The environment for git, in which no other repository is meant. */
  readonly environment: Environment
}

/** Where a repair that is being staged is written down, for the case that it is cut short. */
export function stagingJournal({ own }: Pick<GitPlace, "own">): string {
  return join(own, "cfgsync-staging.json")
}

/** What git tells its hooks about the repository at work (`git rev-parse --local-env-vars`). */
const local = [
  "GIT_DIR",
  "GIT_WORK_TREE",
  "GIT_INDEX_FILE",
  "GIT_COMMON_DIR",
  "GIT_OBJECT_DIRECTORY",
  "GIT_ALTERNATE_OBJECT_DIRECTORIES",
  "GIT_PREFIX",
  "GIT_NAMESPACE",
  "GIT_GRAFT_FILE",
  "GIT_SHALLOW_FILE",
  "GIT_IMPLICIT_WORK_TREE",
  "GIT_INTERNAL_SUPER_PREFIX",
]

/**
 * Finds the worktree that a folder lies in, without starting git. The variables that a hook gets are believed when they speak of the repository of the
 * folder; where the folder has none of its own (`git --git-dir=… --work-tree=…`, as for dotfiles) they are all that is known.
 * @param folder absolute, links resolved.  @param cwd absolute: what relative paths in the variables count from.  @returns `null` outside of every worktree
 */
export function findGit(folder: string, environment: Environment, cwd: string = process.cwd()): GitPlace | null {
  const found = discover(folder)
  const given = named(environment.GIT_DIR, cwd)
  const foreign = withoutLocal(environment)
  if (given !== null && (found === null || found.own === given)) {
    const named = environment.GIT_WORK_TREE
    const top = found?.top ?? unless(["ENOENT"], null, () => realpathSync.native(resolve(cwd, named ?? ".")))
    if (top === null || !isInside(top, folder)) return null
    return placed({ top, own: given }, environment, { GIT_DIR: given, GIT_WORK_TREE: top })
  }
  if (found === null) return null
  const own = given === null && environment.GIT_INDEX_FILE !== undefined && discover(cwd)?.own === found.own
  return placed(found, own ? environment : foreign, {})
}

function placed(
  { top, own }: Pick<GitPlace, "top" | "own">,
  environment: Environment,
  fixed: Readonly<Record<string, string>>,
): GitPlace {
  const index = resolve(top, environment.GIT_INDEX_FILE ?? join(own, "index"))
  const indexVariable = environment.GIT_INDEX_FILE === undefined ? {} : { GIT_INDEX_FILE: index }
  return { top, own, common: commonOf(own), index, environment: { ...environment, ...fixed, ...indexVariable } }
}

function withoutLocal(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !local.includes(name)))
}

function discover(folder: string): Pick<GitPlace, "top" | "own"> | null {
  for (let top = folder; ; top = dirname(top)) {
    const entry = join(top, ".git")
    const own = existsSync(entry) ? gitFolder(entry) : null
    if (own !== null) return { top, own }
    if (dirname(top) === top) return null
  }
}

/** `.git` is the repository, or a file that names it: in a linked worktree and in a submodule. */
function gitFolder(entry: string): string | null {
  if (lstatSync(entry).isFile()) {
    const [, path] = /^gitdir: (.+?)\s*$/.exec(readFileSync(entry, "utf8")) ?? []
    return named(path, dirname(entry))
  }
  return existsSync(join(entry, "HEAD")) ? realpathSync.native(entry) : null
}

/**
 * The repository without a worktree that a folder lies in: bare, or the insides of one. A worktree may lie below it, which is none of it.
 * @returns absolute; `null`: it lies in none
 */
export function bareGit(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (["HEAD", "objects", "refs"].every((name) => existsSync(join(at, name)))) return at
    if (existsSync(join(at, ".git")) || dirname(at) === at) return null
  }
}

function commonOf(own: string): string {
  const path = unless(["ENOENT", "ENOTDIR"], null, () => readFileSync(join(own, "commondir"), "utf8").trim())
  return path === null ? own : (named(path, own) ?? own)
}

function named(path: string | undefined, from: string): string | null {
  if (path === undefined || path === "") return null
  return unless(["ENOENT", "ENOTDIR"], null, () => realpathSync.native(isAbsolute(path) ? path : resolve(from, path)))
}
