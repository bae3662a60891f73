import type { Evaluator, EvaluatorSettings } from "../engine/evaluate.ts"
import type { SchemaViolation } from "../engine/schema.ts"
import { applySuppressions, type SuppressionEntry } from "../engine/suppress.ts"
import type { Document, Parsed, Problem } from "../model/document.ts"
import { hasErrors } from "../model/document.ts"
import type { Finding, Severity } from "../model/finding.ts"
import type { Source } from "../model/source.ts"
import type { Value } from "../model/value.ts"
import type { Dependencies, Files } from "./world.ts"

/** One file, checked. `source` is absent where there is no text. */
export interface Checked {
  readonly findings: readonly Finding[]
  readonly silenced: number
  readonly source: Source | undefined
  readonly dependencies: Dependencies
}

/** What every file of a run is held against. */
export interface Measure {
  readonly evaluator: Evaluator
  readonly evaluatorSettings: EvaluatorSettings
  /** The schemas that the configuration lays on files. */
  readonly schemas: readonly { readonly name: string; readonly matches: (path: string) => boolean }[]
  readonly violations: (name: string, value: Value) => readonly SchemaViolation[]
  readonly suppressions: readonly SuppressionEntry[]
  /** Configured severities by rule id, those of `cfgsync/…` and `schema/…` among them. */
  readonly severity: Readonly<Record<string, Severity | "off">>
  readonly ruleIds: readonly string[]
  readonly environment: string | undefined
  /** Whether it is a finding that the file is not there. */
  readonly required: (path: string) => boolean
}

/** Check one file against everything: its syntax, its schemas, its rules; then leave out what its owner suppressed with a reason. */
export async function checkFile(path: string, files: Files, measure: Measure): Promise<Checked> {
  const dependencies: Dependencies = { files: new Set(), globs: new Set() }
  const state = files.state(path, false)
  if (state.kind === "unreadable") {
    const kind = state.code === "encoding" ? "syntax" : "unreadable"
    const finding = wholeFile(path, `cfgsync/${state.code}`, kind, state.reason)
    return { findings: withSeverity(finding, measure), silenced: 0, source: undefined, dependencies }
  }
  const parsed: Parsed = state.kind === "text" ? state.parsed : { documents: [], problems: [] }
  const documents = hasErrors(parsed) ? [] : parsed.documents
  const own = [
    ...(state.kind === "missing" && measure.required(path)
      ? [wholeFile(path, "cfgsync/missing", "missing", "the file is missing, and the configuration requires it")]
      : []),
    ...parsed.problems.map((problem) => syntaxFinding(path, problem)),
    ...documents.flatMap((document, index) => schemaFindings(path, document, index, measure)),
  ]
  const findings = [
    ...own.flatMap((finding) => withSeverity(finding, measure)),
    ...(await measure.evaluator.evaluate({
      file: path,
      format: files.format(path)?.name ?? "",
      documents,
      world: files.world(path, dependencies),
      environment: measure.environment,
    })),
  ]
  const source = state.kind === "text" ? state.source : undefined
  if (source === undefined) return { findings, silenced: 0, source, dependencies }
  return {
    ...applySuppressions({
      findings,
      file: path,
      source,
      documents,
      entries: measure.suppressions,
      ruleIds: measure.ruleIds,
    }),
    source,
    dependencies,
  }
}

/** The evaluator does this for rules; here it is done for what cfgsync finds itself. */
function withSeverity(finding: Finding, { severity }: Measure): readonly Finding[] {
  const level = severity[finding.rule]
  return level === "off" ? [] : [level === undefined ? finding : { ...finding, severity: level }]
}

function wholeFile(file: string, rule: string, kind: Finding["kind"], message: string): Finding {
  return {
    file,
    document: 0,
    rule,
    kind,
    severity: "error",
    message,
    path: [],
    span: { start: 0, end: 0 },
    priority: 0,
    repairs: [],
  }
}

function syntaxFinding(file: string, { code, severity, message, span, path }: Problem): Finding {
  return {
    file,
    document: 0,
    rule: `cfgsync/${code}`,
    kind: "syntax",
    severity,
    message,
    path: path ?? [],
    span,
    priority: 0,
    repairs: [],
  }
}

function schemaFindings(
  file: string,
  document: Document,
  index: number,
  { schemas, violations }: Measure,
): readonly Finding[] {
  return schemas
    .filter(({ matches }) => matches(file))
    .flatMap(({ name }) =>
      violations(name, document.value).map((violation): Finding => {
        const place = document.locate(violation.path)
        return {
          file,
          document: index,
          rule: `schema/${name}`,
          kind: "schema",
          severity: "error",
          message: violation.message,
          path: violation.path,
          span: (violation.atKey ? place?.key : undefined) ?? place?.value ?? document.span,
          priority: 0,
          repairs: violation.operations.map(({ title, safety, operation }) => ({
            title,
            safety,
            steps: [{ file, document: index, operation }],
          })),
        }
      }),
    )
}
