import { realpathSync } from "node:fs"
import { build, noteFor } from "../app/monitor/place.ts"
import type { ExitCode } from "./session.ts"

/** What a monitor answers as well, and more quickly. */
const asked = ["check"]

/**
 * Let a running monitor of the project carry out this command line: the result is the same, and what has not changed is not checked again.
 * @returns `undefined` where there is none, or it must be done here
 */
export async function askMonitor(): Promise<ExitCode | undefined> {
  const { argv, env } = process
  const words = argv.slice(2)
  if (!asked.includes(words[0] ?? "") || (env.CFGSYNC_NO_MONITOR ?? "") !== "") return undefined
  const cwd = realpathSync(process.cwd())
  const note = noteFor(cwd, env)
  if (note === undefined || note.build !== build) return undefined
  if (words.some((word) => word.startsWith("--stdin") || word === "--help")) return undefined
  // Only now: the network and the standard streams take their time to load.
  const { ask } = await import("../app/monitor/wire.ts")
  const { stdin, stdout, stderr } = process
  const answer = await ask(
    note.socket,
    {
      kind: "run",
      build,
      argv: words,
      cwd,
      environment: { ...env },
      streams: {
        stdinTTY: stdin.isTTY === true,
        stdoutTTY: stdout.isTTY === true,
        stderrTTY: stderr.isTTY === true,
        ...(stdout.columns === undefined ? {} : { columns: stdout.columns }),
      },
    },
    60_000,
  )
  if (answer?.kind !== "ran") return undefined
  stderr.write(answer.stderr)
  await new Promise<void>((resolve) => stdout.on("error", () => resolve()).write(answer.stdout, () => resolve()))
  return answer.code === 0 || answer.code === 1 ? answer.code : 2
}
