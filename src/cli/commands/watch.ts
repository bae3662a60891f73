import { type Command, Option } from "commander"
import type { Monitor } from "../../app/monitor/monitor.ts"
import { openProject } from "../../app/project.ts"
import { CfgsyncError } from "../../model/errors.ts"
import type { Session } from "../session.ts"
import type { WatchOptions } from "../watchOptions.ts"
import { projectOf } from "./checkOptions.ts"
import { tellOf } from "./storeOptions.ts"

export function define(command: Command, session: Session): void {
  command
    .option("--no-fix", "only tell; repair nothing")
    .option("--scan <interval>", "look at all files once in a while, as 30s or 5m, whatever the system tells")
    .option("--poll", "ask the system for no events: look at all files in turn")
    .option("--detach", "go on in the background; one monitor a project")
    .option("--status", "say how the monitor of this project is; exits 1 when there is none, or somebody is needed")
    .option("--stop", "end the monitor of this project")
    .option("--env <name>", "apply an environment of the configuration")
    .option("--config <file>", "the configuration to use, instead of the nearest one")
    .addOption(new Option("--format <format>", "how to tell").choices(["text", "json"]).default("text"))
    .addHelpText("after", closing)
    .action((options: WatchOptions) => run(options, session))
}

async function run(options: WatchOptions, session: Session): Promise<void> {
  const wanted = [options.detach, options.status, options.stop].filter((each) => each === true)
  if (wanted.length > 1) throw new CfgsyncError("usage", "--detach, --status and --stop exclude each other")
  if (wanted.length === 0) return watch(options, session)
  const { detach, showStatus, stopMonitor } = await import("../watchControl.ts")
  if (options.detach === true) return detach(options, session)
  return options.stop === true ? stopMonitor(options, session) : showStatus(options, session)
}

async function watch(options: WatchOptions, session: Session): Promise<void> {
  const { io, voice } = session
  const every = options.scan === undefined ? undefined : await pauseOf(options.scan)
  const asked = projectOf(io.cwd, options)
  const project = await openProject(asked)
  const { Residence } = await import("../../app/monitor/residence.ts")
  const { Monitor } = await import("../../app/monitor/monitor.ts")
  const { openFace } = await import("../watchFace.ts")
  const residence = Residence.take(project.root, io.env)
  let monitor: Monitor | undefined
  let end: (reason: string) => void = () => {}
  let fail: (error: unknown) => void = () => {}
  const ended = new Promise<string>((resolve, reject) => {
    end = resolve
    fail = reject
  })
  const forget = listenForEnd(io, end)
  const face = openFace(
    options,
    session,
    () => monitor,
    () => end("signal SIGINT"),
  )
  const { Keeper } = await import("../../app/monitor/keeper.ts")
  // Without repairs and somebody to tell, nothing is written at all.
  const writes = options.fix || Object.keys(project.settings.notify).length > 0
  // The monitor must not stand still while another process has the store.
  const telling = { tell: tellOf(session), print: (text: string) => voice.talk(text), patience: 0 }
  const keeper = writes ? new Keeper(() => monitor?.setting.project ?? project, telling) : undefined
  try {
    const open = await Monitor.open({
      project,
      reopen: (fresh) => openProject({ ...asked, fresh }),
      fix: options.fix,
      recording: {
        actor: { kind: "watch", name: userOf(io.env), evidence: [`process ${process.pid}`] },
        command: "watch",
        tell: tellOf(session),
        on: true,
        patience: 0,
      },
      tell: (event) => {
        face.tell(event)
        keeper?.tell(event)
      },
      failed: fail,
      ...(every === undefined ? {} : { every }),
      ...(options.poll === undefined ? {} : { poll: options.poll }),
    })
    monitor = open
    const { answer } = await import("../serve.ts")
    await residence.open(project.root, new Date(), (request) =>
      answer(request, { monitor: open, main: session.main, stop: () => end("it was asked to stop") }),
    )
    const manager = await serviceManagerOf(io.env, open)
    // Whoever wants it to end need not wait until everything was looked at.
    open.begin().then(manager.ready).catch(fail)
    let reason = "it failed"
    try {
      reason = await ended
    } finally {
      manager.stopping()
      await open.stop(reason)
    }
  } finally {
    forget()
    await keeper?.close()
    residence.close()
    face.end()
    await voice.delivered()
  }
}

function userOf(env: Session["io"]["env"]): string {
  return env.USER ?? env.LOGNAME ?? "unknown"
}

async function pauseOf(text: string): Promise<number | undefined> {
  const { parseInterval } = await import("../../app/monitor/intervals.ts")
  const interval = await parseInterval(text)
  if (interval === undefined || /[*\s]|hourly|daily/.test(text))
    throw new CfgsyncError("usage", `--scan takes a span of time, not ${JSON.stringify(text)}`, "for example 30s or 5m")
  return interval.next(new Date())
}

/** Signals, and whoever reads no more. @returns forgets them again */
function listenForEnd(io: Session["io"], end: (reason: string) => void): () => void {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const
  const listeners = signals.map((signal) => {
    const listener = () => end(`signal ${signal}`)
    process.on(signal, listener)
    return () => process.off(signal, listener)
  })
  const gone = (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") end("nobody reads what is told")
  }
  io.stdout.on("error", gone)
  return () => {
    for (const off of listeners) off()
    io.stdout.off("error", gone)
  }
}

/** Tells the service manager, where there is one, that the monitor lives: not the process, but what looks at files. */
async function serviceManagerOf(env: Session["io"]["env"], monitor: Monitor) {
  const { notifyServiceManager, watchdogPause } = await import("../../system/serviceManager.ts")
  let timer: NodeJS.Timeout | undefined
  let isOver = false
  return {
    ready: () => {
      if (!monitor.isReady || isOver) return
      notifyServiceManager(["--ready", `--status=watching ${monitor.health().files} files`], env)
      const pause = watchdogPause(env)
      if (pause === undefined) return
      timer = setInterval(() => void monitor.idle().then(() => notifyServiceManager(["WATCHDOG=1"], env)), pause)
    },
    stopping: () => {
      isOver = true
      clearInterval(timer)
      notifyServiceManager(["STOPPING=1"], env)
    },
  }
}

const closing = `
Sees a change within milliseconds, checks it and what depends on it, and repairs what can be proven once the file is quiet.
In a terminal it shows how things are, and asks about changes that wait for a person (acceptance: "ask"); elsewhere a line for each event; with --format json one object a line.

Examples:
  cfgsync watch
  cfgsync watch --no-fix --format json
  cfgsync watch --detach && cfgsync watch --status`
