import type { MonitorEvent, ToldFinding } from "../model/monitorEvent.ts"
import type { Notice } from "../notify/message.ts"

/** What of an event people should hear. Nothing of what puts itself right, but that it did, for who wants to know. */
export function noticesOf(event: MonitorEvent): readonly Notice[] {
  const base = { id: event.id, time: event.time }
  switch (event.kind) {
    case "finding": {
      const { finding } = event
      // It will be repaired, and that is told then.
      return finding.repair?.safety === "safe" ? [] : [{ ...base, ...findingWords(finding), ...waysOut(finding) }]
    }
    case "unrepaired": {
      const { finding, reason } = event
      const detail = [`it was not repaired: ${reason}`, finding.why ?? []].flat().join("\n")
      return [
        {
          ...base,
          ...findingWords(finding),
          severity: "error",
          detail,
          concern: concernOf(finding),
          todo: lookAt(finding),
        },
      ]
    }
    case "repaired": {
      const detail = event.repairs.map(({ file, rule, title }) => `${file}: ${title} (${rule})`).join("\n")
      const [first, ...more] = event.files
      const what = more.length === 0 ? `repaired ${first}` : `repaired ${event.files.length} files`
      return [{ ...base, severity: "info", title: what, detail, todo: "`cfgsync undo` takes it back" }]
    }
    case "repair-failed": {
      const { files, reason, hint } = event
      const title = `could not repair ${files.join(", ")}: ${reason}`
      return [
        {
          ...base,
          severity: "error",
          title,
          concern: `repair ${files.join(" ")}`,
          ...(hint === undefined ? {} : { todo: hint }),
        },
      ]
    }
    case "fight":
      return [
        {
          ...base,
          severity: "error",
          file: event.file,
          title: `it keeps drifting: ${event.repairs} repairs in ${event.seconds} s; it is left alone until ${event.until}`,
          detail: `who fights: ${event.with} against ${event.rules.join(", ")}`,
          todo: "stop the one, or change the other",
          concern: fightOver(event.file),
        },
      ]
    case "pending":
      return [
        {
          ...base,
          severity: "warning",
          file: event.file,
          title: "a change waits for somebody to decide",
          detail: event.reason,
          todo: `\`cfgsync diff ${event.file}\`, then \`cfgsync accept\` or \`cfgsync reject\``,
          concern: decisionOn(event.file),
        },
      ]
    case "degraded":
      return [
        {
          ...base,
          severity: "warning",
          title: `changes are seen late: ${event.reason}`,
          ...(event.hint === undefined ? {} : { todo: event.hint }),
        },
      ]
    case "configuration":
      return event.valid
        ? []
        : [
            {
              ...base,
              severity: "error",
              title: "the configuration is invalid; the last good one still applies",
              detail: event.message,
              concern: configuration,
            },
          ]
    default:
      return []
  }
}

const configuration = "the configuration"

/** Which concerns an event puts an end to. */
export function settledBy(event: MonitorEvent): readonly string[] {
  switch (event.kind) {
    case "resolved":
      return [concernOf(event.finding)]
    case "repaired":
      return [`repair ${event.files.join(" ")}`]
    case "fight-over":
      return [fightOver(event.file)]
    case "settled":
      return [decisionOn(event.file)]
    case "configuration":
      return event.valid ? [configuration] : []
    default:
      return []
  }
}

function concernOf({ file, document, rule, pointer }: ToldFinding): string {
  return `${file}#${document} ${pointer} ${rule}`
}

function fightOver(file: string): string {
  return `fight over ${file}`
}

function decisionOn(file: string): string {
  return `decision on ${file}`
}

function findingWords({ file, rule, severity, message, range, why }: ToldFinding): Omit<Notice, "id" | "time"> {
  const place = range === undefined ? file : `${file}:${range.start.line}:${range.start.column}`
  return { severity, file: place, title: `${message} (${rule})`, ...(why === undefined ? {} : { detail: why }) }
}

function waysOut(finding: ToldFinding): Pick<Notice, "todo"> {
  const { repair, file } = finding
  return {
    todo:
      repair === null ? lookAt(finding) : `${repair.title}: \`cfgsync fix --unsafe ${file}\`, if that is what you mean`,
  }
}

function lookAt({ file, docs }: ToldFinding): string {
  return docs === undefined ? `look at ${file}` : `look at ${file}; see ${docs}`
}
