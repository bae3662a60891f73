import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import type { Client } from "../clients/client.ts"
import { clients } from "../clients/clients.ts"
import { matcher } from "../engine/glob.ts"
import { findProgram } from "../system/program.ts"
import type { System } from "../system/system.ts"
import { cacheFolder } from "./cache.ts"

const readers = clients.map((client) => ({
  client,
  reads: matcher([...client.files, ...client.beside].map((glob) => `./${glob}`)),
}))

/** The client that reads a file of a project, of those whose versions are told apart. */
export function clientReading(path: string): Client | undefined {
  return readers.find(({ reads }) => reads(path))?.client
}

/** The versions of the installed clients that have a file here, by their ids. */
export function versionsHere(system: System): Readonly<Record<string, string>> {
  const here = clients.filter(({ files }) => files.some((file) => isThere(system, file)))
  return Object.fromEntries(
    here.flatMap((client) => {
      const version = installedVersion(system, client)
      return version === undefined ? [] : [[client.id, version]]
    }),
  )
}

/**
 * The version of the client that would be started, as its package or the name of its folder says, or as it said itself when it was last asked: nothing is
 * run, so that it may be asked at any time. @returns `undefined`: it is not installed, or was installed in a way that does not tell
 */
export function installedVersion(system: System, { program }: Client): string | undefined {
  const found = findProgram(program, system.environment("PATH") ?? "", system.root)
  if (found === undefined) return undefined
  try {
    const real = realpathSync(found)
    return versionInPackage(real, program) ?? versionInPath(real, program) ?? versionLearnt(real, program)
  } catch {
    return undefined
  }
}

/** A package may bring its program in a folder of its own. */
function versionInPackage(file: string, program: string): string | undefined {
  const above = [dirname(file), dirname(dirname(file)), dirname(dirname(dirname(file)))]
  for (const folder of above) {
    const { name, version } = manifestIn(folder)
    if (typeof name === "string" && typeof version === "string" && name.includes(program)) return version
  }
  return undefined
}

/** Installers name a folder for the program and the one in it for the version; any other number is that of whoever manages versions. */
function versionInPath(file: string, program: string): string | undefined {
  const folders = file.split(/[/\\]/)
  return folders.flatMap((folder, at) => {
    if (!folder.split(/[^a-z0-9]/).includes(program)) return []
    const behind = folders[folders[at + 1] === "versions" ? at + 2 : at + 1]
    return /^v?(\d+\.\d+\.\d+[\w.-]*)$/.exec(behind ?? "")?.[1] ?? []
  })[0]
}

function versionLearnt(file: string, program: string): string | undefined {
  return isItself(file, program) ? learnt()[keyOf(file, program)]?.[lookOf(file)] : undefined
}

/** What stands in for many programs looks the same whichever version it starts. */
function isItself(file: string, program: string): boolean {
  return basename(file).includes(program) && basename(dirname(file)) !== "shims"
}

function keyOf(file: string, program: string): string {
  return `${program} ${file}`
}

/** Keep what a program said of itself, for as long as it looks the same. @param found where it lies */
export function learnVersion({ program }: Client, found: string, version: string): void {
  try {
    const real = realpathSync(found)
    const text = JSON.stringify({ ...learnt(), [keyOf(real, program)]: { [lookOf(real)]: version } })
    mkdirSync(cacheFolder(), { recursive: true, mode: 0o700 })
    const temporary = `${learntFile()}.${process.pid}`
    writeFileSync(temporary, text, { mode: 0o600 })
    renameSync(temporary, learntFile())
  } catch {
    // It is asked again the next time.
  }
}

/** By program and where it lies, and how it looked then. */
type Learnt = Readonly<Record<string, Readonly<Record<string, string>> | undefined>>

function learnt(): Learnt {
  try {
    const value: unknown = JSON.parse(readFileSync(learntFile(), "utf8"))
    return isLearnt(value) ? value : {}
  } catch {
    return {}
  }
}

function isLearnt(value: unknown): value is Learnt {
  if (typeof value !== "object" || value === null) return false
  return Object.values(value).every(
    (looks) =>
      typeof looks === "object" &&
      looks !== null &&
      Object.values(looks).every((version) => typeof version === "string"),
  )
}

function learntFile(): string {
  return join(cacheFolder(), "client-versions.json")
}

function lookOf(file: string): string {
  const { size, mtimeMs, ino } = statSync(file)
  return `${size} ${mtimeMs} ${ino}`
}

function manifestIn(folder: string): { readonly name?: unknown; readonly version?: unknown } {
  try {
    const value: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
    return typeof value === "object" && value !== null ? value : {}
  } catch {
    return {}
  }
}

function isThere(system: System, path: string): boolean {
  try {
    return system.stat(path)?.kind === "file"
  } catch {
    return false
  }
}
