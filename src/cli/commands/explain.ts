import { type Command, Option } from "commander"
import { explain } from "../../app/explain.ts"
import { openProject, type Project, projectPath } from "../../app/project.ts"
import { decode, type Source } from "../../model/source.ts"
import { explanation } from "../../report/explanation.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { type CommonOptions, projectOf, sayWithoutSecrets } from "./checkOptions.ts"

interface ExplainOptions extends Pick<CommonOptions, "config" | "env"> {
  readonly format: "text" | "json"
}

export function define(command: Command, session: Session): void {
  command
    .argument("<file[:path]>", "a file, or a place in it such as opencode.json:$.mcp.a or opencode.json:/mcp/a")
    .argument("[rule]", "only this rule, or schema/NAME")
    .option("--env <name>", "apply an environment of the configuration")
    .option("--config <file>", "the configuration to use, instead of the nearest one")
    .addOption(new Option("--format <format>", "how to print the result").choices(["text", "json"]).default("text"))
    .action((target: string, rule: string | undefined, options: ExplainOptions) => run(target, rule, options, session))
}

async function run(
  target: string,
  rule: string | undefined,
  options: ExplainOptions,
  { io, voice }: Session,
): Promise<void> {
  const { file, path } = splitTarget(target)
  const project = await openProject(projectOf(io.cwd, options))
  const answers = await explain(project, file, {
    ...(path === undefined ? {} : { path }),
    ...(rule === undefined ? {} : { rule }),
  })
  if (answers.length === 0) voice.say(`no rule looks at ${file}`)
  const source = sourceOf(project, file)
  const text = options.format === "json" ? jsonText(answers) : explanation(answers, { color: voice.color, ...source })
  await sayWithoutSecrets(text, Object.values(source), voice)
}

/** The text that the answers' spans count in. */
function sourceOf(project: Project, file: string): { readonly source?: Source } {
  const path = projectPath(project, file)
  const bytes = project.system.read(path, project.settings.limits.size)
  const decoded = bytes === null ? undefined : decode(path, bytes)
  return decoded?.ok ? { source: decoded.source } : {}
}

/** A path starts with `$` or `/`; what stands before it is at least two characters, so that `C:/x` stays a file. */
export function splitTarget(target: string): { readonly file: string; readonly path?: string } {
  const match = /^(.{2,}?):([$/].*)$/.exec(target)
  const [, file, path] = match ?? []
  return file === undefined || path === undefined ? { file: target } : { file, path }
}
