import type { Finding, Severity } from "../model/finding.ts"
import type { Deferred } from "../model/plan.ts"
import type { CheckResult, FixResult } from "../model/result.ts"
import { type Colors, colorsFor } from "./colors.ts"
import { codeFrame } from "./frame.ts"
import { printable } from "./printable.ts"
import { isFixResult, type Places, placesBefore, placesOf, type Report, repairTitle, shownRepair } from "./report.ts"
import { summary } from "./summary.ts"

/** For people: place, sentence, code frame, why (once a rule), what would be done; what was fixed; the counts. */
export const text: Report = (result, options = {}) => {
  const colors = colorsFor(options.color ?? false)
  const places = placesOf(result)
  const deferred = new Map((isFixResult(result) ? result.deferred : []).map((each) => [keyOf(each.finding), each]))
  const explained = new Set<string>()
  const blocks = result.findings.map((finding) => {
    const first = !explained.has(finding.rule)
    explained.add(finding.rule)
    const left = deferred.get(keyOf(finding))
    return findingBlock(finding, { places, colors, first, left, fixing: isFixResult(result) })
  })
  if (isFixResult(result) && result.plan.fixed.length > 0) blocks.push(fixedBlock(result, colors))
  return `${[...blocks, lastLines(result, colors)].join("\n\n")}\n`
}

interface Context {
  readonly places: Places
  readonly colors: Colors
  /** Whether this is the rule's first finding of the run. */
  readonly first: boolean
  readonly left: Deferred | undefined
  readonly fixing: boolean
}

function findingBlock(finding: Finding, { places, colors, first, left, fixing }: Context): string {
  const paint = paintOf(finding.severity, colors)
  const { start } = places.range(finding.file, finding.span)
  const place = colors.bold(`${printable(finding.file)}:${start.line}:${start.column}`)
  const lines = [
    `${place}  ${paint(finding.severity)}  ${colors.dim(printable(finding.rule))}`,
    `  ${printable(finding.message)}`,
    ...frameLines(finding, places, colors, paint),
  ]
  const note = (word: string, words: string) => lines.push(`  ${colors.cyan(`${word}:`)} ${printable(words)}`)
  if (first && finding.why !== undefined) note("why", finding.why)
  if (first && finding.docs !== undefined) note("see", finding.docs)
  const repair = shownRepair(finding)
  if (left !== undefined) note("not fixed", whyLeft(left))
  else if (!fixing && repair !== undefined)
    note(
      "fix",
      `${repairTitle(finding, repair)}${repair.safety === "unsafe" ? " (unsafe, so it waits for --unsafe)" : ""}`,
    )
  return lines.join("\n").trimEnd()
}

function frameLines(finding: Finding, places: Places, colors: Colors, paint: (text: string) => string): string[] {
  const source = places.text(finding.file)
  const index = places.index(finding.file)
  if (source === undefined || index === undefined || source === "") return []
  const frame = codeFrame(source, index, finding.span)
  const width = Math.max(...frame.map((line) => String(line.number ?? "").length))
  const lines = frame.map(({ number, text }) => {
    const gutter = colors.dim(`  ${String(number ?? "").padStart(width)} |`)
    return `${gutter} ${number === undefined ? paint(text) : text}`.trimEnd()
  })
  return ["", ...lines, ""]
}

function fixedBlock(result: FixResult, colors: Colors): string {
  const places = placesBefore(result)
  const word = result.written ? "fixed" : "would fix"
  return [...result.plan.fixed]
    .sort((a, b) => byPlace(a.finding, b.finding))
    .map(({ finding, repair }) => {
      const { line, column } = places.range(finding.file, finding.span).start
      const place = `${printable(finding.file)}:${line}:${column}`
      const done = `${colors.green(word)}  ${place}  ${colors.dim(printable(finding.rule))}  ${printable(repairTitle(finding, repair))}`
      // What is left to a person, such as to set a variable, stands in what was found.
      return repair.safety === "safe" ? done : `${done}\n  ${printable(finding.message)}`
    })
    .join("\n")
}

/** Repairs are made from the end of a file to its start; people read the other way. */
function byPlace(a: Finding, b: Finding): number {
  return a.file === b.file ? a.span.start - b.span.start : a.file < b.file ? -1 : 1
}

function lastLines(result: CheckResult | FixResult, colors: Colors): string {
  const advice = isFixResult(result) ? "" : adviceFor(result.findings)
  return `${advice === "" ? "" : `${colors.dim(advice)}\n`}${colors.bold(summary(result))}`
}

function adviceFor(findings: readonly Finding[]): string {
  const repairs = findings.map(shownRepair)
  const safe = repairs.filter((repair) => repair?.safety === "safe").length
  const unsafe = repairs.filter((repair) => repair?.safety === "unsafe").length
  if (safe > 0) return `cfgsync fix repairs ${safe}${unsafe > 0 ? `, with --unsafe ${unsafe} more` : ""}`
  return unsafe > 0 ? `cfgsync fix --unsafe repairs ${unsafe}` : ""
}

function paintOf(severity: Severity, colors: Colors): (text: string) => string {
  return severity === "error" ? colors.red : severity === "warning" ? colors.yellow : colors.blue
}

/** A finding that was checked again is another object that says the same. */
function keyOf({ file, document, rule, message, span }: Finding): string {
  return JSON.stringify([file, document, rule, message, span.start])
}

/** What failed, for a person who has never heard of the proof. Where nothing was tried, the reason says all there is. */
const stepWords: Readonly<Record<Deferred["step"], string | null>> = {
  edit: "the change cannot be written into this file without guessing",
  parse: "the repaired text would not parse",
  value: "the repaired text would say something other than what is wanted",
  bytes: "text outside the repair would change",
  gone: "the finding would still be there afterwards",
  unbroken: "the repair would break something else",
  idempotent: "repairing twice would change the file twice",
  fresh: "the file changed on disk in the meantime",
  write: "the file cannot be written",
  conflict: null,
  "no-repair": null,
  declined: null,
  unsafe: null,
}

function whyLeft({ step, reason }: Deferred): string {
  return [stepWords[step] ?? [], reason].flat().join(": ")
}
