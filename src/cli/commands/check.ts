import type { Command } from "commander"
import { acceptExisting } from "../../app/accepted.ts"
import { check } from "../../app/check.ts"
import { version } from "../../app/package.ts"
import { openProject, type Project } from "../../app/project.ts"
import { CfgsyncError } from "../../model/errors.ts"
import type { Finding } from "../../model/finding.ts"
import { loadReport } from "../../report/reports.ts"
import { count } from "../../report/summary.ts"
import { readStdin } from "../io.ts"
import type { Session } from "../session.ts"
import { addCommonOptions, atLeast, type CommonOptions, projectOf, requestOf, shown } from "./checkOptions.ts"

interface CheckOptions extends CommonOptions {
  readonly stdinFilename?: string
  readonly since?: string
  readonly acceptExisting?: true
  readonly reason?: string
  readonly until?: string
}

export function define(command: Command, session: Session): void {
  addCommonOptions(command)
    .option("--stdin-filename <file>", "check standard input as if it were this file")
    .option("--since <commit>", "only what was not wrong when this line of commits left another, such as origin/main")
    .option("--accept-existing", "tolerate what is found now; needs --reason and --until")
    .option("--reason <text>", "why the findings are tolerated")
    .option("--until <date>", "the day they are reported again, as 2030-01-31")
    .addHelpText("after", closing)
    .action((paths: string[], options: CheckOptions) => run(paths, options, session))
}

async function run(paths: readonly string[], options: CheckOptions, session: Session): Promise<void> {
  const { io, voice, finish } = session
  const acceptance = acceptanceOf(options)
  const stdin =
    options.stdinFilename === undefined ? {} : { stdin: { path: options.stdinFilename, text: await readStdin(io) } }
  const asked = projectOf(io.cwd, options)
  const warm = session.warm?.(asked)
  const project = warm?.project ?? (await openProject(asked))
  const progress = voice.progress("checked")
  const request = { ...requestOf(paths, options, progress), ...stdin }
  const result = await (options.since === undefined
    ? (warm?.check ?? check)(project, request)
    : (await import("../../app/git/checkSince.ts")).checkSince(project, options.since, request)
  ).finally(progress.end)
  if (acceptance !== undefined) {
    const tolerated = await acceptExisting(project, result, acceptance)
    voice.say(`accepted ${count(tolerated.length, "finding")} until ${acceptance.until}`)
    await tellLog(project, tolerated, acceptance, session)
    return
  }
  const report = await loadReport(options.format)
  const safe = await shown(project, result, options.format, voice)
  const { GITHUB_WORKSPACE: workspace = "" } = io.env
  const shownFrom = workspace === "" ? {} : { workspace }
  voice.result(report(safe.result, { color: voice.color, version, ...shownFrom, ...safe.preview }))
  const threshold = options.severity ?? "warning"
  finish(result.findings.some(({ severity }) => atLeast(severity, threshold)) ? 1 : 0)
}

/** What is tolerated lies under version control, so that it cannot be recorded here undoes nothing. */
async function tellLog(
  project: Project,
  findings: readonly Finding[],
  acceptance: NonNullable<ReturnType<typeof acceptanceOf>>,
  session: Session,
): Promise<void> {
  const [{ recordTolerated }, { recordingOf }] = await Promise.all([
    import("../../app/recordTolerated.ts"),
    import("./storeOptions.ts"),
  ])
  try {
    await recordTolerated(project, findings, acceptance, recordingOf(session, "check --accept-existing", true))
  } catch (error) {
    if (!(error instanceof CfgsyncError)) throw error
    session.voice.warning(`that could not be recorded: ${error.message}`)
  }
}

function acceptanceOf({ acceptExisting, reason, until, stdinFilename, since }: CheckOptions) {
  if (since !== undefined && (acceptExisting === true || stdinFilename !== undefined))
    throw new CfgsyncError("usage", "--since looks at the files of the project, all that came in")
  if (acceptExisting === true && stdinFilename !== undefined)
    throw new CfgsyncError("usage", "--accept-existing tolerates what is in files, not what comes from standard input")
  if (acceptExisting === undefined) {
    if (reason === undefined && until === undefined) return undefined
    throw new CfgsyncError("usage", "--reason and --until belong to --accept-existing")
  }
  if (reason !== undefined && until !== undefined) return { reason, until }
  throw new CfgsyncError(
    "usage",
    `--accept-existing needs ${reason === undefined ? "--reason" : "--until"}`,
    'for example: cfgsync check --accept-existing --reason "adopting cfgsync" --until 2030-01-31',
  )
}

const closing = `
Exits 1 when something at or above --severity is found (without it: an error or a warning).

Examples:
  cfgsync check
  cfgsync check .opencode --severity error
  cfgsync check --since origin/main --format github
  cfgsync check --stdin-filename opencode.json < draft.json
  cfgsync check --format sarif > findings.sarif`
