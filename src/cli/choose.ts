import { isCancel, select } from "@clack/prompts"
import type { Choose } from "../app/fix.ts"
import { plannedSources, redactorFor, redactPlan } from "../app/redact.ts"
import { CfgsyncError } from "../model/errors.ts"
import { diff } from "../report/diff.ts"
import { printable } from "../report/printable.ts"
import { repairTitle } from "../report/report.ts"
import type { Session } from "./session.ts"
import type { Progress } from "./voice.ts"

/** Ask about each repair, showing its diff. @throws CfgsyncError when the person leaves (Ctrl-C). */
export function createChoose({ io, voice }: Session, progress: Progress): Choose {
  let left = false
  return async (finding, repair, files) => {
    if (left) return "quit"
    progress.end()
    const redactor = await redactorFor(plannedSources(files), [finding.message, repair.title])
    voice.protect(redactor)
    const patch = diff(redactPlan(files, redactor), { color: voice.color })
    voice.talk(`\n${printable(finding.file)}  ${finding.severity}  ${printable(finding.rule)}\n`)
    voice.talk(`${printable(finding.message)}\n\n${patch}\n`)
    const title = redactor.hide(printable(repairTitle(finding, repair)))
    const chosen = await select({
      message: `${title}${repair.safety === "unsafe" ? " (may lose something)" : ""}?`,
      options: [
        { value: "yes" as const, label: "yes" },
        { value: "no" as const, label: "no, leave it" },
        { value: "all" as const, label: "yes, and all that follow" },
        { value: "quit" as const, label: "no, and none that follow" },
      ],
      input: io.stdin,
      output: io.stderr,
    })
    if (isCancel(chosen)) {
      const hint = 'to keep what you said yes to, answer "no, and none that follow"'
      throw new CfgsyncError("usage", "you left, so nothing was written", hint)
    }
    left = chosen === "quit"
    return chosen
  }
}
