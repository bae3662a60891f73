import type { SchemaViolation } from "../engine/schema.ts"
import type { Document } from "../model/document.ts"
import type { Finding } from "../model/finding.ts"
import type { Source } from "../model/source.ts"
import type { LaidSchema, LaidSchemas } from "./laidSchemas.ts"
import type { Schemas } from "./schemas.ts"

/** What is accepted but does nothing: of every schema the same rule, because it asks for the same decision. */
const noEffect = "schema/no-effect"

/** What the schemas that are laid on a file say of one of its documents. */
export async function schemaFindings(
  source: Source,
  document: Document,
  index: number,
  { laid, schemas }: { readonly laid: LaidSchemas; readonly schemas: Schemas },
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  for (const each of laid.of(source.path, document, source)) {
    const violations = await schemas.violations(each.name, each.asker, document.value, each.reader)
    findings.push(...violations.map((violation) => findingOf(violation, each, source.path, document, index)))
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
    severity: violation.idle ? "warning" : severity,
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
}
