import { type Command, Option } from "commander"
import { openProject } from "../../app/project.ts"
import { type Verification, verify } from "../../app/verify.ts"
import { printable } from "../../report/printable.ts"
import { jsonText } from "../jsonText.ts"
import type { Session } from "../session.ts"
import { type CommonOptions, projectOf, sayWithoutSecrets } from "./checkOptions.ts"

interface VerifyOptions extends Pick<CommonOptions, "config" | "env"> {
  readonly format: "text" | "json"
  readonly level: "1" | "2" | "3" | "4"
}

export function define(command: Command, session: Session): void {
  command
    .argument("[client]", "opencode, claude, codex or gemini; without it, each of them whose files are here")
    .addOption(new Option("--level <level>", "how far to go").choices(["1", "2", "3", "4"]).default("4"))
    .option("--env <name>", "apply an environment of the configuration")
    .option("--config <file>", "the configuration to use, instead of the nearest one")
    .addOption(new Option("--format <format>", "how to print the result").choices(["text", "json"]).default("text"))
    .addHelpText("after", closing)
    .action((client: string | undefined, options: VerifyOptions) => run(client, options, session))
}

async function run(client: string | undefined, options: VerifyOptions, session: Session): Promise<void> {
  const { io, voice, finish } = session
  const project = await openProject(projectOf(io.cwd, options))
  const results = await verify(project, {
    ...(client === undefined ? {} : { client }),
    upTo: byWord[options.level],
  })
  if (results.length === 0) voice.say("no file here is one of a client that can be asked")
  const text = options.format === "json" ? jsonText({ results }) : results.map(textOf).join("")
  await sayWithoutSecrets(text, [], voice)
  if (results.some(isRefused)) finish(1)
}

const byWord = { "1": 1, "2": 2, "3": 3, "4": 4 } as const

function isRefused({ levels }: Verification): boolean {
  return levels.some(({ outcome }) => outcome === "failed")
}

const titles = {
  1: "reads it",
  2: "makes of it what it says",
  3: "starts servers as it says",
  4: "asks servers over HTTP as it says",
} as const

function textOf({ title, version, file, levels, unset }: Verification): string {
  const who = `${printable(file)}  ${title}${version === undefined ? "" : ` ${printable(version)}`}`
  if (levels.length === 0) return `${who}: not installed, so not asked\n`
  const lines = levels.flatMap(({ level, outcome, problems }) => [
    `  ${level} ${titles[level]}: ${outcome === "passed" ? "yes" : outcome === "failed" ? "NO" : "not asked"}`,
    ...problems.map((problem) => `      ${printable(problem)}`),
  ])
  const missing = unset.length === 0 ? [] : [`  not set here: ${printable(unset.join(", "))}`]
  return `${[who, ...lines, ...missing].join("\n")}\n`
}

const closing = `
The client runs on a copy in an empty home without network, with values made up for what the file refers to. No server of yours is started: from level
3 on, a stand-in that only writes down how it was called stands in the place of each.

  1  the client reads the file
  2  it makes of it what the file says: every server, its command, environment and switch
  3  it starts servers with those arguments, variables and folder; one that is off does not start
  4  it asks servers over HTTP at that address with those headers

Examples:
  cfgsync verify
  cfgsync verify opencode --level 2`
