import { CfgsyncError } from "../model/errors.ts"
import { type Git, openGit } from "../system/git/git.ts"
import { openObjects } from "../system/git/objects.ts"
import type { Project } from "./project.ts"

const file = "checkpoint"
const largest = 64 * 1024

/** Who commits is the log, not a person; what it says is signed. */
const author = {
  GIT_AUTHOR_NAME: "cfgsync",
  GIT_AUTHOR_EMAIL: "",
  GIT_COMMITTER_NAME: "cfgsync",
  GIT_COMMITTER_EMAIL: "",
}

/**
 * Adds a checkpoint to a ref of the repository, as a commit after those before it, so that it goes where the repository is pushed to. Branches and
 * tags are not touched.
 * @returns the commit.  @throws CfgsyncError outside of a repository, for a ref that is none of its own, as git
 */
export function writeCheckpointRef(project: Project, ref: string, note: string): string {
  const git = mustOpen(project, ref)
  const [last] = checkpointsIn(git, ref)
  const parent = commitOf(git, ref)
  if (parent !== null && last === note) return parent
  const write = (args: readonly string[], input: string) => git.run(args, { input }).toString().trim()
  const blob = write(["hash-object", "-w", "--stdin"], note)
  const tree = write(["mktree"], `100644 blob ${blob}\t${file}\n`)
  const message = `checkpoint of ${note.split("\n")[1]} entries\n`
  const commit = write(["commit-tree", tree, ...(parent === null ? [] : ["-p", parent])], message)
  git.run(["update-ref", ref, commit, parent ?? "0".repeat(commit.length)])
  return commit
}

/** All checkpoints that were ever added to a ref, newest first. @throws CfgsyncError where there is none */
export function readCheckpointRef(project: Project, ref: string): readonly string[] {
  const notes = checkpointsIn(mustOpen(project, ref), ref)
  if (notes.length > 0) return notes
  throw new CfgsyncError("file-unreadable", `there is no checkpoint in ${ref}`, `cfgsync audit checkpoint --ref ${ref}`)
}

function mustOpen({ root }: Project, ref: string): Git {
  if (!/^refs\/(?!(?:heads|tags|remotes|notes|stash)(?:\/|$))[\w./-]+$/.test(ref))
    throw new CfgsyncError("usage", `${ref} is no ref for checkpoints`, "for example refs/cfgsync/checkpoints")
  const git = openGit(root, { ...process.env, ...author })
  if (git === null) throw new CfgsyncError("not-possible-here", "this is no git repository, so it has no refs")
  if (git.ask(["check-ref-format", ref]).status !== 0) throw new CfgsyncError("usage", `git allows no ref ${ref}`)
  return git
}

function commitOf(git: Git, ref: string): string | null {
  const { status, stdout } = git.ask(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`])
  return status === 0 ? stdout.toString().trim() : null
}

function checkpointsIn(git: Git, ref: string): readonly string[] {
  const top = commitOf(git, ref)
  if (top === null) return []
  const objects = openObjects(git)
  const names = git
    .run(["rev-list", "--first-parent", "--end-of-options", top])
    .toString()
    .trim()
    .split("\n")
    .map((commit) => `${commit}:${file}`)
  objects.want(names)
  return names.flatMap((name) => {
    const bytes = objects.read(name, largest)
    return bytes === null ? [] : [new TextDecoder().decode(bytes)]
  })
}
