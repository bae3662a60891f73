import { type Command, Option } from "commander"
import { type Effective, effectiveOpencode } from "../../app/effective.ts"
import { openProject } from "../../app/project.ts"
import { isWeaker, overriddenText } from "../../clients/index.ts"
import { CfgsyncError } from "../../model/errors.ts"
import { formatPath } from "../../model/path.ts"
import { printable } from "../../report/printable.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { type CommonOptions, projectOf, sayWithoutSecrets } from "./checkOptions.ts"

interface EffectiveOptions extends Pick<CommonOptions, "config"> {
  readonly origin?: true
  readonly format: "text" | "json"
}

export function define(command: Command, session: Session): void {
  command
    .argument("<client>", "opencode")
    .option("--origin", "with the file that each value comes from")
    .option("--config <file>", "the configuration to use, instead of the nearest one")
    .addOption(new Option("--format <format>", "how to print the result").choices(["text", "json"]).default("text"))
    .addHelpText("after", closing)
    .action((client: string, options: EffectiveOptions) => run(client, options, session))
}

async function run(client: string, options: EffectiveOptions, session: Session): Promise<void> {
  const { io, voice, finish } = session
  if (client !== "opencode")
    throw new CfgsyncError(
      "usage",
      `cfgsync does not know what counts for ${JSON.stringify(client)}`,
      "there is: opencode",
    )
  const effective = await effectiveOpencode(await openProject(projectOf(io.cwd, options)))
  await sayWithoutSecrets(
    options.format === "json" ? jsonOf(effective) : textOf(effective, options.origin === true),
    effective.sources,
    voice,
  )
  if (effective.overridden.some(isWeaker)) finish(1)
}

function jsonOf({ value, layers, settings, overridden }: Effective): string {
  return jsonText({
    value,
    layers,
    settings: settings.map(({ path, ...rest }) => ({ path: formatPath(path), ...rest })),
    overridden: overridden.map((each) => ({
      path: formatPath(each.path),
      value: each.value,
      from: each.from,
      by: each.by.from,
      weaker: isWeaker(each),
    })),
  })
}

function textOf({ settings, overridden, layers }: Effective, origin: boolean): string {
  const lines = settings.map(
    ({ path, value, from }) => `${formatPath(path)} = ${JSON.stringify(value)}${origin ? `  (${from})` : ""}`,
  )
  const lost = overridden.map((each) => `${isWeaker(each) ? "weaker: " : "no effect: "}${overriddenText(each)}`)
  const read = origin ? [`read, the last counts: ${layers.join(", ")}`] : []
  return [...lines, ...lost, ...read].map((line) => `${printable(line)}\n`).join("")
}

const closing = `
References ({env:…}, {file:…}) are shown as they are written; agents and commands in Markdown files are not shown. A permission that a later layer makes
weaker is a finding.

Examples:
  cfgsync effective opencode --origin
  cfgsync effective opencode --format json`
