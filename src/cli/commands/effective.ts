import { type Command, Option } from "commander"
import { type Effective, effectiveOf } from "../../app/effective.ts"
import { openProject } from "../../app/project.ts"
import { effectiveClients, ignoredText, overriddenText } from "../../clients/index.ts"
import { formatPath, type Path } from "../../model/path.ts"
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
    .argument("<client>", `${effectiveClients.map(({ id }) => id).join(", ")}`)
    .option("--origin", "with the file that each value comes from")
    .option("--config <file>", "the configuration to use, instead of the nearest one")
    .addOption(new Option("--format <format>", "how to print the result").choices(["text", "json"]).default("text"))
    .addHelpText("after", closing)
    .action((client: string, options: EffectiveOptions) => run(client, options, session))
}

async function run(client: string, options: EffectiveOptions, session: Session): Promise<void> {
  const { io, voice, finish } = session
  const effective = await effectiveOf(await openProject(projectOf(io.cwd, options)), client)
  await sayWithoutSecrets(
    options.format === "json" ? jsonOf(effective) : textOf(effective, options.origin === true),
    effective.sources,
    voice,
  )
  if (effective.overridden.some(({ weaker }) => weaker) || effective.unloaded.length > 0) finish(1)
}

function jsonOf({ client, value, layers, settings, overridden, ignored, unloaded }: Effective): string {
  const placed = <T extends { readonly path: Path }>({ path, ...rest }: T) => ({ path: formatPath(path), ...rest })
  return jsonText({
    client: client.id,
    value,
    layers,
    settings: settings.map(placed),
    overridden: overridden.map(({ by, ...each }) => ({ ...placed(each), by: by.from })),
    ignored: ignored.map(placed),
    unloaded: unloaded.map(placed),
  })
}

function textOf({ settings, overridden, ignored, unloaded, layers }: Effective, origin: boolean): string {
  const lines = settings.map(
    ({ path, value, from }) => `${formatPath(path)} = ${JSON.stringify(value)}${origin ? `  (${from})` : ""}`,
  )
  const lost = overridden.map((each) => `${each.weaker ? "weaker: " : "no effect: "}${overriddenText(each)}`)
  const aside = ignored.map((each) => `no effect: ${ignoredText(each)}`)
  const swallowed = unloaded.map(({ path, from, why }) => `not loaded: ${formatPath(path)} of ${from}: ${why}`)
  const read = origin ? [`read, the last counts: ${layers.join(", ")}`] : []
  return [...lines, ...lost, ...aside, ...swallowed, ...read].map((line) => `${printable(line)}\n`).join("")
}

const closing = `
A permission that a later layer makes weaker, and a server that the client does not load, are findings.

${effectiveClients.map(({ title, beyond }) => `${title}: ${beyond}`).join("\n")}

Examples:
  cfgsync effective opencode --origin
  cfgsync effective claude --format json`
