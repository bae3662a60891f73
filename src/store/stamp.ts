import { statSync } from "node:fs"
import { isWhole } from "./database.ts"

/**
 * What tells a store's file from any other and from itself after a change by anybody: its number, size and times. `null` while something of it is
 * still outside of the file.
 */
export function stampOf(file: string): string | null {
  if (!isWhole(file)) return null
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false })
  return stat === undefined ? null : [stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(" ")
}
