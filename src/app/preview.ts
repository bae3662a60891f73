import { editDocument } from "../engine/editDocument.ts"
import { wholeEdits } from "../engine/editFile.ts"
import type { Finding, RepairStep } from "../model/finding.ts"
import type { Edit } from "../model/operation.ts"
import type { CheckResult, FixResult } from "../model/result.ts"
import type { Source } from "../model/source.ts"
import { shownRepair } from "../report/report.ts"
import { formatOf } from "./formats.ts"
import type { Project } from "./project.ts"

type TreeStep = Extract<RepairStep, { readonly document: number }>

/**
 * The edits of its own file that the shown repair of each finding would make alone, for programs that offer them one by one. Worded and
 * parsed back, but not yet held against the other rules, which is `fix`'s to do.
 * @returns for a finding `undefined` where it has no repair, or its repair cannot be worded.
 */
export async function previewRepairs(
  project: Project,
  result: CheckResult | FixResult,
): Promise<(finding: Finding) => readonly Edit[] | undefined> {
  const sources = textsOf(result)
  const previews = new Map<Finding, readonly Edit[]>()
  for (const finding of [
    ...result.findings,
    ...("plan" in result ? result.deferred.map(({ finding }) => finding) : []),
  ]) {
    const steps = shownRepair(finding)?.steps.filter(({ file }) => file === finding.file)
    if (steps === undefined) continue
    const source = sources.get(finding.file)
    const format = source && (await formatOf(finding.file))
    const operations = steps.filter(isTreeStep)
    if (source === undefined || format === undefined || operations.length === 0) {
      previews.set(
        finding,
        steps.flatMap((step) => editsOf(step, source)),
      )
      continue
    }
    const edited = editDocument(format, source, operations, project.settings.limits)
    if (edited.ok) previews.set(finding, edited.edits)
  }
  return (finding) => previews.get(finding)
}

/** What a fix leaves is found in the repaired texts. */
function textsOf(result: CheckResult | FixResult): ReadonlyMap<string, Source> {
  const repaired = "plan" in result ? result.plan.files : []
  return new Map([...result.sources, ...repaired.map(({ path, after }) => [path, { path, ...after }] as const)])
}

function isTreeStep(step: RepairStep): step is TreeStep {
  return "document" in step
}

/** Changes of a file beside its tree have no edits, except that a new file is all text, and what mends a text brings its own. */
function editsOf({ operation }: RepairStep, source: Source | undefined): readonly Edit[] {
  if (operation.op === "mend") return operation.edits
  if (operation.op === "put-back") return wholeEdits(source?.text ?? "", operation.text)
  return operation.op === "create" ? [{ start: 0, end: 0, text: operation.text }] : []
}
