import type { Finding, Severity } from "../model/finding.ts"
import { toPointer } from "../model/path.ts"
import type { Range } from "../model/span.ts"
import { type Places, placesOf, type Report, type ReportOptions, type ShownFix, shownFix } from "./report.ts"

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  info: "note",
}
const rootName = "PROJECTROOT"

/** SARIF 2.1.0 (OASIS), one run. Locations are relative to the project root. */
export const sarif: Report = (result, options = {}) => {
  const places = placesOf(result)
  const rules = [...Map.groupBy(result.findings, (finding) => finding.rule).values()].flatMap((same) =>
    same.slice(0, 1),
  )
  const order = new Map(rules.map((finding, index) => [finding.rule, index]))
  const log = {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "cfgsync", ...versionOf(options), rules: rules.map(ruleDescriptor) } },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: { [rootName]: { uri: rootUri(result.root) } },
        results: result.findings.map((finding) => ({
          ruleId: finding.rule,
          ruleIndex: order.get(finding.rule),
          level: levels[finding.severity],
          message: { text: finding.message },
          locations: [location(finding, places)],
          ...fixesOf(finding, shownFix(finding, options.preview), places),
        })),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function versionOf({ version }: ReportOptions): { readonly version?: string } {
  return version === undefined ? {} : { version }
}

function ruleDescriptor(finding: Finding) {
  return {
    id: finding.rule,
    defaultConfiguration: { level: levels[finding.severity] },
    ...(finding.why === undefined ? {} : { fullDescription: { text: finding.why }, help: { text: finding.why } }),
    ...(finding.docs === undefined ? {} : { helpUri: finding.docs }),
  }
}

function location(finding: Finding, places: Places) {
  const range = places.text(finding.file) === undefined ? undefined : places.range(finding.file, finding.span)
  return {
    physicalLocation: {
      artifactLocation: artifact(finding.file),
      ...(range === undefined ? {} : { region: region(range) }),
    },
    ...(finding.path.length === 0 ? {} : { logicalLocations: [{ fullyQualifiedName: toPointer(finding.path) }] }),
  }
}

function artifact(file: string) {
  return { uri: file.toWellFormed().split("/").map(encodeURIComponent).join("/"), uriBaseId: rootName }
}

function region({ start, end }: Range) {
  return { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column }
}

/** SARIF wants at least one replacement in a fix, so one without known edits is left out. */
function fixesOf(finding: Finding, fix: ShownFix | null, places: Places) {
  if (fix === null || fix.edits.length === 0) return {}
  const replacements = fix.edits.map((edit) => ({
    deletedRegion: region(places.range(finding.file, edit)),
    insertedContent: { text: edit.text },
  }))
  return {
    fixes: [
      {
        description: { text: fix.title },
        artifactChanges: [{ artifactLocation: artifact(finding.file), replacements }],
      },
    ],
  }
}

/** A base must end in a slash, else the last folder is dropped when a location is resolved against it. */
function rootUri(root: string): string {
  const path = root.toWellFormed().replaceAll("\\", "/").replace(/\/*$/, "/").replace(/^\/*/, "/")
  return `file://${path
    .split("/")
    .map((part) => encodeURIComponent(part).replace(/%3A/gi, ":"))
    .join("/")}`
}
