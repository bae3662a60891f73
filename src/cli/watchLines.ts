import type { Severity } from "../model/finding.ts"
import type { MonitorEvent, MonitorHealth, ToldFinding } from "../model/monitorEvent.ts"
import type { Colors } from "../report/colors.ts"
import { printable } from "../report/printable.ts"
import { count } from "../report/summary.ts"

/** An event as one line of JSON: of a finding its own keys, of anything else what there is to say. `event` tells which. */
export function jsonLine(event: MonitorEvent): string {
  const { kind, id, time, ...rest } = event
  const { finding, ...more } = { finding: {}, ...rest }
  return `${JSON.stringify({ event: kind, id, time, ...finding, ...more })}\n`
}

/** An event as a line for people; `undefined` for what only programs ask for. */
export function textLine(event: MonitorEvent, colors: Colors): string | undefined {
  const said = wordsOf(event, colors)
  if (said === undefined) return undefined
  const [word, paint, ...words] = said
  return `${colors.dim(clock(event.time))}  ${paint(word.padEnd(9))}  ${words.filter((each) => each !== "").join("  ")}`
}

/** How far the first look at everything is; while files are still searched for, nobody knows. */
export function beginningWords({ looked, of }: NonNullable<MonitorHealth["beginning"]>): string {
  const words = "looking at every file for the first time"
  return of === 0 ? words : `${words}: ${looked} of ${of}`
}

/** The local time of day. */
export function clock(time: string): string {
  return new Date(time).toTimeString().slice(0, 8)
}

type Words = readonly [word: string, paint: (text: string) => string, ...words: string[]]

function wordsOf(event: MonitorEvent, colors: Colors): Words | undefined {
  switch (event.kind) {
    case "started":
      return ["watching", colors.green, `${event.root}, ${count(event.files, "file")}`]
    case "stopped":
      return ["stopped", colors.dim, event.reason]
    case "heartbeat":
      return undefined
    case "finding":
      return ["drift", severityPaint(event.finding.severity, colors), findingWords(event.finding, colors)]
    case "resolved":
      return ["gone", colors.green, placeOf(event.finding), colors.dim(event.finding.rule), resolvedWords(event.by)]
    case "repaired":
      return ["repaired", colors.green, ...repairedWords(event.repairs, colors)]
    case "unrepaired":
      return [
        "your turn",
        colors.yellow,
        placeOf(event.finding),
        colors.dim(event.finding.rule),
        printable(event.reason),
      ]
    case "repair-failed":
      return [
        "failed",
        colors.red,
        `${fileWords(event.files)}: ${printable(event.reason)}`,
        hintWords(event.hint, colors),
      ]
    case "fight":
      return [
        "your turn",
        colors.red,
        `${printable(event.file)} keeps drifting: ${printable(event.with)}; left alone until ${clock(event.until)}`,
      ]
    case "fight-over":
      return ["resumed", colors.dim, `${printable(event.file)} is repaired again`]
    case "pending":
      return ["pending", colors.yellow, `${printable(event.file)}: ${printable(event.reason)}`]
    case "settled":
      return ["settled", colors.green, `${printable(event.file)} is ${event.as}`]
    case "degraded":
      return ["degraded", colors.yellow, printable(event.reason), hintWords(event.hint, colors)]
    case "recovered":
      return ["recovered", colors.green, printable(event.reason)]
    case "caught-up":
      return [
        "caught up",
        colors.yellow,
        `a scan found ${count(event.files, "change")} that nobody had told of (${event.reason})`,
      ]
    case "configuration":
      return event.valid
        ? ["reloaded", colors.green, printable(event.message)]
        : ["invalid", colors.red, printable(event.message)]
  }
}

export function findingWords(finding: ToldFinding, colors: Colors): string {
  const { severity, rule, message, repair } = finding
  const left = repair === null ? "" : repair.safety === "safe" ? "" : colors.dim("  (only with --unsafe)")
  return `${placeOf(finding)}  ${severityPaint(severity, colors)(severity)}  ${colors.dim(rule)}  ${printable(message)}${left}`
}

function placeOf({ file, range }: ToldFinding): string {
  return range === undefined ? printable(file) : `${printable(file)}:${range.start.line}:${range.start.column}`
}

function resolvedWords(by: "repair" | "edit" | "configuration"): string {
  return by === "repair" ? "repaired" : by === "edit" ? "somebody mended it" : "by a change of the configuration"
}

function repairedWords(
  repairs: readonly { readonly file: string; readonly rule: string; readonly title: string }[],
  colors: Colors,
): readonly string[] {
  const [first] = repairs
  if (first === undefined) return []
  const more = repairs.length > 1 ? colors.dim(`and ${repairs.length - 1} more`) : ""
  return [printable(first.file), colors.dim(first.rule), printable(first.title), more]
}

function fileWords(files: readonly string[]): string {
  const [first = ""] = files
  return files.length > 1 ? `${printable(first)} and ${files.length - 1} more` : printable(first)
}

function hintWords(hint: string | undefined, colors: Colors): string {
  return hint === undefined ? "" : colors.cyan(printable(hint))
}

function severityPaint(severity: Severity, colors: Colors): (text: string) => string {
  return severity === "error" ? colors.red : severity === "warning" ? colors.yellow : colors.blue
}
