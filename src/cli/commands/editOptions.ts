import { type Command, InvalidArgumentError, Option } from "commander"
import type { EditResult } from "../../app/edit.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { noRecord, type RecordOptions } from "./storeOptions.ts"

export interface EditOptions {
  /** 1-based, as people count. */
  readonly document?: number
}

export function documentOption(): Option {
  return new Option("--document <number>", "which document of a YAML stream, from 1").argParser((text) => {
    if (!/^[1-9][0-9]*$/.test(text)) throw new InvalidArgumentError("it is a number from 1")
    return Number(text)
  })
}

/** What the app is asked for. */
export function targetOf(cwd: string, file: string, path: string, { document }: EditOptions) {
  return { cwd, file, path, ...(document === undefined ? {} : { document }) }
}

/** What the commands that change one value have in common. */
export interface ChangeOptions extends EditOptions, RecordOptions {
  readonly format: "text" | "json"
}

export function addChangeOptions(command: Command): Command {
  return command
    .addOption(documentOption())
    .option(...noRecord)
    .addOption(new Option("--format <format>", "how to print the result").choices(["text", "json"]).default("text"))
}

/** For programs: where, and whether it was otherwise before. The values are not told, since they may be secret. */
export function sayEdited(result: EditResult, { format }: ChangeOptions, { voice }: Session): void {
  if (format === "json") voice.result(jsonText(result))
}
