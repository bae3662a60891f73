import type { Finding } from "../model/finding.ts"
import type { CheckResult } from "../model/result.ts"
import { type Places, placesOf, type Report } from "./report.ts"

/** JUnit XML: a suite a file, a case a finding. Errors and warnings are failures, infos are not; a clean run is one case that passes. */
export const junit: Report = (result) => {
  const places = placesOf(result)
  const suites = [...Map.groupBy(result.findings, (finding) => finding.file)]
  const cases = Math.max(1, result.findings.length)
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="cfgsync" tests="${cases}" failures="${failures(result.findings)}" errors="0" time="${seconds(result)}">`,
    ...(suites.length === 0 ? [cleanSuite(result)] : suites.map(([file, findings]) => suite(file, findings, places))),
    "</testsuites>",
  ]
  return `${lines.join("\n")}\n`
}

function suite(file: string, findings: readonly Finding[], places: Places): string {
  return [
    `  <testsuite name="${xml(file)}" tests="${findings.length}" failures="${failures(findings)}" errors="0">`,
    ...findings.map((finding) => testCase(finding, places)),
    "  </testsuite>",
  ].join("\n")
}

function testCase(finding: Finding, places: Places): string {
  const { line, column } = places.range(finding.file, finding.span).start
  const place = `${finding.file}:${line}:${column}`
  const body = xml(
    [`${place}  ${finding.severity}  ${finding.rule}`, finding.message, finding.why ?? ""].join("\n").trim(),
  )
  const content =
    finding.severity === "info"
      ? `<system-out>${body}</system-out>`
      : `<failure message="${xml(finding.message)}" type="${finding.severity}">${body}</failure>`
  const name = xml(`${finding.rule} at ${line}:${column}`)
  return `    <testcase name="${name}" classname="${xml(finding.file)}" file="${xml(finding.file)}" line="${line}">${content}</testcase>`
}

function cleanSuite(result: CheckResult): string {
  const name = result.files === 1 ? "1 file" : `${result.files} files`
  return `  <testsuite name="cfgsync" tests="1" failures="0" errors="0">\n    <testcase name="${name}" classname="cfgsync" />\n  </testsuite>`
}

function failures(findings: readonly Finding[]): number {
  return findings.filter((finding) => finding.severity !== "info").length
}

function seconds(result: CheckResult): string {
  return (result.milliseconds / 1000).toFixed(3)
}

/** What XML 1.0 has no way to write, not even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const notXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

function xml(text: string): string {
  return text
    .toWellFormed()
    .replace(notXml, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\t", "&#9;")
    .replaceAll("\r", "&#13;")
    .replaceAll("\n", "&#10;")
}
