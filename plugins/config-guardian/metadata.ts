import { type Entry, readEntries } from "./entries.ts"
import { type Fingerprint, readFingerprint } from "./fingerprint.ts"
import { type Fields, fieldsOf, parseLenient, type Read, textOf, unknownFields } from "./lenient.ts"
import { momentOf } from "./moment.ts"

/** What a snapshot says of itself. */
export interface Metadata {
  /** Milliseconds since 1970. */
  readonly taken?: number
  readonly kind?: string
  readonly by?: string
  readonly reason?: string
  /** How many files it says it holds. */
  readonly count?: number
  /** The folder that it was taken in. */
  readonly folder?: string
  readonly files: readonly Entry[]
  /** A hash of which it does not say the file. */
  readonly fingerprint?: Fingerprint
}

const lists = ["files", "configs", "hashes", "checksums", "sha256"]
const plain = ["timestamp", "created", "type", "triggered_by", "author", "reason", "message", "description"]
const counts = ["config_count", "file_count", "count"]
const known = [...lists, ...plain, ...counts, "system_info", "git_commit", "git_branch", "version", "$schema", "name"]
const singles = ["file", "path", "original_path", "hash", "checksum", "digest", "priority", "size"]

/** Reads the `metadata.json` of a snapshot. */
export function readMetadata(text: string): Read<Metadata> {
  const parsed = parseLenient(text)
  if (!parsed.ok) return parsed
  const fields = fieldsOf(parsed.value)
  if (fields === undefined) return { ok: false, problem: "it is no object" }
  const { entries, remarks } = entriesOf(fields)
  const system = fieldsOf(fields.get("system_info"))
  const own = single(fields)
  const whole = own === undefined ? textOf(fields, "hash", "checksum", "digest") : undefined
  const count = counts.map((name) => fields.get(name)).find((value) => typeof value === "number")
  const taken = momentOf(fields.get("timestamp") ?? fields.get("created"))
  const kind = textOf(fields, "type")
  const by = textOf(fields, "triggered_by", "author")
  const reason = textOf(fields, "reason", "message", "description")
  const folder = system && textOf(system, "pwd")
  const value: Metadata = {
    files: [...entries, ...(own ?? [])],
    ...(taken === undefined ? {} : { taken }),
    ...(kind === undefined ? {} : { kind }),
    ...(by === undefined ? {} : { by }),
    ...(reason === undefined ? {} : { reason }),
    ...(typeof count === "number" ? { count } : {}),
    ...(folder === undefined ? {} : { folder }),
    ...(whole === undefined ? {} : { fingerprint: readFingerprint(whole) }),
  }
  return {
    ok: true,
    value,
    remarks: [...parsed.remarks, ...remarks, ...unknownFields(fields, [...known, ...singles], "its metadata")],
  }
}

/** Files may stand in one list with their hashes, or the hashes in one of their own. */
function entriesOf(fields: Fields) {
  const read = lists.flatMap((name) => {
    const value = fields.get(name)
    return Array.isArray(value) || fieldsOf(value) !== undefined ? [readEntries(value, `its ${name}`)] : []
  })
  return { entries: read.flatMap(({ entries }) => entries), remarks: read.flatMap((each) => each.remarks) }
}

/** A snapshot of one file names it beside its hash. */
function single(fields: Fields): readonly Entry[] | undefined {
  const path = textOf(fields, "file", "path", "original_path")
  if (path === undefined) return undefined
  return readEntries([Object.fromEntries([...fields].filter(([key]) => [...singles, "name"].includes(key)))], "")
    .entries
}
