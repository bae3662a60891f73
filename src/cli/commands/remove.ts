import type { Command } from "commander"
import { editFile } from "../../app/edit.ts"
import type { Session } from "../session.ts"
import { addChangeOptions, type ChangeOptions, sayEdited, targetOf } from "./editOptions.ts"
import { recordingOf } from "./storeOptions.ts"

export function define(command: Command, session: Session): void {
  addChangeOptions(command)
    .argument("<file>", "a JSON, JSONC, YAML, TOML or Markdown file")
    .argument("<path>", "a JSONPath such as $.a.b[0] or a JSON Pointer such as /a/b/0")
    .addHelpText(
      "after",
      "\nPrints nothing when done, unless with --format json. An edit that would need guessing is refused with exit code 2.",
    )
    .action(async (file: string, path: string, options: ChangeOptions) => {
      const target = targetOf(session.io.cwd, file, path, options)
      const recording = recordingOf(session, "remove", options.record)
      sayEdited(await editFile({ ...target, operation: "remove" }, recording), options, session)
    })
}
