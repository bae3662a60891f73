import { existsSync, lstatSync, readFileSync, realpathSync } from "node:fs"
import { homedir } from "node:os"
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path"

type Environment = Readonly<Record<string, string | undefined>>

/** Where the store of a folder is, and how it calls the folder's files. */
export interface StorePlace {
  /** Absolute; the store's own. */
  readonly folder: string
  /** The folder that holds what the store knows by relative paths; `null`: it knows files by absolute paths. */
  readonly home: string | null
  /** Name of the linked worktree, "" for the main one and outside of a repository. */
  readonly worktree: string
}

/** What cfgsync itself keeps about a user, outside of every project. */
export function stateFolder(environment: Environment): string {
  return join(environment.XDG_STATE_HOME || join(environment.HOME || homedir(), ".local", "state"), "cfgsync")
}

export function configFolder(environment: Environment): string {
  return join(environment.XDG_CONFIG_HOME || join(environment.HOME || homedir(), ".config"), "cfgsync")
}

/**
 * In a repository `.cfgsync` at its top, that of the main worktree for linked ones, which so share it; in a project outside of one `.cfgsync` in it;
 * for any other file the user's state folder.
 * @param root absolute, links resolved.  @param isProject whether the root bears a configuration.
 */
export function storePlace(root: string, isProject: boolean, environment: Environment): StorePlace {
  const top = repositoryOf(root)
  if (top !== null) return placeInRepository(top)
  if (isProject) return { folder: join(root, ".cfgsync"), home: root, worktree: "" }
  return { folder: join(stateFolder(environment), "store"), home: null, worktree: "" }
}

/** A file as the store calls it. @param path relative to `root`, or absolute. */
export function keyOf({ home }: StorePlace, root: string, path: string): string {
  const full = resolve(root, path)
  if (home === null) return slashed(full)
  const inside = relative(home, full)
  return inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside) ? slashed(full) : slashed(inside)
}

/** A file of the store on the disk, absolute. */
export function fileOf({ home }: StorePlace, key: string): string {
  return home === null ? key : resolve(home, key)
}

function slashed(path: string): string {
  return path.split(sep).join("/")
}

function repositoryOf(folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at
    if (dirname(at) === at) return null
  }
}

/** The top of the repository that holds a folder, for a linked worktree that of the main one; `null` outside of one. */
export function mainRepositoryOf(folder: string): string | null {
  const top = repositoryOf(folder)
  if (top === null || lstatSync(join(top, ".git")).isDirectory()) return top
  const linked = linkedWorktree(join(top, ".git"))
  return linked === null || basename(linked.common) !== ".git" ? top : dirname(linked.common)
}

function placeInRepository(top: string): StorePlace {
  const own = { folder: join(top, ".cfgsync"), home: top, worktree: "" }
  const git = join(top, ".git")
  if (lstatSync(git).isDirectory()) return own
  const linked = linkedWorktree(git)
  if (linked === null) return own
  const { common, name } = linked
  // A bare repository has no main worktree: what belongs to all of its worktrees lies in itself.
  const folder = basename(common) === ".git" ? join(dirname(common), ".cfgsync") : join(common, "cfgsync")
  return { folder, home: top, worktree: name }
}

/** @returns `null` for what is no worktree, or one whose repository does not know it: a file in a project must not point to the store of another. */
function linkedWorktree(git: string): { readonly common: string; readonly name: string } | null {
  try {
    const [, folder = ""] = /^gitdir: (.+?)\s*$/.exec(readFileSync(git, "utf8")) ?? []
    const own = realpathSync(resolve(dirname(git), folder))
    const back = resolve(own, readFileSync(join(own, "gitdir"), "utf8").trim())
    if (realpathSync(dirname(back)) !== dirname(git)) return null
    const common = realpathSync(resolve(own, readFileSync(join(own, "commondir"), "utf8").trim()))
    return dirname(own) === join(common, "worktrees") ? { common, name: basename(own) } : null
  } catch {
    return null
  }
}
