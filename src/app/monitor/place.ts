import { readFileSync } from "node:fs"
import { homedir } from "node:os"
import { join, sep } from "node:path"
import { namesIn } from "../../system/namesIn.ts"

type Environment = Readonly<Record<string, string | undefined>>

/** What a running monitor writes down about itself. */
export interface MonitorNote {
  readonly root: string
  readonly pid: number
  /** When the process began, in clock ticks since boot, and on which machine: its number alone may be another's by now. */
  readonly start: number
  readonly place: string
  readonly socket: string
  /** Of the code that runs: another one may give other answers. */
  readonly build: string
  readonly since: string
}

/** This code, told from any other. */
export const build: string = process.env.CFGSYNC_BUILD ?? "source"

/** Where monitors of this user are known: outside of the projects, which may be read-only, or deleted. This file imports nothing, because every check asks it. */
function monitorsFolder(environment: Environment): string {
  const state = environment.XDG_STATE_HOME || join(environment.HOME || homedir(), ".local", "state")
  return join(state, "cfgsync", "watch")
}

/** The folder of the one monitor of a project. */
export function monitorFolder(root: string, environment: Environment): string {
  const name = process.getBuiltinModule("node:crypto").hash("sha256", root, "hex").slice(0, 16)
  return join(monitorsFolder(environment), name)
}

export function readNote(folder: string): MonitorNote | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(join(folder, "monitor.json"), "utf8"))
    return isNote(note) ? note : undefined
  } catch {
    return undefined
  }
}

/** The note of the monitor whose project a folder lies in, whether it runs or not. */
export function noteFor(folder: string, environment: Environment): MonitorNote | undefined {
  const home = monitorsFolder(environment)
  return namesIn(home)
    .flatMap((name) => readNote(join(home, name)) ?? [])
    .filter(({ root }) => folder === root || folder.startsWith(root.endsWith(sep) ? root : root + sep))
    .sort((a, b) => b.root.length - a.root.length)[0]
}

function isNote(value: unknown): value is MonitorNote {
  if (typeof value !== "object" || value === null) return false
  const parts = new Map(Object.entries(value))
  return (
    ["root", "place", "socket", "build", "since"].every((key) => typeof parts.get(key) === "string") &&
    ["pid", "start"].every((key) => Number.isInteger(parts.get(key)))
  )
}
