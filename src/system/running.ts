import { readFileSync, readlinkSync } from "node:fs"
import { basename } from "node:path"
import { namesIn } from "./namesIn.ts"

/** A program that runs, as far as it may be seen. */
export interface Running {
  readonly pid: number
  /** Without the program itself. */
  readonly args: readonly string[]
  /** Where it runs, absolute. */
  readonly folder: string
}

/** The processes of a program that this user may look at. Linux only: elsewhere none is seen. @param name of its file */
export function running(name: string): readonly Running[] {
  return namesIn("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return []
    try {
      const [program = "", ...args] = readFileSync(`/proc/${entry}/cmdline`, "utf8").split("\0").slice(0, -1)
      if (basename(program) !== name) return []
      return [{ pid: Number(entry), args, folder: readlinkSync(`/proc/${entry}/cwd`) }]
    } catch {
      // It has ended, or is somebody else's.
      return []
    }
  })
}
