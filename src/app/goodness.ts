import type { FileVersion } from "../model/plan.ts"
import { encode } from "../model/source.ts"
import { count } from "../report/summary.ts"
import { leaveOutAccepted } from "./accepted.ts"
import { checkPaths } from "./check.ts"
import { clientFor } from "./policy.ts"
import type { Project } from "./project.ts"
import type { Run } from "./run.ts"

/**
 * Why contents may not be called known-good, by path; nothing for those that may. They parse, no check finds an error that is not tolerated, no rule that
 * asks for the last known-good state finds anything (it would be silent as soon as that state moved on), and the real client takes them, where the configuration says that it
 * must.
 */
export async function shortcomingsOf(
  run: Run,
  contents: ReadonlyMap<string, FileVersion>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const asking = new Set(run.rules.filter(({ needsLastGood }) => needsLastGood).map(({ id }) => id))
  const paths = [...contents.keys()]
  const seen = await checkPaths(run, paths, contents)
  const { findings } = await leaveOutAccepted(run.project, seen.findings, seen.sources)
  const shortcomings = new Map<string, readonly string[]>()
  for (const [path, content] of contents) {
    const own = findings.filter(({ file, kind }) => file === path && kind !== "drift")
    const errors = own.filter(({ severity }) => severity === "error")
    const restored = own.filter(({ rule, severity }) => severity !== "error" && asking.has(rule))
    const refused = errors.length > 0 ? undefined : await refusedByClient(run.project, path, content)
    const reasons = [
      ...(run.format(path) === undefined ? ["its format is not known, so it cannot be judged"] : []),
      ...(errors.length === 0 ? [] : [`it has ${count(errors.length, "error")} (${rulesOf(errors)})`]),
      ...(restored.length === 0 ? [] : [`a rule wants back what was accepted (${rulesOf(restored)})`]),
      ...(refused ?? []),
    ]
    if (reasons.length > 0) shortcomings.set(path, reasons)
  }
  return shortcomings
}

/** Why the real client that the configuration names for a file does not take it. */
export async function refusedByClient(
  project: Project,
  path: string,
  { source }: FileVersion,
): Promise<readonly string[] | undefined> {
  const client = clientFor(project, path)
  if (client === undefined || source === null) return undefined
  const { refusedBy } = await import("./verify.ts")
  return refusedBy(project, client, path, encode(source.text, source.bom))
}

function rulesOf(findings: readonly { readonly rule: string }[]): string {
  return [...new Set(findings.map(({ rule }) => rule))].join(", ")
}
