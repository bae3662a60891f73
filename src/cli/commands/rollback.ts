import { type Command, InvalidArgumentError, Option } from "commander"
import { openProject } from "../../app/project.ts"
import { rollback, type Target } from "../../app/rollback.ts"
import type { Session } from "../session.ts"
import { projectOf } from "./checkOptions.ts"
import { addRestoreOptions, type RestoreFlags, restoreOptionsOf, sayRestored } from "./restoreOptions.ts"
import { parseId } from "./undo.ts"

interface RollbackFlags extends RestoreFlags {
  readonly to?: number
  readonly before?: string
  readonly lastGood?: true
}

export function define(command: Command, session: Session): void {
  const others = ["to", "before", "lastGood"]
  const alone = (option: Option) => option.conflicts(others.filter((name) => name !== option.attributeName()))
  addRestoreOptions(command)
    .argument("<files...>", "the files to put back; they may be gone")
    .addOption(alone(new Option("--last-good", "to the state that was last accepted; so without any of these")))
    .addOption(
      alone(new Option("--to <id>", "to the state after a change, as history numbers them").argParser(parseId)),
    )
    .addOption(
      alone(
        new Option("--before <time>", "to the state before a time, as 2030-01-31 or 2030-01-31T12:00Z").argParser(
          parseTime,
        ),
      ),
    )
    .addHelpText("after", closing)
    .action((files: string[], options: RollbackFlags) => run(files, options, session))
}

function parseTime(text: string): string {
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time)) throw new InvalidArgumentError("it is a time such as 2030-01-31 or 2030-01-31T12:00:00Z")
  return new Date(time).toISOString()
}

function targetOf({ to, before }: RollbackFlags): Target {
  if (to !== undefined) return { to }
  return before === undefined ? { lastGood: true } : { before }
}

async function run(files: readonly string[], options: RollbackFlags, session: Session): Promise<void> {
  const project = await openProject(projectOf(session.io.cwd, options))
  const result = await rollback(project, files, targetOf(options), restoreOptionsOf(session, "rollback", options))
  await sayRestored(result, options, session)
}

const closing = `
All files are put back, or none. It is a change like any other: it stands in the history, and undo takes it back.

Examples:
  cfgsync rollback opencode.json --dry-run
  cfgsync rollback opencode.json .mcp.json --to 12
  cfgsync rollback config.toml --before 2030-01-31`
