import { readFileSync, readlinkSync } from "node:fs"
import { hostname } from "node:os"
import { errnoOf } from "./failure.ts"

/** Names a process for as long as files of it may lie about: its number alone is soon another's. */
export interface ProcessName {
  readonly pid: number
  /** Start, in clock ticks since boot; 0 where it cannot be known. */
  readonly start: number
  /** Letters and digits that tell machines and containers apart, in which the same number means another process. */
  readonly place: string
}

let own: ProcessName | undefined

/** @returns the name of this process. */
export function thisProcess(): ProcessName {
  own ??= { pid: process.pid, start: startOf(process.pid) ?? 0, place: placeName() }
  return own
}

/** @returns whether the process runs; `null` when it belongs to another machine or container. */
export function isRunning({ pid, start, place }: ProcessName): boolean | null {
  if (place !== thisProcess().place) return null
  if (process.platform === "linux") return startOf(pid) === start
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errnoOf(error) === "EPERM"
  }
}

function startOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1")
    // The second field, the command's name, may hold blanks and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
    // A zombie has ended, though nobody has asked for its exit code.
    return fields[0] === "Z" ? undefined : Number(fields[19])
  } catch {
    return undefined
  }
}

function placeName(): string {
  let text = hostname()
  try {
    text += readlinkSync("/proc/self/ns/pid")
  } catch {
    // No process namespaces here: the host's name is enough.
  }
  let sum = 0x811c9dc5
  for (const letter of text) sum = Math.imul(sum ^ (letter.codePointAt(0) ?? 0), 0x01000193) >>> 0
  return sum.toString(36)
}
