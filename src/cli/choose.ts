import { isCancel, select } from "@clack/prompts"
import type { Choose } from "../app/fix.ts"
import { diff } from "../report/diff.ts"
import { printable } from "../report/printable.ts"
import type { Session } from "./session.ts"
import type { Progress } from "./voice.ts"

/** Ask about each repair, showing its diff; leaving the question leaves this repair and all after it. */
export function createChoose({ io, voice }: Session, progress: Progress): Choose {
  let answer: "yes" | "no" | "all" | "quit" = "yes"
  return async (finding, repair, files) => {
    progress.end()
    if (answer === "all" || answer === "quit") return answer === "all"
    io.stderr.write(`\n${printable(finding.file)}  ${finding.severity}  ${printable(finding.rule)}\n`)
    io.stderr.write(`${printable(finding.message)}\n\n${diff(files, { color: voice.color })}\n`)
    const chosen = await select({
      message: `${repair.title}${repair.safety === "unsafe" ? " (may lose something)" : ""}?`,
      options: [
        { value: "yes" as const, label: "yes" },
        { value: "no" as const, label: "no, leave it" },
        { value: "all" as const, label: "yes, and all that follow" },
        { value: "quit" as const, label: "no, and none that follow" },
      ],
      input: io.stdin,
      output: io.stderr,
    })
    answer = isCancel(chosen) ? "quit" : chosen
    return answer === "yes" || answer === "all"
  }
}
