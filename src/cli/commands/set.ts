import { type Command, Option } from "commander"
import { editFile } from "../../app/edit.ts"
import { CfgsyncError } from "../../model/errors.ts"
import { type InputType, inputTypes, parseDate, parseInput } from "../input.ts"
import { readStdin } from "../io.ts"
import type { Session } from "../session.ts"
import { addChangeOptions, type ChangeOptions, sayEdited, targetOf } from "./editOptions.ts"
import { recordingOf } from "./storeOptions.ts"

interface SetOptions extends ChangeOptions {
  readonly type?: InputType
}

export function define(command: Command, session: Session): void {
  addChangeOptions(command)
    .argument("<file>", "a JSON, JSONC, YAML, TOML or Markdown file")
    .argument("<path>", "a JSONPath such as $.a.b[0] or a JSON Pointer such as /a/b/0")
    .argument("[value]", "JSON, or else a plain string; - reads standard input, less one final line break")
    .addOption(new Option("--type <type>", "what the value is, instead of guessing").choices(inputTypes))
    .addHelpText("after", closing)
    .action((file: string, path: string, value: string | undefined, options: SetOptions) =>
      run({ file, path, value }, options, session),
    )
}

interface Request {
  readonly file: string
  readonly path: string
  readonly value: string | undefined
}

async function run({ file, path, value }: Request, options: SetOptions, session: Session): Promise<void> {
  const { io } = session
  const text = value === "-" ? await readText(io) : (value ?? (options.type === "null" ? "null" : undefined))
  if (text === undefined) throw new CfgsyncError("usage", "a value is missing", "- reads it from standard input")
  const parsed = await parseInput(text, options.type)
  const date = options.type === undefined ? parseDate(text) : undefined
  const target = targetOf(io.cwd, file, path, options)
  const result = await editFile(
    { ...target, operation: "set", value: parsed, ...(date === undefined ? {} : { date }) },
    recordingOf(session, "set", options.record),
  )
  sayEdited(result, options, session)
}

async function readText(io: Session["io"]): Promise<string> {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(await readStdin(io)).replace(/\r?\n$/, "")
  } catch (cause) {
    throw new CfgsyncError("value-invalid", "standard input is not valid UTF-8", undefined, { cause })
  }
}

const closing = `
Prints nothing when done, unless with --format json. Missing objects on the way are created; an edit that would need guessing is refused with exit code 2.

Examples:
  cfgsync set package.json $.engines.node '>=22'
  cfgsync set config.yaml /server/port 8080
  cfgsync set config.toml $.release.tag --type string 1.10
  cfgsync set config.yaml /tags/- new                     - is the place after the last element
  cfgsync set .mcp.json $.mcpServers.a - < server.json
  cfgsync set config.json $.offset -- -5`
