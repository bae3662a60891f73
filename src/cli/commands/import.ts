import type { Command } from "commander"
import { guardianFolders, type Remark } from "../../app/guardian/folder.ts"
import type { JudgedFile } from "../../app/guardian/judge.ts"
import { type ImportPlan, type PlannedFolder, planImport } from "../../app/guardian/planImport.ts"
import { addGroups, groupsOf } from "../../app/guardian/priorities.ts"
import { type Imported, recordImport } from "../../app/guardian/recordImport.ts"
import { openProject } from "../../app/project.ts"
import { CfgsyncError } from "../../model/errors.ts"
import { printable } from "../../report/printable.ts"
import { count } from "../../report/summary.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { projectOf, sayWithoutSecrets } from "./checkOptions.ts"
import { addStoreOptions, recordingOf, type StoreOptions } from "./storeOptions.ts"

interface ImportOptions extends StoreOptions {
  readonly dryRun?: true
}

export function define(command: Command, session: Session): void {
  addStoreOptions(command)
    .argument("<tool>", "config-guardian")
    .argument("[folder]", "its folder; without one, config-guardian/ in the project and in the user's configuration")
    .option("--dry-run", "say what would be taken over, and write nothing")
    .addHelpText("after", closing)
    .action((tool: string, folder: string | undefined, options: ImportOptions) => run(tool, folder, options, session))
}

async function run(tool: string, folder: string | undefined, options: ImportOptions, session: Session): Promise<void> {
  if (tool !== "config-guardian")
    throw new CfgsyncError("usage", `cfgsync cannot import ${JSON.stringify(tool)}`, "there is: config-guardian")
  const project = await openProject(projectOf(session.io.cwd, options))
  const recording = recordingOf(session, "import config-guardian", true)
  const plan = await planImport(project, guardianFolders(project, folder), recording.actor)
  const dry = options.dryRun === true
  const imported = dry
    ? { unkept: [], keptNow: [], adopted: plan.adopted }
    : await recordImport(project, plan, recording)
  const groups = groupsOf(plan.priorities)
  const written = dry ? undefined : await addGroups(project, groups, recording)
  const done: Done = { plan, dry, imported, groups, written }
  await sayWithoutSecrets(options.format === "json" ? jsonOf(done) : textOf(done), [], session.voice)
  if (isWrong(plan)) session.finish(1)
}

interface Done {
  readonly plan: ImportPlan
  readonly dry: boolean
  readonly imported: Imported
  readonly groups: ReturnType<typeof groupsOf>
  /** The configuration that the groups were written to. */
  readonly written: string | undefined
}

/** Something is damaged or not what it says, so that a person must look at it. */
function isWrong({ folders }: ImportPlan): boolean {
  return folders.some(
    ({ remarks, snapshots }) =>
      remarks.some(({ severity }) => severity === "error") ||
      snapshots.some(({ files }) => files.some(({ verdict }) => verdict === "refused")),
  )
}

function jsonOf({ plan, dry, imported, groups, written }: Done): string {
  return jsonText({
    dryRun: dry,
    folders: plan.folders.map(({ folder, inventory, snapshots, changes, remarks, isFresh }) => ({
      folder: folder.folder,
      inventory: { new: isFresh, files: inventory },
      snapshots: snapshots.map(({ snapshot, files, fresh }) => ({
        name: snapshot.name,
        taken: snapshot.taken === undefined ? null : new Date(snapshot.taken).toISOString(),
        reason: snapshot.metadata?.reason ?? null,
        files: files.map((file) => ({ ...file, new: fresh.includes(file) })),
      })),
      changes: { total: folder.log?.changes.length ?? 0, new: changes.length },
      remarks,
    })),
    knownGood: imported.adopted.map(({ path, snapshot }) => ({ path, snapshot: snapshot.name })),
    notKept: imported.unkept,
    keptNow: imported.keptNow,
    priorities: { groups, written: written ?? null },
  })
}

function textOf(done: Done): string {
  const { plan, dry, imported } = done
  const { unkept, keptNow } = imported
  const would = dry ? "would be " : ""
  const adopted = imported.adopted.map(({ path, snapshot }) => `${path} (snapshot ${snapshot.name})`)
  const lines = [
    ...plan.folders.flatMap((folder) => folderLines(folder, would)),
    ...(adopted.length === 0 ? [] : [`known-good${dry ? "" : " from now on"}: ${adopted.join(", ")}`]),
    ...(unkept.length === 0
      ? []
      : [`not kept, because there is a secret and no key to seal it to: ${unkept.join(", ")}`]),
    ...(keptNow.length === 0 ? [] : [`kept now, with a key to seal it to: ${keptNow.join(", ")}`]),
    ...priorityLines(done),
  ]
  return lines.map((line) => `${printable(line)}\n`).join("")
}

function folderLines({ folder, inventory, isFresh, snapshots, changes, remarks }: PlannedFolder, would: string) {
  const fresh = snapshots.reduce((sum, each) => sum + each.fresh.length, 0)
  const outside = inventory.filter(({ reason }) => reason !== undefined)
  return [
    folder.folder,
    ...remarks.map(({ file, severity, message }: Remark) => `  ${severity}  ${file}: ${message}`),
    ...outside.map(({ path, name, reason }) => `  skipped  ${name} (${path}): ${reason}`),
    ...snapshots.flatMap(({ snapshot, files }) => [
      `  snapshot ${snapshot.name}${snapshot.metadata?.reason === undefined ? "" : `: ${snapshot.metadata.reason}`}`,
      ...files.map((file) => `    ${fileText(file)}`),
    ]),
    fresh === 0 && changes.length === 0 && !isFresh
      ? "  nothing new"
      : `  ${would}taken over: ${count(fresh, "state")}, ${count(changes.length, "logged change")}${isFresh ? ", the inventory" : ""}`,
  ]
}

function fileText({ name, path, verdict, reasons }: JudgedFile): string {
  const what = name === path ? path : `${path} (${name})`
  return `${verdict}  ${what}${reasons.length === 0 ? "" : `: ${reasons.join("; ")}`}`
}

function priorityLines({ plan, groups, written, dry }: Done): readonly string[] {
  if (groups.length === 0) return []
  const said = [...plan.priorities].map(([path, priority]) => `${path} ${priority}`).join(", ")
  if (dry) return [`priorities that the configuration does not say: ${said}`]
  if (written !== undefined) return [`priorities written to ${written}: ${said}`]
  return [
    `priorities that the configuration does not say; put this into its files: ${groups.map((group) => JSON.stringify(group)).join(", ")}`,
  ]
}

const closing = `
Of the folder of config-guardian (inventory.json, snapshots/*/metadata.json, logs/change_log.jsonl) nothing is changed. A content of a snapshot is called
good when it is what its metadata say and a check finds no error in it; where nothing is known good of a file, the newest good one is. What has errors is
kept, and not called good; what is not what its metadata say is refused; what is not in the project is skipped. \`cfgsync history\` shows what was
taken over, \`cfgsync rollback FILE --to ID\` goes back to it. Priorities are written into a JSON or YAML configuration that says none, which \`cfgsync
undo\` takes back. Done twice, it is as done once.

Exit code 1: something is damaged, or not what it says.

Examples:
  cfgsync import config-guardian --dry-run
  cfgsync import config-guardian ~/.config/config-guardian`
