import { isCancel, select } from "@clack/prompts"
import type { Choose } from "../app/fix.ts"
import { diff } from "../report/diff.ts"
import { printable } from "../report/printable.ts"
import type { Session } from "./session.ts"
import type { Progress } from "./voice.ts"

/** Ask about each repair, showing its diff. Who leaves a question is not asked another. */
export function createChoose({ io, voice }: Session, progress: Progress): Choose {
  let left = false
  return async (finding, repair, files) => {
    if (left) return "quit"
    progress.end()
    io.stderr.write(`\n${printable(finding.file)}  ${finding.severity}  ${printable(finding.rule)}\n`)
    io.stderr.write(`${printable(finding.message)}\n\n${diff(files, { color: voice.color })}\n`)
    const chosen = await select({
      message: `${printable(repair.title)}${repair.safety === "unsafe" ? " (may lose something)" : ""}?`,
      options: [
        { value: "yes" as const, label: "yes" },
        { value: "no" as const, label: "no, leave it" },
        { value: "all" as const, label: "yes, and all that follow" },
        { value: "quit" as const, label: "no, and none that follow" },
      ],
      input: io.stdin,
      output: io.stderr,
    })
    const answer = isCancel(chosen) ? "quit" : chosen
    left = answer === "quit"
    return answer
  }
}
