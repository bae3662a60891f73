import { fieldsOf, parseLenient, textOf } from "./lenient.ts"
import { momentOf } from "./moment.ts"

/** A change as config-guardian saw it. What it takes for its cause is a guess of its own. */
export interface LoggedChange {
  /** 1-based. */
  readonly line: number
  /** The line itself. */
  readonly text: string
  readonly name: string
  readonly what: string
  /** Milliseconds since 1970. */
  readonly taken?: number
  readonly severity?: string
  readonly judgement?: string
}

export interface ChangeLog {
  readonly changes: readonly LoggedChange[]
  /** Lines that say nothing, each with why. */
  readonly problems: readonly { readonly line: number; readonly problem: string }[]
}

/** Reads `change_log.jsonl`, line by line: one that is damaged costs itself alone. */
export function readChangeLog(text: string): ChangeLog {
  const changes: LoggedChange[] = []
  const problems: { readonly line: number; readonly problem: string }[] = []
  for (const [index, raw] of text.split("\n").entries()) {
    const [line, own] = [index + 1, raw.trim()]
    if (own === "" || own === "\uFEFF") continue
    const parsed = parseLenient(own)
    const fields = parsed.ok ? fieldsOf(parsed.value) : undefined
    const name = fields && textOf(fields, "file", "path", "name", "config")
    if (!parsed.ok) problems.push({ line, problem: parsed.problem })
    else if (fields === undefined || name === undefined) problems.push({ line, problem: "it names no file" })
    else {
      const taken = momentOf(fields.get("timestamp") ?? fields.get("time"))
      const [severity, judgement] = [textOf(fields, "severity", "priority"), textOf(fields, "classification")]
      changes.push({
        line,
        text: own,
        name,
        what: textOf(fields, "type", "action", "change", "event") ?? "changed",
        ...(taken === undefined ? {} : { taken }),
        ...(severity === undefined ? {} : { severity }),
        ...(judgement === undefined ? {} : { judgement }),
      })
    }
  }
  return { changes, problems }
}
