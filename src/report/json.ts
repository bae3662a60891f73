import type { Finding } from "../model/finding.ts"
import type { Edit } from "../model/operation.ts"
import { toPointer } from "../model/path.ts"
import type { Range } from "../model/span.ts"
import {
  isFixResult,
  type Places,
  placesBefore,
  placesOf,
  type Report,
  type ReportOptions,
  repairTitle,
  type ShownFix,
  shownFix,
} from "./report.ts"

/** The one stable shape that programs read. Ranges are 1-based, columns in UTF-16 units, ends exclusive; pointers are RFC 6901. */
export interface JsonReport {
  readonly version: 1
  readonly root: string
  readonly files: number
  readonly findings: readonly JsonFinding[]
  readonly summary: {
    readonly error: number
    readonly warning: number
    readonly info: number
    readonly fixable: number
  }
  /** Of `fix` only: what was (or, when not `written`, would be) repaired, with the repair taken. */
  readonly fixed?: readonly JsonFixed[]
  readonly deferred?: readonly (JsonFinding & { readonly step: string; readonly reason: string })[]
  /** All of it as edits of the files as they were; for a new file, of nothing. */
  readonly changes?: readonly { readonly file: string; readonly edits: readonly JsonEdit[] }[]
  readonly written?: boolean
  /** Changes that cfgsync did not make, and what became of them: `accepted`, `pending`, `quarantined`, `held back`, `gone`. */
  readonly settled?: readonly { readonly file: string; readonly outcome: string }[]
}

export interface JsonFinding extends Pick<Finding, "file" | "rule" | "kind" | "severity" | "message"> {
  readonly pointer: string
  readonly range: Range
  readonly fix: JsonFix | null
}

/** Its edits are among `changes`: those of a file are of all its repairs together. */
export interface JsonFixed extends Omit<JsonFinding, "fix"> {
  readonly fix: Omit<JsonFix, "edits">
}

interface JsonFix extends Omit<ShownFix, "edits"> {
  readonly edits: readonly JsonEdit[]
}

interface JsonEdit {
  readonly range: Range
  readonly text: string
}

export const json: Report = (result, options) => `${JSON.stringify(jsonReport(result, options), null, 2)}\n`

type Result = Parameters<Report>[0]

export function jsonReport(result: Result, { preview, settled = [] }: ReportOptions = {}): JsonReport {
  const places = placesOf(result)
  const shown = (finding: Finding) => jsonFinding(finding, shownFix(finding, preview), places)
  const findings = result.findings.map(shown)
  const number = (severity: Finding["severity"]) => findings.filter((finding) => finding.severity === severity).length
  const report: JsonReport = {
    version: 1,
    root: result.root.replaceAll("\\", "/"),
    files: result.files,
    findings,
    summary: {
      error: number("error"),
      warning: number("warning"),
      info: number("info"),
      fixable: findings.filter(({ fix }) => fix !== null).length,
    },
  }
  if (!isFixResult(result)) return report
  const before = placesBefore(result)
  return {
    ...report,
    fixed: result.plan.fixed.map(({ finding, repair }) => ({
      ...jsonFinding(finding, null, before),
      fix: { title: repairTitle(finding, repair), safety: repair.safety },
    })),
    deferred: result.deferred.map(({ finding, step, reason }) => ({ ...shown(finding), step, reason })),
    changes: result.plan.files.map(({ path, edits }) => ({ file: path, edits: jsonEdits(path, edits, before) })),
    written: result.written,
    settled: settled.map(({ path, outcome }) => ({ file: path, outcome })),
  }
}

function jsonFinding(finding: Finding, fix: ShownFix | null, places: Places): JsonFinding {
  const { file, rule, kind, severity, message } = finding
  return {
    file,
    rule,
    kind,
    severity,
    message,
    pointer: toPointer(finding.path),
    range: places.range(file, finding.span),
    fix: fix && {
      title: fix.title,
      safety: fix.safety,
      edits: jsonEdits(file, fix.edits, places),
    },
  }
}

function jsonEdits(file: string, edits: readonly Edit[], places: Places): readonly JsonEdit[] {
  return edits.map((edit) => ({ range: places.range(file, edit), text: edit.text }))
}
