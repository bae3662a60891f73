import { CfgsyncError } from "../model/errors.ts"
import type { System } from "./system.ts"

/** The same world, which refuses to be written: a run on it is a dry run. `recover` does nothing. */
export function readOnly(system: System): System {
  return {
    ...system,
    write(files) {
      const [first] = files
      if (first === undefined) return
      throw new CfgsyncError("write-refused", `${first.path} is not written: this is a dry run`)
    },
    recover: () => [],
  }
}
