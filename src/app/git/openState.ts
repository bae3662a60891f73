import { CfgsyncError } from "../../model/errors.ts"
import type { GitChange } from "../../system/git/changes.ts"
import { type GitEntries, treeEntries } from "../../system/git/entries.ts"
import { type Git, openGit } from "../../system/git/git.ts"
import { type Objects, openObjects } from "../../system/git/objects.ts"
import { ignoredBeside, indexSystem } from "../../system/indexSystem.ts"
import { openSystem } from "../../system/real.ts"
import { snapshotSystem } from "../../system/snapshot.ts"
import type { System } from "../../system/system.ts"
import { openProject, type Project, type ProjectOptions } from "../project.ts"

/** @throws CfgsyncError `not-possible-here` outside of a worktree */
export function mustOpenGit(folder: string): Git {
  const git = openGit(folder, process.env)
  if (git !== null) return git
  throw new CfgsyncError("not-possible-here", `${folder} is in no git repository`)
}

/** The project as the next commit would have it, and the same on the disk. */
export interface StagedProject {
  readonly project: Project
  readonly disk: System
  readonly git: Git
  readonly objects: Objects
}

/** @param known what is staged of single files */
export async function openStagedProject(
  options: ProjectOptions,
  changes: (git: Git) => readonly GitChange[],
): Promise<StagedProject & { readonly changes: readonly GitChange[] }> {
  let opened: Omit<StagedProject, "project"> | undefined
  let staged: readonly GitChange[] = []
  const project = await openProject({
    ...options,
    view: (disk, configPath) => {
      const git = mustOpenGit(disk.root)
      const objects = openObjects(git)
      staged = changes(git)
      objects.want(staged.flatMap(({ after }) => (after === null || after.mode === "160000" ? [] : [after.oid])))
      opened = { disk, git, objects }
      const known = new Map(staged.map(({ path, after }) => [path, after]))
      return indexSystem(git, disk, { objects, known, alsoBeside: ownFile(disk, configPath) })
    },
  })
  if (opened === undefined) throw new Error("a project without a system")
  return { ...opened, project, changes: staged }
}

/** What says how cfgsync works here counts also before it is added, because it is in force already. */
function ownFile({ root }: System, configPath: string | null): (path: string) => boolean {
  return (path) => path.endsWith(".rule") || (configPath !== null && `${root}/${path}` === configPath)
}

/** The project's files as a commit holds them; `null`: there are none yet. */
export function stateOf(git: Git, objects: Objects, commit: string | null): System {
  const disk = openSystem(git.folder)
  let known: GitEntries | undefined
  const entries = () => {
    known ??= commit === null ? new Map() : treeEntries(git, commit)
    return known
  }
  return snapshotSystem(disk, { entries, objects, beside: ignoredBeside(git) })
}
