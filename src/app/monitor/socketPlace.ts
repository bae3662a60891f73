import { lstatSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { basename, dirname, join } from "node:path"
import { CfgsyncError } from "../../model/errors.ts"

type Environment = Readonly<Record<string, string | undefined>>

/** Systems take about a hundred bytes. */
const longest = 100
const ownPrefix = "cfgsync-watch-"

/**
 * Where the socket of a monitor lies: in its folder, or where that path is too long in a new one that nobody else may enter.
 * @throws CfgsyncError `write-failed` where there is no place for it
 */
export function makeSocketPlace(folder: string, { XDG_RUNTIME_DIR }: Environment): string {
  const inside = join(folder, "socket")
  if (isShort(inside)) return inside
  for (const parent of [XDG_RUNTIME_DIR ?? "", tmpdir(), "/tmp"]) {
    const stem = join(parent, ownPrefix)
    if (parent === "" || !isShort(join(`${stem}123456`, "socket"))) continue
    try {
      return join(mkdtempSync(stem), "socket")
    } catch {
      // The next one may do.
    }
  }
  throw new CfgsyncError(
    "write-failed",
    `no socket can be made: ${inside} is too long a path, and there is no other place`,
    "set XDG_STATE_HOME or XDG_RUNTIME_DIR to a shorter one",
  )
}

/** Also of a monitor that was killed. */
export function removeSocketPlace(socket: string): void {
  rmSync(socket, { force: true })
  const folder = dirname(socket)
  const stat = lstatSync(folder, { throwIfNoEntry: false })
  const isOurs = stat?.isDirectory() === true && stat.uid === process.getuid?.()
  if (isOurs && basename(folder).startsWith(ownPrefix)) rmSync(folder, { recursive: true, force: true })
}

function isShort(path: string): boolean {
  return Buffer.byteLength(path) <= longest
}
