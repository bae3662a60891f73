import { CfgsyncError } from "../../model/errors.ts"
import { severities } from "../../model/finding.ts"
import type { CheckResult } from "../../model/result.ts"
import { changesSince } from "../../system/git/changes.ts"
import { mergeBase, resolveCommit } from "../../system/git/commits.ts"
import { openObjects } from "../../system/git/objects.ts"
import type { CheckOptions } from "../check.ts"
import { type Project, projectPath } from "../project.ts"
import { changedOf, compareStates } from "./compare.ts"
import { mustOpenGit, stateOf } from "./openState.ts"

/**
 * What is wrong in the working tree that was not when this line of commits left another one. Files that are not added yet count.
 * @param since a commit, branch or tag.  @throws CfgsyncError `usage` when there is none of the name, or nothing in common
 */
export async function checkSince(project: Project, since: string, options: CheckOptions): Promise<CheckResult> {
  const git = mustOpenGit(project.root)
  if (resolveCommit(git, since) === null) {
    throw new CfgsyncError(
      "usage",
      `git knows no commit ${since}`,
      "fetch it first; in CI the checkout may hold the last commit only (fetch-depth: 0)",
    )
  }
  const base = mergeBase(git, "HEAD", since)
  if (base === null) {
    throw new CfgsyncError(
      "usage",
      `this line of commits has nothing in common with ${since}`,
      "in CI the checkout may hold the last commits only (fetch-depth: 0)",
    )
  }
  const changed = changedOf(changesSince(git, base)).filter(({ path }) => isAsked(project, path, options.paths ?? []))
  const objects = openObjects(git)
  const { result } = await compareStates(project, changed, () => stateOf(git, objects, base), {
    progress: options.progress,
  })
  const rules = options.rules ?? []
  const least = severities.indexOf(options.severity ?? "info")
  const findings = result.findings.filter(
    ({ rule, severity }) => (rules.length === 0 || rules.includes(rule)) && severities.indexOf(severity) <= least,
  )
  return { ...result, findings }
}

function isAsked(project: Project, path: string, asked: readonly string[]): boolean {
  return (
    asked.length === 0 ||
    asked
      .map((each) => projectPath(project, each))
      .some((each) => each === "" || path === each || path.startsWith(`${each}/`))
  )
}
