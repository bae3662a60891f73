import type { GitChange } from "../../system/git/changes.ts"
import { type GitEntries, treeEntries } from "../../system/git/entries.ts"
import { type Git, openGit } from "../../system/git/git.ts"
import { type Objects, openObjects } from "../../system/git/objects.ts"
import { readStaged } from "../../system/git/staged.ts"
import { ignoredBeside, indexSystem } from "../../system/indexSystem.ts"
import { openSystem } from "../../system/real.ts"
import { snapshotSystem } from "../../system/snapshot.ts"
import type { System } from "../../system/system.ts"
import type { RuleSet } from "../loadRules.ts"
import { openProject, type Project, type ProjectOptions } from "../project.ts"
import { noWorktree } from "./noWorktree.ts"

/** @param environment and `cwd` of who asks.  @throws CfgsyncError `not-possible-here` outside of a worktree */
export function mustOpenGit(
  folder: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
  cwd?: string,
): Git {
  const git = openGit(folder, environment, cwd)
  if (git !== null) return git
  throw noWorktree(folder)
}

/** How a state of a project is opened: by this process for itself, or by a monitor for another. */
export interface Opening {
  readonly open: (options: ProjectOptions) => Promise<Project>
  readonly git: (folder: string) => Git
  /** The rules of the project, where they are compiled already. */
  readonly rules?: RuleSet
  /** Called before the first write; throws where none may be made. */
  readonly beforeWriting: () => void
}

export const ownOpening: Opening = { open: openProject, git: mustOpenGit, beforeWriting: () => {} }

/** The project as the next commit would have it, and the same on the disk. */
export interface StagedProject {
  readonly project: Project
  readonly disk: System
  readonly git: Git
  readonly objects: Objects
}

export async function openStagedProject(
  options: ProjectOptions,
  { open, git: openGitAt }: Opening,
): Promise<StagedProject & { readonly changes: readonly GitChange[] }> {
  let opened: Omit<StagedProject, "project"> | undefined
  let staged: readonly GitChange[] = []
  const project = await open({
    ...options,
    view: (disk, configPath) => {
      const git = openGitAt(disk.root)
      const objects = openObjects(git)
      const { changes, entries } = readStaged(git)
      staged = changes
      objects.want(staged.flatMap(({ after }) => (after === null || after.mode === "160000" ? [] : [after.oid])))
      opened = { disk, git, objects }
      const known = new Map(staged.map(({ path, after }) => [path, after]))
      return indexSystem(git, disk, { objects, known, entries, alsoBeside: ownFile(disk, configPath) })
    },
  })
  if (opened === undefined) throw new Error("a project without a system")
  return { ...opened, project, changes: staged }
}

/** What says how cfgsync works here counts also before it is added, because it is in force already. */
function ownFile({ root }: System, configPath: string | null): (path: string) => boolean {
  return (path) => path.endsWith(".rule") || (configPath !== null && `${root}/${path}` === configPath)
}

/** The project's files as a commit holds them; `null`: there are none yet. @param disk the same folder as it is */
export function stateOf(
  git: Git,
  objects: Objects,
  commit: string | null,
  disk: System = openSystem(git.folder),
): System {
  let known: GitEntries | undefined
  const entries = () => {
    known ??= commit === null ? new Map() : treeEntries(git, commit)
    return known
  }
  return snapshotSystem(disk, { entries, objects, beside: ignoredBeside(git) })
}
