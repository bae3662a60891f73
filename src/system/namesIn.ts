import { readdirSync } from "node:fs"

/** What a folder holds, sorted. @returns nothing where there is no such folder, or it cannot be read */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort()
  } catch {
    return []
  }
}
