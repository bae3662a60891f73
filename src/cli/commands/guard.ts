import type { Command } from "commander"
import { judgeWrite, tellWrite } from "../../app/guard.ts"
import { version } from "../../app/package.ts"
import { openProject, type Project } from "../../app/project.ts"
import type { CheckResult } from "../../model/result.ts"
import { loadReport } from "../../report/reports.ts"
import { readStdin } from "../io.ts"
import type { Session } from "../session.ts"
import { projectOf, shown } from "./checkOptions.ts"
import { addStoreOptions, recordingOf, type StoreOptions } from "./storeOptions.ts"

export function define(command: Command, session: Session): void {
  const add = (name: string, summary: string) => addStoreOptions(command.command(name).description(summary))
  add("before", "exit 1 where the text on standard input would bring an error into a managed file")
    .argument("<file>", "the file that is to be written")
    .addHelpText("after", closing)
    .action((file: string, options: StoreOptions) => before(file, options, session))
  add("after", "record who changed files, and do what their acceptance says; nothing is put back")
    .argument("<files...>", "the files that were written")
    .action((files: string[], options: StoreOptions) => after(files, options, session))
}

async function before(file: string, options: StoreOptions, session: Session): Promise<void> {
  const text = await readStdin(session.io)
  const project = await openProject(projectOf(session.io.cwd, options))
  const { managed, blocked, reason, result } = await judgeWrite(project, file, text)
  const { voice, finish } = session
  if (options.format === "json" || blocked)
    await tell(project, result, { managed, blocked, ...(reason === undefined ? {} : { reason }) }, options, session)
  if (blocked && reason !== undefined) voice.say(reason)
  finish(blocked ? 1 : 0)
}

async function after(files: readonly string[], options: StoreOptions, session: Session): Promise<void> {
  const project = await openProject(projectOf(session.io.cwd, options))
  const { settled, result } = await tellWrite(project, files, recordingOf(session, "guard after", true))
  const shownSettled = settled.map(({ path, outcome }) => ({ file: path, outcome }))
  if (options.format === "json") await tell(project, result, { settled: shownSettled }, options, session)
  else for (const { file, outcome } of shownSettled) session.voice.say(`${file}: ${outcome}`)
}

/** As `check` tells of findings, with what else is to be said. */
async function tell(
  project: Project,
  found: CheckResult,
  more: object,
  { format }: StoreOptions,
  session: Session,
): Promise<void> {
  const { result, preview } = await shown(project, found, format, session.voice)
  const text = (await loadReport(format))(result, { color: session.voice.color, version, ...preview })
  session.voice.result(format === "json" ? `${JSON.stringify({ ...more, ...JSON.parse(text) }, null, 2)}\n` : text)
}

const closing = `
For what calls cfgsync from inside an agent, such as the plugin of \`cfgsync init --opencode\`. Only what the text brings counts: what is wrong in the file
already holds nothing back. CFGSYNC_AGENT and CFGSYNC_SESSION name the agent in the history.

Examples:
  cfgsync guard before opencode.json < draft.json
  CFGSYNC_AGENT=my-agent cfgsync guard after opencode.json`
