import { accessSync, constants, realpathSync, statSync } from "node:fs"
import { delimiter, isAbsolute, join, resolve, sep } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { inWords } from "./failure.ts"
import { listFiles } from "./list.ts"
import { absolutePath, fileStat, finalPlace, isInside, readRegularFile } from "./read.ts"
import { recoverFolder } from "./recover.ts"
import type { FileStat, System } from "./system.ts"
import { refusalOf, writeFiles } from "./write.ts"
import { findZsh } from "./zsh.ts"

export interface RealSystemOptions {
  /** Absent: that of this process. */
  readonly environment?: Readonly<Record<string, string | undefined>>
}

/** The real disk, from the folder `root` (absolute, or relative to the working folder). @throws `file-not-found` when it is no folder */
export function openSystem(root: string, options: RealSystemOptions = {}): System {
  const home = openRoot(root)
  const environment = options.environment ?? process.env
  return {
    root: home,
    read: (path, limit) => readRegularFile(home, absolutePath(home, path), limit, path),
    stat: (path) => statOf(home, path),
    list: (patterns, ignore) => listFiles(home, patterns, ignore),
    onPath: (command) => isOnPath(home, command, environment.PATH ?? ""),
    environment: (name) => environment[name],
    zsh: findZsh(home, environment.PATH ?? ""),
    write: (files) => writeFiles(home, files),
    recover: () => recoverFolder(home),
    refusal: (path) => refusalOf(home, path),
  }
}

function openRoot(root: string): string {
  try {
    const home = realpathSync.native(resolve(root))
    if (statSync(home).isDirectory()) return home
  } catch (error) {
    throw inWords(error, "file-not-found", root)
  }
  throw new CfgsyncError("file-not-found", `${root} is no folder`)
}

/** A link that leaves the root, and what may not be looked at, is "other": there, but nothing to work with. */
function statOf(root: string, path: string): FileStat | null {
  const full = absolutePath(root, path)
  try {
    const place = finalPlace(full)
    if (place === null) return null
    return fileStat(statSync(place, { bigint: true }), !isInside(root, full) || isInside(root, place))
  } catch (error) {
    throw inWords(error, "file-unreadable", path)
  }
}

function isOnPath(root: string, command: string, path: string): boolean {
  if (command === "" || command.includes("\0")) return false
  if (command.includes("/") || command.includes(sep))
    return isExecutable(isAbsolute(command) ? command : join(root, command))
  return path.split(delimiter).some((folder) => isExecutable(resolve(root, folder, command)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
