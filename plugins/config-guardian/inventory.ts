import { type Priority, priorities } from "../../src/model/policy.ts"
import { type Entry, readEntries } from "./entries.ts"
import { fieldsOf, parseLenient, type Read, unknownFields } from "./lenient.ts"
import { momentOf } from "./moment.ts"

/** A file that config-guardian keeps an eye on. */
type InventoryFile = Omit<Entry, "priority" | "path"> & { readonly path: string; readonly priority?: Priority }

export interface Inventory {
  /** When it was taken, in milliseconds since 1970. */
  readonly taken?: number
  readonly files: readonly InventoryFile[]
}

const lists = ["configs", "files", "inventory"]

/** Reads `inventory.json`. What is not understood is a remark; two files of one name are both passed over, because a snapshot says only the name. */
export function readInventory(text: string): Read<Inventory> {
  const parsed = parseLenient(text)
  if (!parsed.ok) return parsed
  const fields = fieldsOf(parsed.value)
  const list = Array.isArray(parsed.value) ? parsed.value : lists.map((name) => fields?.get(name)).find(isList)
  if (list === undefined) return { ok: false, problem: `it has no list of files (${lists.join(", ")})` }
  const { entries, remarks } = readEntries(list, "the inventory")
  const known = [...lists, "discovered", "created", "updated", "timestamp", "version", "total", "$schema"]
  const told = [...parsed.remarks, ...remarks, ...(fields ? unknownFields(fields, known, "the inventory") : [])]
  const files = entries.flatMap((entry): readonly InventoryFile[] => {
    const { priority, path = entry.name, ...rest } = entry
    const same = entries.filter(({ name }) => name === entry.name)
    if (same.length > 1) {
      if (same[0] === entry) told.push(`${entry.name} stands in the inventory ${same.length} times and means no file`)
      return []
    }
    const level = priorities.find((each) => each === priority?.toLowerCase())
    if (priority !== undefined && level === undefined)
      told.push(`${entry.name} has the priority ${priority.slice(0, 40)}, which there is not`)
    return [{ ...rest, path, ...(level === undefined ? {} : { priority: level }) }]
  })
  const taken = momentOf(fields?.get("updated") ?? fields?.get("discovered") ?? fields?.get("timestamp"))
  return { ok: true, value: { files, ...(taken === undefined ? {} : { taken }) }, remarks: told }
}

function isList(value: unknown): boolean {
  return Array.isArray(value) || fieldsOf(value) !== undefined
}
