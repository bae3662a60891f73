import type { Command } from "commander"
import { fix } from "../../app/fix.ts"
import { version } from "../../app/package.ts"
import { mayBeSettled } from "../../app/policy.ts"
import { openProject, type Project } from "../../app/project.ts"
import type { Recording } from "../../app/record.ts"
import type { Settled } from "../../app/settled.ts"
import { CfgsyncError } from "../../model/errors.ts"
import type { FixResult } from "../../model/result.ts"
import { loadReport } from "../../report/reports.ts"
import type { Session } from "../session.ts"
import type { Voice } from "../voice.ts"
import {
  addCommonOptions,
  atLeast,
  type CommonOptions,
  projectOf,
  requestOf,
  type Shown,
  shown,
} from "./checkOptions.ts"
import { noRecord, type RecordOptions, recordingOf } from "./storeOptions.ts"

interface FixOptions extends CommonOptions, RecordOptions {
  readonly unsafe?: true
  readonly dryRun?: true
  readonly interactive?: true
  readonly ci?: true
}

export function define(command: Command, session: Session): void {
  addCommonOptions(command)
    .option("--unsafe", "also make repairs that may lose something")
    .option("--dry-run", "print the repairs as a unified diff and write nothing")
    .option("--interactive", "ask about every finding, showing the diff")
    .option("--ci", "write in CI too, where repairs are lost unless something commits them")
    .option(...noRecord)
    .addHelpText("after", closing)
    .action((paths: string[], options: FixOptions) => run(paths, options, session))
}

async function run(paths: readonly string[], options: FixOptions, session: Session): Promise<void> {
  const { io, voice, finish } = session
  if (options.interactive && !io.isTTY) {
    throw new CfgsyncError("usage", "--interactive needs a terminal", "--dry-run shows what would be done")
  }
  if (isCi(io.env.CI) && !options.ci && !options.dryRun) {
    const hint = "--dry-run shows them; --ci makes them all the same"
    throw new CfgsyncError("usage", "repairs are not made in CI, where nobody looks at them (CI is set)", hint)
  }
  const project = await openProject(projectOf(io.cwd, options))
  const progress = voice.progress("checked")
  const recording = recordingOf(session, "fix", options.record)
  const result = await fix(project, {
    ...requestOf(paths, options, progress),
    unsafe: options.unsafe ?? false,
    dryRun: options.dryRun ?? false,
    recording,
    ...(options.interactive ? { choose: (await import("../choose.ts")).createChoose(session, progress) } : {}),
  }).finally(progress.end)
  const settled = options.dryRun ? [] : await settle(project, paths, recording, voice)
  await print(await shown(project, result, options.format, voice), settled, options, session)
  const threshold = options.severity ?? "error"
  finish(result.findings.some(({ severity }) => atLeast(severity, threshold)) ? 1 : 0)
}

/** What is left changed and has no error is accepted where its policy says so. The findings tell of what waits. */
async function settle(
  project: Project,
  paths: readonly string[],
  recording: Recording,
  voice: Voice,
): Promise<readonly Settled[]> {
  if (!mayBeSettled(project)) return []
  const { settleDrift } = await import("../../app/settle.ts")
  const { selectFiles } = await import("../../app/selectFiles.ts")
  try {
    const named = paths.length === 0 ? undefined : selectFiles(project, paths)
    return await settleDrift(project, named, { recording, dryRun: false, putBack: false })
  } catch (error) {
    if (!(error instanceof CfgsyncError)) throw error
    voice.warning(`what changed could not be accepted or recorded: ${error.message}`)
    return []
  }
}

function isCi(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false"
}

/** A dry run's result is the diff, so that `cfgsync fix --dry-run | git apply` works; what is left is talk then. */
async function print(
  { result, preview, redacted }: Shown<FixResult>,
  settled: readonly Settled[],
  { dryRun, format }: FixOptions,
  { voice }: Session,
): Promise<void> {
  const report = (await loadReport(format))(result, { color: voice.color, version, settled, ...preview })
  if (!dryRun || format !== "text") {
    voice.result(report)
    return
  }
  const { diff } = await import("../../report/diff.ts")
  const patch = diff(result.plan.files, { color: voice.color })
  voice.result(patch)
  if (redacted && patch !== "")
    voice.hint("secrets are shown as stars, so do not apply this diff: `cfgsync fix` makes the repairs")
  voice.talk(report)
}

const closing = `
Every repair is proven before anything is written; what cannot be proven is left as it is, with the reason.
Exits 0 when nothing at or above --severity (without it: no error) is left, else 1.

Examples:
  cfgsync fix
  cfgsync fix --dry-run > repairs.diff
  cfgsync fix opencode.json --rule mcp/local-command --unsafe`
