import type { SchemaViolation } from "../engine/schema.ts"
import type { Document } from "../model/document.ts"
import { type Finding, severities } from "../model/finding.ts"
import { startsWith } from "../model/path.ts"
import type { Source } from "../model/source.ts"
import type { LaidSchema, LaidSchemas } from "./laidSchemas.ts"
import type { Schemas } from "./schemas.ts"

/** What is accepted but does nothing: of every schema the same rule, because it asks for the same decision. */
const noEffect = "schema/no-effect"

/** A finding of a schema, with the packs of rules that may tell of the same mistake in better words. */
export interface SchemaFinding {
  readonly finding: Finding
  readonly packs: readonly string[]
}

/**
 * One finding for one mistake: where a rule of the client's pack tells of the mistake that its schema found, the rule's words stay, and what
 * the schema would do comes last among its repairs.
 */
export function joinFindings(ofSchemas: readonly SchemaFinding[], ofRules: readonly Finding[]): readonly Finding[] {
  const joined = [...ofRules]
  const alone = ofSchemas.filter(({ finding, packs }) => {
    const index = joined.findIndex(
      (rule) => packs.some((pack) => rule.rule.startsWith(`${pack}/`)) && tellsOf(rule, finding),
    )
    const teller = joined[index]
    if (teller === undefined) return true
    joined[index] = { ...teller, repairs: [...teller.repairs, ...finding.repairs] }
    return false
  })
  return [...alone.map(({ finding }) => finding), ...joined]
}

function tellsOf(rule: Finding, { about, document, severity }: Finding): boolean {
  return (
    rule.document === document &&
    rule.about !== undefined &&
    about !== undefined &&
    rule.about.length > 0 &&
    startsWith(about, rule.about) &&
    severities.indexOf(rule.severity) <= severities.indexOf(severity)
  )
}

/** What the schemas that are laid on a file say of one of its documents. */
export async function schemaFindings(
  source: Source,
  document: Document,
  index: number,
  { laid, schemas }: { readonly laid: LaidSchemas; readonly schemas: Schemas },
): Promise<readonly SchemaFinding[]> {
  const findings: SchemaFinding[] = []
  for (const each of laid.of(source.path, document, source)) {
    const violations = await schemas.violations(each, document.value)
    for (const violation of violations)
      findings.push({ finding: findingOf(violation, each, source.path, document, index), packs: each.packs })
  }
  return findings
}

function findingOf(
  violation: SchemaViolation,
  { rule, severity }: LaidSchema,
  file: string,
  document: Document,
  index: number,
): Finding {
  const place = document.locate(violation.path)
  return {
    file,
    document: index,
    rule: violation.idle ? noEffect : rule,
    kind: "schema",
    severity: violation.idle || (violation.guess === true && severity === "error") ? "warning" : severity,
    message: violation.message,
    path: violation.path,
    about: [...violation.path, ...(violation.missing === undefined ? [] : [violation.missing])],
    span: (violation.atKey ? place?.key : undefined) ?? place?.value ?? document.span,
    priority: 0,
    repairs: violation.operations.map(({ title, safety, operation }) => ({
      title,
      safety,
      steps: [{ file, document: index, operation }],
    })),
  }
}
