import { isDeepStrictEqual } from "node:util"
import { explain as explainRule } from "../engine/explain.ts"
import { parsePathArgument } from "../engine/pathQuery.ts"
import { prove } from "../engine/prove.ts"
import { hasErrors, type Parsed } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { ExplainedFrame, Explanation, JudgedRung, Rung } from "../model/explanation.ts"
import type { Repair } from "../model/finding.ts"
import { formatPath, type Path, startsWith } from "../model/path.ts"
import { checkPaths, type Seen } from "./check.ts"
import { Dependents } from "./dependents.ts"
import { groundOf } from "./fix.ts"
import type { LaidSchema } from "./laidSchemas.ts"
import { type Project, projectPath } from "./project.ts"
import { openRun, type Run } from "./run.ts"

export interface ExplainOptions {
  /** JSONPath or JSON Pointer: only evaluations that look at it, above it or below it. */
  readonly path?: string
  /** Only this rule; absent: all that are about the file. */
  readonly rule?: string
}

/**
 * What the rules and the schemas make of a file, step by step, or why they are silent.
 * A file that does not parse has one explanation: what is wrong, and how it could be mended.
 * @throws CfgsyncError `file-not-found`; `file-invalid` when it does not parse and a rule is named; `usage` for a rule that does not exist.
 */
export async function explain(
  project: Project,
  file: string,
  { path, rule }: ExplainOptions,
): Promise<readonly Explanation<JudgedRung>[]> {
  const name = projectPath(project, file)
  const run = await openRun(project, [name])
  if (rule !== undefined) await run.mustKnow(rule)
  const files = run.files(new Map())
  const state = files.state(name, true)
  if (state.kind === "unreadable") throw new CfgsyncError("file-unreadable", `${file}: ${state.reason}`)
  const parsed: Parsed = state.kind === "missing" ? { documents: [], problems: [] } : state.parsed
  if (hasErrors(parsed)) {
    if (rule === undefined || /^cfgsync\//.test(rule)) return explainSyntax(name, run)
    const problem = parsed.problems.find(({ severity }) => severity === "error")
    throw new CfgsyncError(
      "file-invalid",
      `${file}: ${problem?.message}`,
      "mend the syntax first: no rule is asked before",
    )
  }
  const { documents } = parsed
  const place = path === undefined ? [] : parsePathArgument(path, documents[0]?.value)
  const subject = {
    file: name,
    format: run.format(name)?.name ?? "",
    documents,
    world: files.world(
      name,
      { files: new Set(), globs: new Set(), outside: new Set() },
      await run.secrets(name, files),
    ),
    environment: project.environment,
  }
  const seen = await checkPaths(run, [name], new Map())
  const explanations: Explanation<JudgedRung>[] = []
  for (const each of run.rules.filter(({ id }) => rule === undefined || id === rule)) {
    const explained = await explainRule(each, subject, run.evaluatorSettings)
    const elsewhere = explained.silence?.reason === "files" || explained.silence?.reason === "formats"
    if (elsewhere && rule === undefined) continue
    const frames = explained.frames.filter((frame) => looksAt(frame, place))
    const proven = []
    for (const frame of frames) proven.push({ ...frame, ladder: await judge(frame, each.id, run, seen) })
    explanations.push({ ...explained, frames: proven })
  }
  if (state.kind === "text" && (rule === undefined || rule.startsWith("schema/")))
    for (const document of documents)
      for (const laid of run.schemas(name, document, state.source))
        if (rule === undefined || rule === laid.rule) explanations.push(await explainSchema(laid, place, run, seen))
  if (state.kind === "missing" && explanations.every(({ silence }) => silence !== undefined))
    throw new CfgsyncError("file-not-found", `${file} does not exist, and no rule speaks of that`)
  return explanations
}

/** All errors of a text share their repairs, so the first speaks for all. */
async function explainSyntax(name: string, run: Run): Promise<readonly Explanation<JudgedRung>[]> {
  const seen = await checkPaths(run, [name], new Map())
  const finding = seen.findings.find(({ kind }) => kind === "syntax")
  if (finding === undefined) return []
  const { rule, message: title, severity, repairs, hindrance } = finding
  const unaided = { title: "mend it without asking", safety: "safe", derived: true } as const
  const ladder: readonly Rung[] = [
    ...(hindrance === undefined ? [] : [{ ...unaided, reason: hindrance }]),
    ...repairs.map((repair) => ({ title: repair.title, safety: repair.safety, derived: true, repair })),
  ]
  const frame = { document: 0, bindings: [], where: [], applies: true, require: [], fires: true, ladder }
  return [{ rule, title, severity, frames: [{ ...frame, ladder: await judge(frame, rule, run, seen) }] }]
}

/** A frame for each mistake that the schema finds, or one that says there is none. What a rule of its pack tells in better words is that rule's. */
async function explainSchema(
  { name, rule, asker, severity }: LaidSchema,
  place: Path,
  run: Run,
  seen: Seen,
): Promise<Explanation<JudgedRung>> {
  const title = `held against ${name}, because of ${asker}`
  const plain = { document: 0, bindings: [], where: [], applies: true, require: [], ladder: [] }
  const frames: ExplainedFrame<JudgedRung>[] = []
  const own = seen.findings.filter(
    ({ kind, path }) => kind === "schema" && (startsWith(path, place) || startsWith(place, path)),
  )
  for (const finding of own) {
    const { document, message, path, repairs } = finding
    const nothing = { type: "all", holds: false, parts: [] } as const
    const ladder = repairs.map((repair) => ({ title: repair.title, safety: repair.safety, derived: true, repair }))
    const require = [{ text: `${formatPath(path)}: ${message}`, holds: false, condition: nothing }]
    const frame = { ...plain, document, require, fires: true, ladder }
    frames.push({ ...frame, ladder: await judge(frame, finding.rule, run, seen) })
  }
  return { rule, title, severity, frames: frames.length > 0 ? frames : [{ ...plain, fires: false }] }
}

/** Prove every rung alone, and see which is taken. */
async function judge(frame: ExplainedFrame, rule: string, run: Run, seen: Seen): Promise<readonly JudgedRung[]> {
  await run.prepareEdits()
  const { open, check, limits } = groundOf(run, new Dependents(seen.dependencies))
  const ground = {
    check: (changed: Parameters<typeof check>[0]) => check(changed, new Map()),
    version: open,
    format: (path: string) => run.format(path),
    limits,
  }
  const rungs: JudgedRung[] = []
  let taken = false
  for (const rung of frame.ladder) {
    const finding = seen.findings.find(
      (each) => each.rule === rule && each.repairs.some((repair) => sameRepair(repair, rung.repair)),
    )
    if (rung.repair === undefined || finding === undefined) {
      rungs.push({ ...rung, outcome: { type: "impossible" } })
      continue
    }
    const proof = await prove([{ finding, repair: rung.repair }], ground)
    const type = taken ? "below" : rung.safety === "safe" ? "taken" : "unsafe"
    rungs.push({ ...rung, outcome: proof.ok ? { type } : { type: "refused", step: proof.step, reason: proof.reason } })
    if (proof.ok && rung.safety === "safe") taken = true
  }
  return rungs
}

function sameRepair(left: Repair, right: Repair | undefined): boolean {
  return right !== undefined && left.title === right.title && isDeepStrictEqual(left.steps, right.steps)
}

/** A rule without a `for` looks at the whole document. */
function looksAt({ bindings }: ExplainedFrame, place: Path): boolean {
  const path = bindings.at(-1)?.path
  return path === undefined || startsWith(path, place) || startsWith(place, path)
}
