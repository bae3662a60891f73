import { existsSync } from "node:fs"
import { join } from "node:path"
import { type StorePlace, storePlace } from "../store/place.ts"
import type { System } from "../system/system.ts"
import type { Settings } from "./config.ts"

/** A folder whose changes are remembered: a project, or that of a single file. */
export interface Remembered {
  readonly system: System
  /** `null`: the folder has no configuration. */
  readonly configPath: string | null
  /** What the configuration says, where it was read already. */
  readonly settings?: Settings
}

export function environmentOf({ system }: Remembered): Readonly<Record<string, string | undefined>> {
  const names = ["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"]
  return Object.fromEntries(names.map((name) => [name, system.environment(name)]))
}

export function placeOf(remembered: Remembered): StorePlace {
  return storePlace(remembered.system.root, remembered.configPath !== null, environmentOf(remembered))
}

/** Whether something is remembered. */
export function hasStore(remembered: Remembered): boolean {
  return existsSync(join(placeOf(remembered).folder, "store.db"))
}
