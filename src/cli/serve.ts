import { Readable, Writable } from "node:stream"
import { findConfig } from "../app/config.ts"
import type { Monitor } from "../app/monitor/monitor.ts"
import { build } from "../app/monitor/place.ts"
import { warmCheck } from "../app/monitor/warmCheck.ts"
import type { Answer, Request } from "../app/monitor/wire.ts"
import type { Project, ProjectOptions } from "../app/project.ts"
import type { Io, Output } from "./io.ts"
import { Cold, type Session, type Warm } from "./session.ts"

/** Who answers. */
export interface Host extends Pick<Session, "main"> {
  readonly monitor: Monitor
  readonly stop: () => void
}

/** Answer what is asked of a running monitor. Never throws. */
export async function answer(request: Request, host: Host): Promise<Answer> {
  const { monitor, stop } = host
  if (request.kind === "health") return { kind: "health", health: monitor.health(), findings: monitor.findings }
  if (request.kind === "stop") {
    stop()
    return { kind: "stopping" }
  }
  try {
    return await carryOut(request, host)
  } catch (error) {
    return { kind: "cold", reason: error instanceof Error ? error.message : String(error) }
  }
}

type RunRequest = Extract<Request, { readonly kind: "run" }>

async function carryOut(request: RunRequest, { monitor, main }: Host): Promise<Answer> {
  const { argv, cwd, environment, streams, stdin } = request
  if (request.build !== build) throw new Cold("the monitor runs another version")
  if (argv.includes("--accept-existing")) throw new Cold("it writes")
  assertSameWorld(monitor, environment)
  const stdout = collector(streams.stdoutTTY, streams.columns)
  const stderr = collector(streams.stderrTTY, streams.columns)
  const io: Io = {
    stdin: Readable.from(stdin === undefined ? [] : [Buffer.from(stdin, "base64")]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: environment,
    cwd,
    isTTY: streams.stdinTTY && streams.stdoutTTY,
  }
  const code = await main(argv, io, (options) => warmFor(options, monitor))
  return { kind: "ran", code, stdout: stdout.text(), stderr: stderr.text() }
}

/** What rules ask of the environment must be there as it is for the asker. */
function assertSameWorld({ ledger }: Monitor, environment: RunRequest["environment"]): void {
  const asked = [...ledger.questions().keys()].flatMap((question) => {
    const [kind, name = ""] = question.split(" ")
    return kind === "variable" ? [name] : kind === "command" ? ["PATH"] : []
  })
  for (const name of [...asked, "HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"])
    if (environment[name] !== process.env[name]) throw new Cold(`${name} is another one here`)
}

function warmFor(options: ProjectOptions, monitor: Monitor): Warm {
  const { project } = monitor.setting
  const isSame =
    options.config === undefined &&
    options.environment === project.environment &&
    findConfig(options.cwd) === project.configPath &&
    options.cwd.startsWith(project.root)
  if (!isSame) throw new Cold("another configuration is asked for")
  return {
    project: { ...project, cwd: options.cwd },
    check: async (asked: Project, request) => {
      const result = await warmCheck(monitor, asked, request)
      if (result === undefined) throw new Cold("the configuration is being changed")
      return result
    },
  }
}

function collector(
  isTTY: boolean,
  columns: number | undefined,
): { readonly stream: Output; readonly text: () => string } {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write: (chunk: Buffer | string, _, done) => {
      chunks.push(Buffer.from(chunk))
      done()
    },
  })
  const shown = Object.assign(stream, { isTTY, ...(columns === undefined ? {} : { columns }) })
  return { stream: shown, text: () => Buffer.concat(chunks).toString("utf8") }
}
