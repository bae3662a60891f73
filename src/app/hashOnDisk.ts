import { CfgsyncError } from "../model/errors.ts"
import { sha256 } from "../system/hash.ts"
import type { System } from "../system/system.ts"

/** @returns `null` when nothing is there, "" for what cannot be read. */
export function hashOnDisk(system: System, path: string): string | null {
  try {
    const bytes = system.read(path, Number.MAX_SAFE_INTEGER)
    return bytes === null ? null : sha256(bytes)
  } catch (error) {
    if (error instanceof CfgsyncError) return ""
    throw error
  }
}
