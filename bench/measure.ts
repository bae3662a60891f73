import { spawnSync } from "node:child_process"
import { join } from "node:path"

/** A program to run as a fresh process. `node`: it is run by this very Node, so that its memory can be asked for. */
export interface Contestant {
  readonly name: string
  readonly command: readonly string[]
  readonly node: boolean
  readonly cwd: string
  readonly environment?: Readonly<Record<string, string>>
}

/** Milliseconds from start to end of the process, sorted. */
export type Times = readonly number[]

/** Run every contestant once unmeasured, then all of them in turn, `rounds` times over: what slows the machine down slows all of them. */
export function race(contestants: readonly Contestant[], rounds: number): ReadonlyMap<Contestant, Times> {
  for (const each of contestants) run(each)
  const times = new Map(contestants.map((each) => [each, [] as number[]]))
  for (let round = 0; round < rounds; round++) for (const [each, own] of times) own.push(run(each))
  for (const own of times.values()) own.sort((a, b) => a - b)
  return times
}

export function median(sorted: Times): number {
  const middle = sorted.length >> 1
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]]
  return (low + high) / 2
}

/** `12.3 ms [11.9 … 14.0]`: the median, then the least and the most. */
export function inWords(times: Times, divisor = 1): string {
  const figure = (value: number) => (value / divisor < 10 ? (value / divisor).toFixed(2) : (value / divisor).toFixed(1))
  return `${figure(median(times))} ms [${figure(times[0] ?? 0)} … ${figure(times.at(-1) ?? 0)}]`
}

/** The most memory that a Node program held at one time, in bytes: the least of three runs. */
export function peakMemory(contestant: Contestant): number {
  const hook = join(import.meta.dirname, "peers", "peakMemory.cjs")
  const peaks = Array.from({ length: 3 }, () => {
    const { stderr } = start(contestant, ["--require", hook])
    return Number(/peak (\d+) KiB\s*$/.exec(stderr)?.[1]) * 1024
  })
  return Math.min(...peaks)
}

function run(contestant: Contestant): number {
  const before = performance.now()
  start(contestant, [])
  return performance.now() - before
}

/** @throws Error when the program could not run; findings (exit code 1) are no failure. */
function start({ name, command, node, cwd, environment }: Contestant, options: readonly string[]) {
  const [file = "", ...args] = node ? [process.execPath, ...options, ...command] : command
  const { status, error, stderr } = spawnSync(file, args, {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    maxBuffer: 1 << 28,
  })
  if (error !== undefined || status === null || status > 1)
    throw new Error(`${name} could not run (${status}): ${error?.message ?? stderr}`)
  return { stderr }
}
