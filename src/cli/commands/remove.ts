import type { Command } from "commander"
import { editFile } from "../../app/edit.ts"
import type { Session } from "../session.ts"
import { documentOption, type EditOptions, targetOf } from "./editOptions.ts"
import { noRecord, type RecordOptions, recordingOf } from "./storeOptions.ts"

export function define(command: Command, session: Session): void {
  command
    .argument("<file>", "a JSON, JSONC, YAML, TOML or Markdown file")
    .argument("<path>", "a JSONPath such as $.a.b[0] or a JSON Pointer such as /a/b/0")
    .addOption(documentOption())
    .option(...noRecord)
    .addHelpText("after", "\nPrints nothing when done. An edit that would need guessing is refused with exit code 2.")
    .action((file: string, path: string, options: EditOptions & RecordOptions) =>
      editFile(
        { ...targetOf(session.io.cwd, file, path, options), operation: "remove" },
        recordingOf(session, "remove", options.record),
      ),
    )
}
