import { type Command, Option } from "commander"
import { readValue } from "../../app/edit.ts"
import { DateTime, isArray, isObject, type Value } from "../../model/value.ts"
import { printValue } from "../printValue.ts"
import type { Session } from "../session.ts"
import { documentOption, type EditOptions, targetOf } from "./editOptions.ts"

interface GetOptions extends EditOptions {
  readonly format: "text" | "json"
}

export function define(command: Command, session: Session): void {
  command
    .argument("<file>", "a JSON, JSONC, YAML, TOML or Markdown file")
    .argument("[path]", "a JSONPath such as $.a.b[0] or a JSON Pointer such as /a/b/0", "$")
    .addOption(documentOption())
    .addOption(
      new Option("--format <format>", "text prints strings without quotes").choices(["text", "json"]).default("text"),
    )
    .addHelpText("after", "\nExits 1 when there is nothing at the path.")
    .action((file: string, path: string, options: GetOptions) => run(file, path, options, session))
}

async function run(file: string, path: string, options: GetOptions, { io, voice, finish }: Session): Promise<void> {
  const value = await readValue(targetOf(io.cwd, file, path, options))
  if (value === undefined) {
    voice.error(`${file} has nothing at ${path}`)
    finish(1)
    return
  }
  voice.result(`${options.format === "text" ? plain(value) : printValue(value)}\n`)
}

function plain(value: Value): string {
  if (isArray(value) || isObject(value)) return printValue(value)
  return value instanceof DateTime ? value.text : String(value)
}
