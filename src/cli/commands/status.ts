import type { Command } from "commander"
import { openProject } from "../../app/project.ts"
import { type FileStatus, statusOf, withUpgrades } from "../../app/status.ts"
import { isReadOtherwise } from "../../app/upgradeText.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { projectOf } from "./checkOptions.ts"
import { detailsText, statusText } from "./historyTexts.ts"
import { addStoreOptions, type StoreOptions, tellOf } from "./storeOptions.ts"

export function define(command: Command, session: Session): void {
  addStoreOptions(command)
    .argument("[paths...]", "files or folders; without any, every managed file and every other that was accepted")
    .option("--details", "all that is known of each: its state now and the known-good one, who accepted that and why")
    .addHelpText("after", closing)
    .action((paths: string[], options: StatusOptions) => run(paths, options, session))
}

interface StatusOptions extends StoreOptions {
  readonly details?: true
}

async function run(paths: readonly string[], options: StatusOptions, session: Session): Promise<void> {
  const { io, voice, finish } = session
  const asked = projectOf(io.cwd, options)
  const warm = session.warm?.(asked)
  const project = warm?.project ?? (await openProject(asked))
  const found =
    warm === undefined ? await statusOf(project, paths, tellOf(session)) : await warm.status(warm.project, paths)
  const files = await withUpgrades(project, found)
  if (options.details === true) {
    const { detailsOf } = await import("../../app/details.ts")
    const details = await detailsOf(project, files)
    voice.result(options.format === "json" ? jsonText(details) : details.map(detailsText).join(""))
  } else if (options.format === "json") voice.result(jsonText(files))
  else if (files.length === 0) voice.say("there are no managed files")
  else voice.result(statusText(files))
  const isOther = ({ upgrade }: FileStatus) => upgrade !== undefined && isReadOtherwise(upgrade)
  if (files.some((file) => (file.state !== "clean" && file.state !== "new") || isOther(file))) finish(1)
}

const closing = `
clean: as it was accepted, permissions too; drifted: other than that; pending: and a person must accept or reject it; quarantined: it was put back too
often; missing; unreadable; new: nothing of it was ever accepted. Behind a file stand its priority and what becomes of changes, where the configuration
says so. Where the client that reads a file is another version than when it was accepted, that is said, with what it reads otherwise. Exits 1 when a file is
neither clean nor new, or is read otherwise. --details: SHA-256, size in bytes, permissions and format, now and when it was accepted; who
accepted it, when and why; and whether its content is kept to go back to (sealed: as an age file, because there is a secret in it).

Examples:
  cfgsync status
  cfgsync status opencode.json --details
  cfgsync status --format json`
