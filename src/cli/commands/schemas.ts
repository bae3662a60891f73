import { type Command, Option } from "commander"
import { addedSchemas } from "../../app/addedSchemas.ts"
import { bundledName, bundledSchemas } from "../../app/catalogue.ts"
import { addSchema, updateSchemas } from "../../app/copySchemas.ts"
import { openProject } from "../../app/project.ts"
import { printable } from "../../report/printable.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { type CommonOptions, projectOf } from "./checkOptions.ts"

interface SchemasOptions extends Pick<CommonOptions, "config"> {
  readonly format: "text" | "json"
}

interface AddOptions extends SchemasOptions {
  readonly for?: string
  readonly to?: string
}

export function define(command: Command, session: Session): void {
  const add = (name: string, summary: string) =>
    command
      .command(name)
      .description(summary)
      .option("--config <file>", "the configuration to use, instead of the nearest one")
      .addOption(new Option("--format <format>", "how to print the result").choices(["text", "json"]).default("text"))
  add("list", "list the shipped schemas and those of this project").action((options: SchemasOptions) =>
    list(options, session),
  )
  add("add", "copy a schema into the project and lay it on files")
    .argument("<source>", "cfgsync:NAME, a JSON Schema file, or an https URL: the only thing that cfgsync ever fetches")
    .option("--for <glob>", "the files that it is laid on, in the configuration")
    .option("--to <file>", "where the copy stands, instead of .cfgsync/schemas/")
    .action((source: string, options: AddOptions) => addOne(source, options, session))
  add("update", "fetch again what was added").action((options: SchemasOptions) => update(options, session))
}

async function list(options: SchemasOptions, { io, voice }: Session): Promise<void> {
  const { system, settings } = await openProject(projectOf(io.cwd, options))
  const shipped = bundledSchemas()
  const added = addedSchemas(system)
  if (options.format === "json") {
    const named = shipped.map((schema) => ({ id: bundledName(schema), ...schema }))
    voice.result(jsonText({ shipped: named, added, configured: settings.schemas }))
    return
  }
  const lines = [
    ...shipped.map((schema) => [bundledName(schema), schema.title, (schema.files ?? []).join(" ")]),
    ...added.map(({ path, source }) => [path, `from ${source}`, ""]),
    ...Object.entries(settings.schemas).map(([glob, name]) => [name === false ? "off" : name, "configured", glob]),
  ]
  const width = Math.max(...lines.map(([name = ""]) => name.length))
  const text = ([name = "", title, files]: readonly string[]) =>
    `${name.padEnd(width)}  ${title}${files === "" ? "" : `: ${files}`}`
  voice.result(lines.map((line) => `${printable(text(line))}\n`).join(""))
}

async function addOne(source: string, options: AddOptions, { io, voice }: Session): Promise<void> {
  const project = await openProject(projectOf(io.cwd, options))
  const request = { source, ...(options.for && { glob: options.for }), ...(options.to && { to: options.to }) }
  const added = await addSchema(project, request)
  if (options.format === "json") {
    voice.result(jsonText(added))
    return
  }
  const line = `${JSON.stringify(options.for ?? "GLOB")}: ${JSON.stringify(added.name)}`
  voice.result(`${printable(added.name)}\n`)
  if (added.configuration === "edited") voice.say(`the configuration lays it on ${options.for}`)
  if (added.configuration === "needed" || added.configuration === "unasked")
    voice.say(`to lay it on files, write into \`schemas\` of the configuration: ${line}`)
}

async function update(options: SchemasOptions, { io, voice, finish }: Session): Promise<void> {
  const updates = await updateSchemas(await openProject(projectOf(io.cwd, options)))
  const line = ({ path, outcome, detail }: (typeof updates)[number]) =>
    `${path}: ${outcome}${detail === "" ? "" : `: ${detail}`}`
  const text = updates.map((each) => `${printable(line(each))}\n`).join("")
  voice.result(options.format === "json" ? jsonText({ updates }) : text)
  finish(updates.some(({ outcome }) => outcome === "failed") ? 1 : 0)
}
