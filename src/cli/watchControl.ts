import { spawn } from "node:child_process"
import { closeSync, openSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { type MonitorNote, monitorFolder, readNote } from "../app/monitor/place.ts"
import { type Answer, ask } from "../app/monitor/wire.ts"
import { openProject } from "../app/project.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { MonitorHealth } from "../model/monitorEvent.ts"
import { count } from "../report/summary.ts"
import { makePrivateFolder } from "../store/privateFile.ts"
import { isRunning } from "../system/process.ts"
import { projectOf } from "./commands/checkOptions.ts"
import { jsonText } from "./jsonText.ts"
import type { Session } from "./session.ts"
import type { Progress } from "./voice.ts"
import { beginningWords, clock } from "./watchLines.ts"
import type { WatchOptions } from "./watchOptions.ts"

type Asked = Pick<WatchOptions, "config" | "env" | "format">

/** How the monitor of a project is. */
export async function showStatus(options: Asked, session: Session): Promise<void> {
  const { root, note } = await residenceOf(options, session)
  const { voice, finish } = session
  const answer = note === undefined ? undefined : await ask(note.socket, { kind: "health" }, 10_000)
  const health = answer?.kind === "health" ? healthOf(answer) : undefined
  if (options.format === "json") voice.result(jsonText({ root, running: note !== undefined, health: health ?? null }))
  else if (note === undefined) voice.result(`${root} is not watched\n`)
  else if (health === undefined) voice.result(`${root} is watched by process ${note.pid}, which does not answer\n`)
  else voice.result(statusLines(health, note))
  if (health === undefined || health.degraded !== null || health.configuration !== null || health.fights > 0) finish(1)
}

type Health = ReturnType<typeof healthOf>

function healthOf({ health }: Extract<Answer, { readonly kind: "health" }>) {
  const parts = new Map(typeof health === "object" && health !== null ? Object.entries(health) : [])
  const number = (name: string) => Number(parts.get(name) ?? 0)
  const words = (name: string) => (typeof parts.get(name) === "string" ? String(parts.get(name)) : null)
  const [files, drifted, repairs, pending, fights] = ["files", "drifted", "repairs", "pending", "fights"].map(number)
  return {
    files: files ?? 0,
    drifted: drifted ?? 0,
    repairs: repairs ?? 0,
    pending: pending ?? 0,
    fights: fights ?? 0,
    since: words("since") ?? "",
    degraded: words("degraded"),
    configuration: words("configuration"),
    beginning: beginningOf(parts.get("beginning")),
  }
}

function beginningOf(told: unknown): MonitorHealth["beginning"] {
  if (typeof told !== "object" || told === null) return null
  const { looked, of } = { looked: 0, of: 0, ...told }
  return { looked: Number(looked), of: Number(of) }
}

function statusLines(health: Health, { root, pid }: MonitorNote): string {
  const { files, drifted, repairs, pending, fights, since, degraded, configuration, beginning } = health
  return [
    `${root} is watched by process ${pid} since ${clock(since)}`,
    `${count(files, "file")}, ${drifted} drifted, ${count(repairs, "repair")}, ${pending} pending`,
    ...(beginning === null ? [] : [`it is still ${beginningWords(beginning)}`]),
    ...(fights > 0 ? [`${count(fights, "file")} left alone, because somebody keeps changing them back`] : []),
    ...(degraded === null ? [] : [`degraded: ${degraded}`]),
    ...(configuration === null ? [] : [`configuration: ${configuration}`]),
    "",
  ].join("\n")
}

/** End it: by asking, and where it does not answer by a signal. */
export async function stopMonitor(options: Asked, session: Session): Promise<void> {
  const { root, note } = await residenceOf(options, session)
  const { voice } = session
  if (note === undefined) {
    voice.say(`${root} is not watched`)
    return
  }
  const answer = await ask(note.socket, { kind: "stop" }, 10_000)
  if (answer === undefined && isRunning(note) === true) process.kill(note.pid, "SIGTERM")
  if (!(await ends(note, 10_000)) && isRunning(note) === true) process.kill(note.pid, "SIGKILL")
  if (!(await ends(note, 5000)))
    throw new CfgsyncError("not-possible-here", `process ${note.pid} does not end`, "look at what it waits for")
  voice.say(`${root} is no longer watched`)
}

async function ends(note: MonitorNote, patience: number): Promise<boolean> {
  const end = performance.now() + patience
  while (isRunning(note) === true) {
    if (performance.now() > end) return false
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return true
}

/** Begin it in the background, and come back when it has looked at everything once. */
export async function detach(options: WatchOptions, session: Session): Promise<void> {
  const { root, folder, note } = await residenceOf(options, session)
  if (note !== undefined)
    throw new CfgsyncError(
      "not-possible-here",
      `${root} is watched already, by process ${note.pid}`,
      "`cfgsync watch --stop` ends it",
    )
  makePrivateFolder(folder)
  const log = join(folder, "watch.log")
  const handle = openSync(log, "w", 0o600)
  const [program = "", ...args] = [
    process.execPath,
    ...process.execArgv,
    process.argv[1] ?? "",
    ...argumentsOf(options),
  ]
  const child = spawn(program, args, { cwd: session.io.cwd, detached: true, stdio: ["ignore", handle, handle] })
  closeSync(handle)
  let over = false
  child.on("exit", () => {
    over = true
  })
  const progress = session.voice.progress("looked at")
  while (!over && !(await isReady(readNote(folder), child.pid, progress)))
    await new Promise((resolve) => setTimeout(resolve, 50))
  progress.end()
  child.unref()
  if (over) throw new CfgsyncError("not-possible-here", `it ended again\n${readFileSync(log, "utf8").trim()}`)
  session.voice.say(`${root} is watched by process ${child.pid}; what happens is written to ${log}`)
}

async function isReady(note: MonitorNote | undefined, pid: number | undefined, { step }: Progress): Promise<boolean> {
  if (note === undefined || note.pid !== pid) return false
  const answer = await ask(note.socket, { kind: "health" }, 10_000)
  if (answer?.kind !== "health") return false
  const { beginning } = healthOf(answer)
  if (beginning !== null) step(beginning.looked, beginning.of)
  return beginning === null
}

function argumentsOf({ fix, format, scan, poll, env, config }: WatchOptions): readonly string[] {
  return [
    "watch",
    `--format=${format}`,
    ...(fix ? [] : ["--no-fix"]),
    ...(scan === undefined ? [] : [`--scan=${scan}`]),
    ...(poll === undefined ? [] : ["--poll"]),
    ...(env === undefined ? [] : [`--env=${env}`]),
    ...(config === undefined ? [] : [`--config=${config}`]),
  ]
}

async function residenceOf(options: Asked, { io }: Session) {
  const { root } = await openProject(projectOf(io.cwd, options))
  const folder = monitorFolder(root, io.env)
  const note = readNote(folder)
  return { root, folder, note: note !== undefined && isRunning(note) === false ? undefined : note }
}
