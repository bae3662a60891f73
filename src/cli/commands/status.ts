import type { Command } from "commander"
import { openProject } from "../../app/project.ts"
import { statusOf } from "../../app/status.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { projectOf } from "./checkOptions.ts"
import { statusText } from "./historyTexts.ts"
import { addStoreOptions, type StoreOptions, tellOf } from "./storeOptions.ts"

export function define(command: Command, session: Session): void {
  addStoreOptions(command)
    .argument("[paths...]", "files or folders; without any, every managed file and every other that was accepted")
    .addHelpText("after", closing)
    .action((paths: string[], options: StoreOptions) => run(paths, options, session))
}

async function run(paths: readonly string[], options: StoreOptions, session: Session): Promise<void> {
  const { io, voice, finish } = session
  const asked = projectOf(io.cwd, options)
  const warm = session.warm?.(asked)
  const files =
    warm === undefined
      ? await statusOf(await openProject(asked), paths, tellOf(session))
      : await warm.status(warm.project, paths)
  if (options.format === "json") voice.result(jsonText(files))
  else if (files.length === 0) voice.say("there are no managed files")
  else voice.result(statusText(files))
  if (files.some(({ state }) => state !== "clean" && state !== "new")) finish(1)
}

const closing = `
clean: as it was accepted, permissions too; drifted: other than that; pending: and a person must accept or reject it; quarantined: it was put back too
often; missing; unreadable; new: nothing of it was ever accepted. Behind a file stand its priority and what becomes of changes, where the configuration
says so. Exits 1 when a file is neither clean nor new.

Examples:
  cfgsync status
  cfgsync status --format json`
