import { type Explanation, explain as explainRule, type ExplainedFrame } from "../engine/explain.ts"
import { parsePathArgument } from "../engine/pathQuery.ts"
import { hasErrors } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import { type Path, startsWith } from "../model/path.ts"
import { type Project, projectPath } from "./project.ts"
import { openRun } from "./run.ts"

export interface ExplainOptions {
  /** JSONPath or JSON Pointer: only evaluations that look at it, above it or below it. */
  readonly path?: string
  /** Only this rule; absent: all that are about the file. */
  readonly rule?: string
}

/**
 * What the rules make of a file, step by step, or why they are silent.
 * @throws CfgsyncError `file-not-found`; `file-invalid` when it does not parse; `usage` for a rule that does not exist.
 */
export async function explain(
  project: Project,
  file: string,
  { path, rule }: ExplainOptions,
): Promise<readonly Explanation[]> {
  const name = projectPath(project, file)
  const run = await openRun(project, [name])
  if (rule !== undefined) run.mustKnow(rule)
  const files = run.files(new Map())
  const state = files.state(name, true)
  if (state.kind === "missing") throw new CfgsyncError("file-not-found", `${file} does not exist`)
  if (state.kind === "unreadable") throw new CfgsyncError("file-unreadable", `${file}: ${state.reason}`)
  const problem = state.parsed.problems.find(({ severity }) => severity === "error")
  if (hasErrors(state.parsed))
    throw new CfgsyncError(
      "file-invalid",
      `${file}: ${problem?.message}`,
      "mend the syntax first: no rule is asked before",
    )
  const documents = state.parsed.documents
  const place = path === undefined ? [] : parsePathArgument(path, documents[0]?.value)
  const subject = {
    file: name,
    format: run.format(name)?.name ?? "",
    documents,
    world: files.world(name, { files: new Set(), globs: new Set() }),
    environment: project.environment,
  }
  const explanations: Explanation[] = []
  for (const each of run.rules.filter(({ id }) => rule === undefined || id === rule)) {
    const explained = await explainRule(each, subject, run.evaluatorSettings)
    const elsewhere = explained.silence?.reason === "files" || explained.silence?.reason === "formats"
    if (elsewhere && rule === undefined) continue
    explanations.push({ ...explained, frames: explained.frames.filter((frame) => looksAt(frame, place)) })
  }
  return explanations
}

/** A rule without a `for` looks at the whole document. */
function looksAt({ bindings }: ExplainedFrame, place: Path): boolean {
  const path = bindings.at(-1)?.path
  return path === undefined || startsWith(path, place) || startsWith(place, path)
}
