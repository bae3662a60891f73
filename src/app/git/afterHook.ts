import { existsSync } from "node:fs"
import { join } from "node:path"
import { CfgsyncError } from "../../model/errors.ts"
import type { Finding } from "../../model/finding.ts"
import type { CheckResult } from "../../model/result.ts"
import { changesBetween } from "../../system/git/changes.ts"
import { resolveCommit } from "../../system/git/commits.ts"
import type { Git } from "../../system/git/git.ts"
import { openObjects } from "../../system/git/objects.ts"
import { type FixOptions, fix } from "../fix.ts"
import { mayBeSettled } from "../policy.ts"
import { openProject, type Project, type ProjectOptions } from "../project.ts"
import type { Recording } from "../record.ts"
import { type Changed, changedOf, compareStates, managedOf } from "./compare.ts"
import type { HookName } from "./hookNames.ts"
import { mustOpenGit, stateOf } from "./openState.ts"
import { propagate } from "./propagate.ts"

export interface AfterOptions extends ProjectOptions {
  readonly hook: HookName
  /** What git gives to the hook. */
  readonly args: readonly string[]
  readonly recording: Recording
}

/** What a merge, a rebase or a checkout brought, and what was done about it. */
export interface AfterResult {
  readonly project: Project
  /** What came in and is there still. */
  readonly findings: readonly Finding[]
  readonly sources: CheckResult["sources"]
  /** Files in which something was repaired, in the working tree only. */
  readonly repaired: readonly string[]
  /** Managed files that git ignores, copied into a new worktree. */
  readonly copied: readonly string[]
  /** Why it could not be kept that what came in is known-good from now on. */
  readonly notRenewed?: string
}

/** Look at what changed between the state before and the one now, in the working tree. @returns `null` when there is nothing to look at */
export async function afterHook(options: AfterOptions): Promise<AfterResult | null> {
  const project = await openProject(options)
  const git = mustOpenGit(project.root)
  const { after, worktree } = project.settings.hooks
  const nothing = { project, findings: [], sources: new Map(), repaired: [], copied: [] }
  if (isNewWorktree(options)) return worktree ? { ...nothing, copied: propagate(project, git) } : null
  const before = after === "off" ? null : stateBefore(options, git)
  if (before === null) return null
  const changed = changedOf(changesBetween(git, before, "HEAD"))
  if (managedOf(project, changed).length === 0) return null
  const objects = openObjects(git)
  const { result, cameIn } = await compareStates(project, changed, () => stateOf(git, objects, before))
  const { findings, sources } = result
  let left: Omit<AfterResult, "notRenewed"> = { ...nothing, findings, sources }
  if (after === "fix" && findings.length > 0) {
    const fixed = await fix(project, fixOf(options, findings))
    left = {
      ...nothing,
      findings: cameIn(fixed.findings, fixed.sources).fresh,
      sources: fixed.sources,
      repaired: fixed.written ? fixed.plan.files.map(({ path }) => path) : [],
    }
  }
  return { ...left, ...(await renew(project, changed, options.recording)) }
}

/** What somebody committed and has no error is known-good from now on, where the acceptance policy of the file does not say otherwise. Nothing is put back. */
async function renew(
  project: Project,
  changed: readonly Changed[],
  recording: Recording,
): Promise<Pick<AfterResult, "notRenewed">> {
  if (!mayBeSettled(project)) return {}
  const { settleDrift } = await import("../settle.ts")
  try {
    const paths = managedOf(project, changed).map(({ path }) => path)
    await settleDrift(project, paths, { recording, dryRun: false, putBack: false })
    return {}
  } catch (error) {
    if (error instanceof CfgsyncError) return { notRenewed: error.message }
    throw error
  }
}

function fixOf({ recording, ...options }: AfterOptions, findings: readonly Finding[]): FixOptions {
  const paths = [...new Set(findings.map(({ file }) => file))]
  const rules = [...new Set(findings.map(({ rule }) => rule))]
  return { ...options, paths, rules, unsafe: false, dryRun: false, recording }
}

function isNewWorktree({ hook, args }: AfterOptions): boolean {
  return hook === "post-checkout" && /^0+$/.test(args[0] ?? "")
}

/** The commit that was there before. @returns `null` where nothing changed, or git is not done yet */
function stateBefore({ hook, args }: AfterOptions, git: Git): string | null {
  if (
    ["rebase-merge", "rebase-apply", "BISECT_LOG"].some(
      (name) => hook === "post-checkout" && existsSync(join(git.own, name)),
    )
  ) {
    return null
  }
  switch (hook) {
    case "post-merge":
      return resolveCommit(git, "ORIG_HEAD")
    case "post-rewrite":
      // An amended commit was judged before it was made.
      return args[0] === "rebase" ? resolveCommit(git, "ORIG_HEAD") : null
    case "post-checkout": {
      const [before = "", now, branch] = args
      return branch === "1" && before !== now ? resolveCommit(git, before) : null
    }
    default:
      return null
  }
}
