import { type AfterResult, afterHook } from "../../app/git/afterHook.ts"
import type { HookName } from "../../app/git/hookNames.ts"
import { CfgsyncError } from "../../model/errors.ts"
import { printable } from "../../report/printable.ts"
import { placesOf } from "../../report/report.ts"
import { count } from "../../report/summary.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { projectOf } from "./checkOptions.ts"
import type { HookOptions } from "./hookOptions.ts"
import { recordingOfHook } from "./storeOptions.ts"

/** What git did is done: whatever goes wrong here is told in one line, and the hook succeeds. */
export async function runAfter(
  hook: HookName,
  args: readonly string[],
  options: HookOptions,
  session: Session,
): Promise<void> {
  const { voice, io } = session
  try {
    const result = await afterHook({
      ...projectOf(io.cwd, options),
      hook,
      args,
      recording: recordingOfHook(session, hook),
    })
    if (result !== null) await tell(result, hook, options, session)
  } catch (error) {
    const { redactorFor } = await import("../../app/redact.ts")
    const words = error instanceof CfgsyncError ? error.message : `cfgsync itself failed: ${String(error)}`
    voice.protect(await redactorFor([], [words]))
    voice.say(`cfgsync: what came in was not looked at: ${printable(words)}`)
  }
}

/** A pull may bring much: these are told one by one. */
const mostTold = 5

async function tell(result: AfterResult, hook: HookName, { format }: HookOptions, { voice }: Session): Promise<void> {
  const { project, findings, sources, repaired, copied, notRenewed } = result
  const { redactorFor } = await import("../../app/redact.ts")
  voice.protect(await redactorFor([...sources.values()], [...findings.map(({ message }) => message), notRenewed ?? ""]))
  if (format === "json") {
    voice.result(
      jsonText({
        hook,
        findings: findings.map(({ file, rule, severity, message }) => ({ file, rule, severity, message })),
        repaired,
        copied,
        ...(notRenewed === undefined ? {} : { notRenewed }),
      }),
    )
    return
  }
  if (copied.length > 0)
    voice.say(
      `cfgsync: copied ${copied.join(", ")} from the main worktree, because git ignores ${copied.length === 1 ? "it" : "them"}`,
    )
  if (repaired.length > 0) voice.say(`cfgsync: repaired what came in, not committed yet: ${repaired.join(", ")}`)
  if (notRenewed !== undefined)
    voice.say(`cfgsync: what came in is not known-good yet: ${printable(notRenewed)}; see: cfgsync status`)
  if (findings.length === 0) return
  const files = new Set(findings.map(({ file }) => file))
  voice.say(`cfgsync: ${count(findings.length, "finding")} came in, in ${count(files.size, "file")}`)
  const places = placesOf({ root: project.root, files: files.size, findings, sources, silenced: 0, milliseconds: 0 })
  for (const { file, span, severity, message, rule } of findings.slice(0, mostTold)) {
    const { line, column } = places.range(file, span).start
    voice.say(`  ${file}:${line}:${column} ${severity}: ${printable(message)} (${rule})`)
  }
  if (findings.length > mostTold) voice.say(`  and ${findings.length - mostTold} more`)
  voice.say(`  see: cfgsync check ${[...files].slice(0, mostTold).join(" ")}; what can be proven: cfgsync fix`)
}
