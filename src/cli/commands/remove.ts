import type { Command } from "commander"
import { editFile } from "../../app/edit.ts"
import type { Session } from "../session.ts"
import { documentOption, type EditOptions, targetOf } from "./editOptions.ts"

export function define(command: Command, { io }: Session): void {
  command
    .argument("<file>", "a JSON, JSONC, YAML, TOML or Markdown file")
    .argument("<path>", "a JSONPath such as $.a.b[0] or a JSON Pointer such as /a/b/0")
    .addOption(documentOption())
    .addHelpText("after", "\nPrints nothing when done. An edit that would need guessing is refused with exit code 2.")
    .action((file: string, path: string, options: EditOptions) =>
      editFile({ ...targetOf(io.cwd, file, path, options), operation: "remove" }),
    )
}
