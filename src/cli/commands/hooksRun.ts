import { type HookName, hookNames, isHookName } from "../../app/git/hookNames.ts"
import { type PreCommitResult, preCommit } from "../../app/git/preCommit.ts"
import { version } from "../../app/package.ts"
import { CfgsyncError } from "../../model/errors.ts"
import type { Session } from "../session.ts"
import { projectOf } from "./checkOptions.ts"
import type { HookOptions } from "./hookOptions.ts"
import { recordingOfHook } from "./storeOptions.ts"

/** @throws CfgsyncError `usage` for a hook that cfgsync has nothing to do in */
export async function runHook(
  name: string,
  given: readonly string[],
  options: HookOptions,
  session: Session,
): Promise<void> {
  if (!isHookName(name)) {
    throw new CfgsyncError("usage", `cfgsync has nothing to do in the hook ${name}`, `it knows ${hookNames.join(", ")}`)
  }
  const args = given.length > 0 ? given : argsOfPreCommit(name, session.io.env)
  if (name === "pre-commit" || name === "pre-merge-commit") await before(name, args, options, session)
  else await (await import("./hooksAfter.ts")).runAfter(name, args, options, session)
}

/** The pre-commit framework tells by variables what git gives to a hook. */
function argsOfPreCommit(name: HookName, env: Session["io"]["env"]): readonly string[] {
  const of = (...names: readonly string[]) => names.map((each) => env[each] ?? "")
  if (env.PRE_COMMIT !== "1") return []
  if (name === "post-rewrite") return of("PRE_COMMIT_REWRITE_COMMAND")
  if (name === "post-merge") return of("PRE_COMMIT_IS_SQUASH_MERGE")
  return name === "post-checkout" ? of("PRE_COMMIT_FROM_REF", "PRE_COMMIT_TO_REF", "PRE_COMMIT_CHECKOUT_TYPE") : []
}

async function before(name: HookName, args: readonly string[], options: HookOptions, session: Session): Promise<void> {
  const asked = projectOf(session.io.cwd, options)
  const opening = session.warm?.(asked).opening
  const judged = await preCommit({
    ...asked,
    ...(opening === undefined ? {} : { opening }),
    ...(name === "pre-commit" ? { paths: args } : {}),
    ...(options.policy === undefined ? {} : { policy: options.policy }),
    recording: recordingOfHook(session, name),
  })
  if (judged !== null) await tell(judged, options, session)
}

async function tell(judged: PreCommitResult, { format }: HookOptions, { voice, finish }: Session): Promise<void> {
  const { result, standing, blocked, leftInTree, unread } = judged
  const silent =
    result.findings.length === 0 && standing.length === 0 && !("plan" in result && result.plan.files.length > 0)
  if (format === "json" || !silent) {
    const { shown } = await import("./checkOptions.ts")
    const { loadReport } = await import("../../report/reports.ts")
    const report = await loadReport(format)
    const safe = await shown(judged.project, result, format, voice)
    if (format === "json" || result.findings.length > 0 || "plan" in result)
      voice[format === "json" ? "result" : "talk"](
        report(safe.result, { color: voice.color, version, ...safe.preview }),
      )
  }
  for (const file of leftInTree)
    voice.say(
      `${file}: the repair is in the commit; the working tree is as it was, because the same lines were changed there, or it is kept in another encoding`,
    )
  for (const file of unread) voice.say(`${file}: not judged, because git stores it through a filter`)
  if (standing.length > 0) {
    const files = [...new Set(standing.map(({ file }) => file))]
    voice.say(
      `${standing.length} more ${standing.length === 1 ? "finding was" : "findings were"} there before this commit; see: cfgsync check ${files.slice(0, 5).join(" ")}${files.length > 5 ? " …" : ""}`,
    )
  }
  if (blocked) voice.hint("the commit is stopped; `git commit --no-verify` makes it all the same")
  finish(blocked ? 1 : 0)
}
