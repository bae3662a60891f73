import { type Command, InvalidArgumentError } from "commander"
import { openProject } from "../../app/project.ts"
import { undo } from "../../app/rollback.ts"
import type { Session } from "../session.ts"
import { projectOf } from "./checkOptions.ts"
import { addRestoreOptions, type RestoreFlags, restoreOptionsOf, sayRestored } from "./restoreOptions.ts"

export function define(command: Command, session: Session): void {
  addRestoreOptions(command)
    .argument("[id]", "the change, as history numbers them; without it the last one", parseId)
    .addHelpText("after", closing)
    .action((id: number | undefined, options: RestoreFlags) => run(id, options, session))
}

export function parseId(text: string): number {
  if (!/^[1-9][0-9]{0,14}$/.test(text)) throw new InvalidArgumentError("it is a number from 1")
  return Number(text)
}

async function run(id: number | undefined, options: RestoreFlags, session: Session): Promise<void> {
  const project = await openProject(projectOf(session.io.cwd, options))
  const result = await undo(project, id, restoreOptionsOf(session, "undo", options))
  const { change, staged } = result
  await sayRestored(result, options, session, {
    undoes: change.id,
    ...(staged === undefined ? {} : { staged: staged.id }),
  })
  if (staged !== undefined && options.format !== "json")
    session.voice.say(`what was repaired with it in git's index (${staged.id}) stays there, or in its commit`)
}

const closing = `
All files of the change are put back, or none. A file that was changed since is not touched. What a hook repaired in git's index is git's to take
back: undo says how.

Examples:
  cfgsync undo --dry-run
  cfgsync undo 12`
