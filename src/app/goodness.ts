import type { FileVersion } from "../model/plan.ts"
import { count } from "../report/summary.ts"
import { leaveOutAccepted } from "./accepted.ts"
import { checkPaths } from "./check.ts"
import type { Run } from "./run.ts"

/** Asks more of a content than the rules do, the real client for one. @returns why the content is not good; `undefined`: it is */
export type Validator = (path: string, content: FileVersion) => Promise<string | undefined>

/**
 * Why contents may not be called known-good, by path; nothing for those that may. They parse, no check finds an error that is not tolerated, no rule that
 * asks for the last known-good state finds anything (it would be silent as soon as that state moved on), and every validator agrees.
 */
export async function shortcomingsOf(
  run: Run,
  contents: ReadonlyMap<string, FileVersion>,
  validators: readonly Validator[] = [],
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
    const refused = errors.length > 0 ? [] : await Promise.all(validators.map((validate) => validate(path, content)))
    const reasons = [
      ...(run.format(path) === undefined ? ["its format is not known, so it cannot be judged"] : []),
      ...(errors.length === 0 ? [] : [`it has ${count(errors.length, "error")} (${rulesOf(errors)})`]),
      ...(restored.length === 0 ? [] : [`a rule wants back what was accepted (${rulesOf(restored)})`]),
      ...refused.flatMap((reason) => reason ?? []),
    ]
    if (reasons.length > 0) shortcomings.set(path, reasons)
  }
  return shortcomings
}

function rulesOf(findings: readonly { readonly rule: string }[]): string {
  return [...new Set(findings.map(({ rule }) => rule))].join(", ")
}
