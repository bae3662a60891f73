import { CfgsyncError } from "../../model/errors.ts"
import { worktreeAdvice } from "../../system/git/git.ts"
import { bareGit } from "../../system/git/place.ts"

/** Why there is no worktree of git at a folder, and what to do. */
export function noWorktree(folder: string): CfgsyncError {
  const bare = bareGit(folder)
  if (bare === null) return new CfgsyncError("not-possible-here", `${folder} is in no git repository`)
  const message = `${bare} is a repository of git without a working tree, so that there are no files`
  return new CfgsyncError("not-possible-here", message, worktreeAdvice)
}
