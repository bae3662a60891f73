import { severities } from "../model/finding.ts"
import type { CheckResult, FixResult } from "../model/result.ts"
import { isFixResult } from "./report.ts"

/** One line that counts findings, files, fixed, deferred, silenced, and the time. */
export function summary(result: CheckResult | FixResult): string {
  // A file that is missing, or could not be read, was looked at all the same when it has a finding.
  const unread = new Set(result.findings.map(({ file }) => file).filter((file) => !result.sources.has(file)))
  const parts = [`${findings(result)} in ${count(result.files + unread.size, "file")}`]
  if (isFixResult(result)) {
    const number = result.plan.fixed.length
    parts.push(`${number} ${result.written || number === 0 ? "fixed" : "would be fixed"}`)
    if (result.deferred.length > 0) parts.push(`${result.deferred.length} deferred`)
  }
  if (result.silenced > 0) parts.push(`${result.silenced} silenced`)
  return `${parts.join(", ")} (${duration(result.milliseconds)})`
}

function findings({ findings }: CheckResult): string {
  if (findings.length === 0) return "no findings"
  const counts = severities
    .map((severity) => ({ severity, number: findings.filter((finding) => finding.severity === severity).length }))
    .filter(({ number }) => number > 0)
    .map(({ severity, number }) => (severity === "info" ? `${number} info` : count(number, severity)))
  return `${count(findings.length, "finding")} (${counts.join(", ")})`
}

export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`
}

function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`
}
