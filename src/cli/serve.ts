import { statSync } from "node:fs"
import { resolve } from "node:path"
import { Readable } from "node:stream"
import { findConfig } from "../app/config.ts"
import type { Monitor } from "../app/monitor/monitor.ts"
import { build } from "../app/monitor/place.ts"
import { type SameWorld, warmCheck } from "../app/monitor/warmCheck.ts"
import { warmOpening } from "../app/monitor/warmOpening.ts"
import { warmStatus } from "../app/monitor/warmStatus.ts"
import { type Answer, folderMark, type Request } from "../app/monitor/wire.ts"
import { type Project, type ProjectOptions, projectRootOf, recoverProject } from "../app/project.ts"
import { findProgram } from "../system/program.ts"
import { collect } from "./collect.ts"
import type { Io } from "./io.ts"
import { Cold, type Session, type Warm } from "./session.ts"

/** Who answers. */
export interface Host extends Pick<Session, "main"> {
  readonly monitor: Monitor
  readonly stop: () => void
}

/** Answer what is asked of a running monitor. Never throws. */
export async function answer(request: Request, host: Host): Promise<Answer> {
  const { monitor, stop } = host
  if (request.kind === "health") return { kind: "health", health: monitor.health() }
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
  if (!monitor.isReady) throw new Cold("the monitor has not looked at every file yet")
  const { root } = monitor.setting.project
  if (request.build !== build) throw new Cold("the monitor runs another version")
  if (request.root !== folderMark(statSync(root))) throw new Cold("another folder is meant")
  if (!mayRun(argv)) throw new Cold("it writes")
  for (const name of ["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"])
    if (environment[name] !== process.env[name]) throw new Cold(`${name} is another one here`)
  const stdout = collect(streams.stdoutTTY, streams.columns)
  const stderr = collect(streams.stderrTTY, streams.columns)
  const io: Io = {
    stdin: Readable.from(stdin === undefined ? [] : [Buffer.from(stdin, "base64")]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    env: environment,
    cwd,
    isTTY: streams.stdinTTY && streams.stdoutTTY,
  }
  const code = await main(argv, io, (options) => warmFor(options, monitor, request))
  // Who cannot do something says so himself.
  if (code === 2) throw new Cold("it cannot be done here")
  return { kind: "ran", code, stdout: stdout.text(), stderr: stderr.text() }
}

/** Commands that only read; what they say is checked to be the same. */
function mayRun([command, ...rest]: readonly string[]): boolean {
  if (command === "hooks") return rest[0] === "run" && /^pre-(?:merge-)?commit$/.test(rest[1] ?? "")
  return (
    command === "status" || (command === "check" && !rest.some((word) => /^--(?:accept-existing|since)/.test(word)))
  )
}

function warmFor(options: ProjectOptions, monitor: Monitor, { environment, cwd }: RunRequest): Warm {
  const { project } = monitor.setting
  const configPath = options.config === undefined ? findConfig(options.cwd) : resolve(options.cwd, options.config)
  const isSame =
    options.environment === project.environment &&
    configPath === project.configPath &&
    projectRootOf(options.cwd, configPath) === project.root
  if (!isSame) throw new Cold("another configuration is asked for")
  const refuse = (why: string): never => {
    throw new Cold(why)
  }
  const isSameWorld = sameWorld(project.root, environment)
  const warmed = async <T>(answer: () => Promise<T | undefined>): Promise<T> => {
    await recoverProject(project.system, environment, cwd)
    return (await answer()) ?? refuse("here the answer might be another one")
  }
  return {
    project: { ...project, cwd: options.cwd },
    check: (asked: Project, request) => warmed(() => warmCheck(monitor, asked, request, isSameWorld)),
    opening: warmOpening(monitor, { environment, cwd, refuse }),
    status: (asked: Project, paths) => warmed(async () => (paths.length > 0 ? undefined : warmStatus(monitor, asked))),
  }
}

/** What rules ask of the environment must be there as it is for the asker. */
function sameWorld(root: string, environment: RunRequest["environment"]): SameWorld {
  const alike = (name: string) => environment[name] === process.env[name]
  const zsh = (path: string | undefined) => findProgram("zsh", path ?? "", root)
  return (questions) =>
    (alike("PATH") || zsh(environment.PATH) === zsh(process.env.PATH)) &&
    [...questions].every((question) => {
      const [kind, name = ""] = question.split(" ")
      return kind === "variable" ? alike(name) : kind !== "command" || alike("PATH")
    })
}
