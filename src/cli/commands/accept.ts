import type { Command } from "commander"
import { acceptFiles } from "../../app/knownGood.ts"
import { openProject } from "../../app/project.ts"
import { formatPath } from "../../model/path.ts"
import { printable } from "../../report/printable.ts"
import { count } from "../../report/summary.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { projectOf, sayWithoutSecrets } from "./checkOptions.ts"
import { addStoreOptions, recordingOf, type StoreOptions } from "./storeOptions.ts"

interface AcceptOptions extends StoreOptions {
  readonly reason?: string
}

export function define(command: Command, session: Session): void {
  addStoreOptions(command)
    .argument("<files...>", "files or folders whose present state is good")
    .option("--reason <text>", "why it is good; stands in the history")
    .addHelpText("after", closing)
    .action((files: string[], options: AcceptOptions) => run(files, options, session))
}

async function run(files: readonly string[], options: AcceptOptions, session: Session): Promise<void> {
  const { io, voice, finish } = session
  const project = await openProject(projectOf(io.cwd, options))
  const recording = recordingOf(session, "accept", true)
  const { id, accepted, findings, sources } = await acceptFiles(project, files, {
    reason: options.reason ?? "",
    recording,
  })
  const problems = findings.map(({ file, rule, path, message }) => ({ file, rule, path: formatPath(path), message }))
  const text =
    options.format === "json"
      ? jsonText({ id: id ?? null, accepted, findings: problems })
      : [
          ...accepted.map(({ path, kept }) => `accepted ${printable(path)}${kept ? "" : lost}\n`),
          ...problems.map(
            ({ file, rule, path, message }) =>
              `${printable(file)}  ${printable(path)}  ${rule}  ${printable(message)}\n`,
          ),
        ].join("")
  await sayWithoutSecrets(text, [...sources.values()], voice)
  if (findings.length === 0) return
  voice.error(
    `nothing was accepted: ${count(findings.length, "error")} found`,
    "`cfgsync check` shows them, `cfgsync fix` repairs",
  )
  finish(1)
}

const lost =
  " (its content is not kept, because there is a secret in it and no key to seal it to: there will be no way back to it)"

const closing = `
What is accepted parses and has no error; rollback --last-good and the rules that restore go back to it.

Examples:
  cfgsync accept opencode.json --reason "the servers of the new team"
  cfgsync accept .`
