import { CfgsyncError } from "../model/errors.ts"
import { openUnchanging } from "./database.ts"
import { endOf, rememberedEnd } from "./end.ts"
import { inspect } from "./inspect.ts"
import type { StorePlace } from "./place.ts"
import { metaOf } from "./rows.ts"
import { stampOf } from "./stamp.ts"
import { Store } from "./store.ts"
import type { Memory } from "./witness.ts"

/** A store that can be read only. @throws CfgsyncError for one that is damaged: where nothing can be written it cannot be set aside */
export function openToRead(place: StorePlace, file: string, memory: Memory | undefined): Store {
  const { database, close } = openUnchanging(file)
  let reason: string
  try {
    if (memory?.stamp != null && stampOf(file) === memory.stamp && metaOf(database, "head") === memory.checkpoint) {
      const end = rememberedEnd(database, memory.checkpoint)
      if (end !== undefined) return new Store({ place, database, id: memory.store, end, release: close })
    }
    const inspected = inspect(database)
    const id = inspected.ok ? inspected.store.owners.at(-1)?.store : undefined
    if (inspected.ok && id !== undefined)
      return new Store({ place, database, id, end: endOf(inspected.store), release: close })
    reason = inspected.ok ? "its log has no beginning" : inspected.reason
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error)
  }
  database.close()
  close()
  throw new CfgsyncError("file-invalid", `the store ${file} is damaged: ${reason}`)
}
