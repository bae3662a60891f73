import { lstatSync, readFileSync, realpathSync, statSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { build, type MonitorNote, noteFor } from "../app/monitor/place.ts"
import { ask, folderMark } from "../app/monitor/wire.ts"
import type { ExitCode } from "./session.ts"

/** Who answered; or what was read of standard input on the way, so that it is not lost. */
export type Asked = { readonly code: ExitCode } | { readonly code: undefined; readonly stdin?: Uint8Array }

/** Milliseconds without a sign of life after which the work is done here. */
const silence = 2000
const longestInput = 16 * 1024 * 1024

/**
 * Let a running monitor of the project carry out this command line: the result is the same, and what has not changed is not checked again. Whatever goes wrong with
 * it, the work is done here. This is what every start loads, so it imports next to nothing.
 */
export async function askMonitor(): Promise<Asked> {
  const { argv, env } = process
  const words = argv.slice(2)
  if (!isForMonitor(words) || (env.CFGSYNC_NO_MONITOR ?? "") !== "") return { code: undefined }
  const cwd = realpathSync(process.cwd())
  const note = noteFor(folderOf(words, cwd), env)
  const root = note === undefined || note.build !== build || !isOurs(note) ? undefined : markOf(note.root)
  if (note === undefined || root === undefined) return { code: undefined }
  const stdin = words.some((word) => word.startsWith("--stdin-filename")) ? readInput() : undefined
  const kept = stdin === undefined ? {} : { stdin }
  if (stdin !== undefined && stdin.length > longestInput) return { code: undefined, ...kept }
  const answer = await ask(
    note.socket,
    {
      kind: "run",
      build,
      root,
      argv: words,
      cwd,
      environment: { ...env },
      streams: streams(),
      ...(stdin === undefined ? {} : { stdin: Buffer.from(stdin).toString("base64") }),
    },
    silence,
  )
  if (answer?.kind !== "ran" || (answer.code !== 0 && answer.code !== 1)) return { code: undefined, ...kept }
  await say(answer.stdout, answer.stderr)
  return { code: answer.code }
}

/** What only reads, and what a monitor knows something for. */
function isForMonitor([command, ...rest]: readonly string[]): boolean {
  if (rest.some((word) => notHere.test(word))) return false
  if (command === "hooks") return rest[0] === "run" && (rest[1] === "pre-commit" || rest[1] === "pre-merge-commit")
  return command === "check" || command === "status"
}

const notHere = /^(?:--help|-h|--accept-existing|--since(?:=.*)?)$/

/** Where the configuration is looked for. */
function folderOf(words: readonly string[], cwd: string): string {
  const at = words.indexOf("--config")
  const config = at < 0 ? undefined : words[at + 1]
  return config === undefined ? cwd : dirname(resolve(cwd, config))
}

/** Another user's monitor may not be believed. */
function isOurs({ socket }: MonitorNote): boolean {
  try {
    const stat = lstatSync(socket)
    return stat.isSocket() && (process.getuid === undefined || stat.uid === process.getuid())
  } catch {
    return false
  }
}

function markOf(folder: string): string | undefined {
  try {
    return folderMark(statSync(folder))
  } catch {
    return undefined
  }
}

/** @returns `undefined` where it cannot be read like this: who does the work reads it then. */
function readInput(): Uint8Array | undefined {
  const { isatty } = process.getBuiltinModule("node:tty")
  return isatty(0) ? undefined : readFileSync(0)
}

function streams() {
  const { isatty } = process.getBuiltinModule("node:tty")
  const stdoutTTY = isatty(1)
  return {
    stdinTTY: isatty(0),
    stdoutTTY,
    stderrTTY: isatty(2),
    ...(stdoutTTY && process.stdout.columns !== undefined ? { columns: process.stdout.columns } : {}),
  }
}

/** Streams take their time to load: where nothing is to be said, none is opened. */
async function say(result: string, talk: string): Promise<void> {
  if (talk !== "") process.stderr.write(talk)
  if (result === "") return
  const { stdout } = process
  await new Promise<void>((over) => stdout.on("error", () => over()).write(result, () => over()))
}
