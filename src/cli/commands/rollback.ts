import { type Command, InvalidArgumentError, Option } from "commander"
import type { Carried } from "../../app/carryOver.ts"
import { openProject } from "../../app/project.ts"
import { type RollbackResult, rollback, type Target } from "../../app/rollback.ts"
import { formatPath } from "../../model/path.ts"
import { printable } from "../../report/printable.ts"
import type { Session } from "../session.ts"
import { projectOf } from "./checkOptions.ts"
import { addRestoreOptions, type RestoreFlags, restoreOptionsOf, sayRestored } from "./restoreOptions.ts"
import { parseId } from "./undo.ts"

interface RollbackFlags extends RestoreFlags {
  readonly to?: number
  readonly before?: string
  readonly lastGood?: true
  readonly whole?: true
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
    .option("--whole", "the state as it was, without the good edits that came after it")
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
  const result = await rollback(project, files, targetOf(options), {
    ...restoreOptionsOf(session, "rollback", options),
    whole: options.whole ?? false,
  })
  await sayRestored(result, options, session, carriedOver(result))
  if (options.format === "text") for (const [path, carried] of result.carried) sayCarried(path, carried, session)
}

/** For programs: by file, which changes are there still, which are not, and how what did not parse was read. */
function carriedOver({ carried }: RollbackResult) {
  const places = (changes: Carried["kept"]) =>
    changes.map(({ document, path }) => ({ document, path: formatPath(path) }))
  return {
    carried: [...carried].map(([path, { kept, dropped, recovery, quarantine }]) => ({
      path,
      kept: places(kept),
      dropped: places(dropped),
      ...(recovery === undefined ? {} : { recovered: { by: recovery.by, title: recovery.title } }),
      ...(quarantine === undefined ? {} : { quarantine }),
    })),
  }
}

function sayCarried(path: string, { kept, dropped, recovery, quarantine }: Carried, { voice }: Session): void {
  const name = printable(path)
  if (recovery !== undefined) voice.say(`recovered ${name}: ${printable(recovery.title)}`)
  if (kept.length === 0 && recovery === undefined) return
  if (kept.length > 0) voice.say(`kept      ${name}: ${placesText(kept)}`)
  if (dropped.length > 0) voice.say(`dropped   ${name}: ${placesText(dropped)}`)
  if (quarantine !== undefined)
    voice.say(
      `aside     ${name}: lines that are in no good state and fit nowhere are in ${printable(quarantine)}: are they needed?`,
    )
}

const mostPlaces = 8

function placesText(changes: Carried["kept"]): string {
  const places = [...new Set(changes.map(({ path }) => printable(formatPath(path))))]
  const more = places.length > mostPlaces ? ` and ${places.length - mostPlaces} more` : ""
  return `${places.slice(0, mostPlaces).join(", ")}${more}`
}

const closing = `
All files are put back, or none. It is a change like any other: it stands in the history, and undo takes it back.

Good edits that came after the state are made again, and said: all but the change right after it (--to, --before), or all but what a check
finds an error in (--last-good). --whole leaves them out. A file that does not parse is recovered: by mending its syntax where the result agrees
with the good state, else by parts of that, else by all of it; lines that fit nowhere are laid aside in .cfgsync/quarantine. A file that is
gone and was never accepted is made of its template, if the configuration names one.

Examples:
  cfgsync rollback opencode.json --dry-run
  cfgsync rollback opencode.json .mcp.json --to 12
  cfgsync rollback config.toml --before 2030-01-31`
