import type { Command } from "commander"
import { historyOf, ofFile } from "../../app/history.ts"
import { openProject, projectPath } from "../../app/project.ts"
import { openProjectStore } from "../../app/projectStore.ts"
import { printable } from "../../report/printable.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { projectOf } from "./checkOptions.ts"
import { historyText } from "./historyTexts.ts"
import { addStoreOptions, type StoreOptions, tellOf } from "./storeOptions.ts"

export function define(command: Command, session: Session): void {
  addStoreOptions(command)
    .argument("[file]", "only what concerns this file, which may be gone")
    .addHelpText("after", closing)
    .action((file: string | undefined, options: StoreOptions) => run(file, options, session))
}

async function run(file: string | undefined, options: StoreOptions, session: Session): Promise<void> {
  const { io, voice } = session
  const project = await openProject(projectOf(io.cwd, options))
  const store = await openProjectStore(project, { create: false, tell: tellOf(session) })
  const items = store === undefined ? [] : historyOf(store, project)
  store?.close()
  const shown = (file === undefined ? items : ofFile(items, projectPath(project, file))).toReversed()
  if (options.format === "json") voice.result(jsonText(shown))
  else if (shown.length === 0)
    voice.say(`nothing is remembered ${items.length === 0 ? "yet" : `of ${printable(file ?? "")}`}`)
  else voice.result(historyText(shown))
}

const closing = `
Newest first, in every format. The number in front is what undo and rollback --to take.

Examples:
  cfgsync history
  cfgsync history opencode.json --format json`
