import { Command, CommanderError } from "commander"
import { version } from "../app/package.ts"
import { CfgsyncError } from "../model/errors.ts"
import { mayHoldSecrets } from "../secrets/recognise.ts"
import { commands } from "./commands.ts"
import type { Io } from "./io.ts"
import { Cold, type ExitCode, type Session } from "./session.ts"
import { Voice } from "./voice.ts"

/**
 * Run one command line.
 * @param argv without the program's own name.
 * @returns the exit code: 0 nothing to report, 1 findings or something needs a person, 2 could not run. Throws nothing but `Cold`, inside a monitor.
 * @param warm what the monitor knows that this runs in
 */
export async function main(argv: readonly string[], io: Io, warm?: Session["warm"]): Promise<ExitCode> {
  const voice = new Voice(io)
  let code: ExitCode = 0
  const session: Session = {
    io,
    voice,
    main,
    ...(warm === undefined ? {} : { warm }),
    finish: (ending) => {
      code = ending
    },
  }
  try {
    if (argv.some(mayHoldSecrets)) await protectFrom(argv, voice)
    const program = await createProgram(argv, session)
    await program.parseAsync(argv.length === 0 ? ["--help"] : [...argv], { from: "user" })
    return (await voice.delivered()) ? code : 2
  } catch (error) {
    // Commander has said it by then, through `outputError` below.
    if (error instanceof Cold) throw error
    if (error instanceof CommanderError) return error.exitCode === 0 && (await voice.delivered()) ? 0 : 2
    await hideSecretsOf(error, voice)
    voice.failure(error)
    return 2
  }
}

/** What goes wrong may be told with a piece of a file. */
async function hideSecretsOf(error: unknown, voice: Voice): Promise<void> {
  const words = error instanceof CfgsyncError ? [error.message, error.hint ?? ""] : [String(error)]
  await protectFrom(words, voice)
}

/** Names, paths and reasons on the command line are repeated in messages. */
async function protectFrom(words: readonly string[], voice: Voice): Promise<void> {
  const { redactorFor } = await import("../app/redact.ts")
  voice.protect(await redactorFor([], words))
}

/** The command that is asked for, of which alone the file is loaded; where it is not the first word, all by name, so that help and suggestions know them. */
async function createProgram(argv: readonly string[], session: Session): Promise<Command> {
  const { io, voice } = session
  const words = argv.filter((word) => !word.startsWith("-"))
  const asked = words[0] === "help" ? words[1] : words[0]
  const helpful = commands.some(({ name }) => name === asked) ? `cfgsync ${asked} --help` : "cfgsync --help"
  const helpCommand = new Command("help")
    .argument("[command]")
    .summary("say how to use a command")
    .helpGroup("Setting up:")
  const program = new Command("cfgsync")
    .description("Keeps configuration as its owners meant it: finds drift, explains it, and repairs what it can prove.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "say how to use cfgsync, or one of its commands")
    .addHelpCommand(helpCommand)
    .addHelpText("after", closing)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => voice.result(text),
      writeErr: (text) => voice.talk(text),
      outputError: (text) => complain(text, helpful, session),
      getOutHelpWidth: () => Math.min(io.stdout.columns ?? 100, 120),
    })
  const known = commands.filter(({ name }) => name === argv[0])
  for (const { name, usage, summary, group, load } of known.length > 0 ? known : commands) {
    const command = program.command(name).usage(usage).summary(summary).description(summary).helpGroup(group)
    if (name === asked) (await load()).define(command, session)
  }
  return program
}

/** Commander's complaint in this house's words: `error:` then `hint:`. */
function complain(text: string, helpful: string, { voice }: Session): void {
  const [message = "", suggestion] = text
    .trim()
    .replace(/^error: /, "")
    .split("\n")
  const near = suggestion?.match(/^\(Did you mean (.*)\?\)$/)?.[1]
  const dashed = /unknown option '-/.test(message) ? "; write -- before a value that starts with a dash" : ""
  voice.error(
    message.replace(/\.$/, ""),
    near === undefined ? `${helpful} says what there is${dashed}` : `did you mean ${near}?`,
  )
}

const closing = `
Examples:
  cfgsync check                                  check every managed file
  cfgsync check opencode.json --format json      one file, for a program
  cfgsync fix --dry-run                          show the repairs as a diff, write nothing
  cfgsync explain opencode.json:$.mcp.github     why is this found, or not
  cfgsync get config.toml $.server.port          a path is a JSONPath or a JSON Pointer
  cfgsync set .mcp.json /mcpServers/a/args '["-y"]'
  cfgsync rules test                             run the tests inside the rule files

Exit codes: 0 nothing to report, 1 findings or something needs a person, 2 could not run.`
