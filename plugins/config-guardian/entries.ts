import { type Fingerprint, readFingerprint } from "./fingerprint.ts"
import { type Fields, fieldsOf, textOf, unknownFields } from "./lenient.ts"

/** A file that config-guardian speaks of, in an inventory or in the metadata of a snapshot. */
export interface Entry {
  /** What its copies in snapshots are called. */
  readonly name: string
  /** As it is written: absolute, relative, or beginning with `~`. */
  readonly path?: string
  /** As it is written. */
  readonly priority?: string
  readonly fingerprint?: Fingerprint
}

const nameFields = ["name", "id"]
const pathFields = ["path", "file", "original_path", "source"]
const priorityFields = ["priority", "level", "severity"]
const hashFields = ["hash", "sha256", "checksum", "digest"]
/** What is there and says nothing that cfgsync has a use for. */
const others = ["size", "modified", "mtime", "exists", "type", "format", "mode", "permissions", "description"]
const known = [...nameFields, ...pathFields, ...priorityFields, ...hashFields, ...others]

const most = 20_000

/** A list of entries, or entries by name; one that is a text alone is a path in a list, and a hash behind a name. */
export function readEntries(
  value: unknown,
  where: string,
): { readonly entries: readonly Entry[]; readonly remarks: readonly string[] } {
  const entries: Entry[] = []
  const remarks: string[] = []
  const listed: readonly (readonly [string | undefined, unknown])[] = Array.isArray(value)
    ? value.map((each) => [undefined, each] as const)
    : [...(fieldsOf(value) ?? [])]
  if (listed.length > most) remarks.push(`${where}: only the first ${most} of ${listed.length} are read`)
  for (const [index, [key, each]] of listed.slice(0, most).entries()) {
    const at = `${where}, ${key === undefined ? `number ${index + 1}` : key.slice(0, 80)}`
    const entry = typeof each === "string" ? ofText(key, each) : ofFields(key, fieldsOf(each))
    if (entry === undefined) remarks.push(`${at}: it says no file`)
    else entries.push(entry)
    const fields = fieldsOf(each)
    if (fields !== undefined) remarks.push(...unknownFields(fields, known, at))
  }
  return { entries, remarks }
}

function ofText(key: string | undefined, text: string): Entry {
  return key === undefined ? { name: text, path: text } : { name: key, fingerprint: readFingerprint(text) }
}

function ofFields(key: string | undefined, fields: Fields | undefined): Entry | undefined {
  if (fields === undefined) return undefined
  const path = textOf(fields, ...pathFields)
  const name = textOf(fields, ...nameFields) ?? key ?? path
  const [priority, hash] = [textOf(fields, ...priorityFields), textOf(fields, ...hashFields)]
  if (name === undefined) return undefined
  return {
    name,
    ...(path === undefined ? {} : { path }),
    ...(priority === undefined ? {} : { priority }),
    ...(hash === undefined ? {} : { fingerprint: readFingerprint(hash) }),
  }
}
