import { statSync } from "node:fs"

/**
 * What tells a store's file from any other and from itself after a change by anybody: its number, size and times. `null` while something of it is
 * still outside of the file, in the log of changes that SQLite keeps beside it.
 */
export function stampOf(file: string): string | null {
  const besides = statSync(`${file}-wal`, { throwIfNoEntry: false })
  const stat = statSync(file, { bigint: true, throwIfNoEntry: false })
  if (stat === undefined || (besides?.size ?? 0) > 0) return null
  return [stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(" ")
}
