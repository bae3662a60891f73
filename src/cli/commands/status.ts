import type { Command } from "commander"
import { openProject } from "../../app/project.ts"
import { statusOf } from "../../app/status.ts"
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
  const files =
    warm === undefined
      ? await statusOf(await openProject(asked), paths, tellOf(session))
      : await warm.status(warm.project, paths)
  if (options.details === true) {
    const { detailsOf } = await import("../../app/details.ts")
    const details = await detailsOf(warm?.project ?? (await openProject(asked)), files)
    voice.result(options.format === "json" ? jsonText(details) : details.map(detailsText).join(""))
  } else if (options.format === "json") voice.result(jsonText(files))
  else if (files.length === 0) voice.say("there are no managed files")
  else voice.result(statusText(files))
  if (files.some(({ state }) => state !== "clean" && state !== "new")) finish(1)
}

const closing = `
clean: as it was accepted, permissions too; drifted: other than that; pending: and a person must accept or reject it; quarantined: it was put back too
often; missing; unreadable; new: nothing of it was ever accepted. Behind a file stand its priority and what becomes of changes, where the configuration
says so. Exits 1 when a file is neither clean nor new. --details: SHA-256, size in bytes, permissions and format, now and when it was accepted; who
accepted it, when and why; and whether its content is kept to go back to (sealed: as an age file, because there is a secret in it).

Examples:
  cfgsync status
  cfgsync status opencode.json --details
  cfgsync status --format json`
