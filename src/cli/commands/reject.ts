import type { Command } from "commander"
import { openProject } from "../../app/project.ts"
import { rejectFiles } from "../../app/rejectFiles.ts"
import type { Session } from "../session.ts"
import { projectOf } from "./checkOptions.ts"
import { addRestoreOptions, type RestoreFlags, restoreOptionsOf, sayRestored } from "./restoreOptions.ts"

interface RejectFlags extends RestoreFlags {
  readonly reason?: string
}

export function define(command: Command, session: Session): void {
  addRestoreOptions(command)
    .argument("<files...>", "files whose change is refused; they may be gone")
    .option("--reason <text>", "why; stands in the history")
    .addHelpText("after", closing)
    .action((files: string[], options: RejectFlags) => run(files, options, session))
}

async function run(files: readonly string[], options: RejectFlags, session: Session): Promise<void> {
  const project = await openProject(projectOf(session.io.cwd, options))
  const restore = restoreOptionsOf(session, "reject", options)
  const result = await rejectFiles(project, files, { ...restore, reason: options.reason ?? "" })
  await sayRestored(result, options, session)
}

const closing = `
The state that was last accepted is put back, of all files or of none; what was refused is kept, and \`cfgsync undo\` brings it back.

Examples:
  cfgsync reject opencode.json --reason "nobody asked for this server"
  cfgsync reject .claude/settings.json --dry-run`
