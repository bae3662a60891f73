import { canonicalJson } from "./canonicalJson.ts"
import type { Database } from "./database.ts"
import type { Event } from "./entry.ts"
import { addLeaf, leafHash, type Peaks, peaksOf, rootOfPeaks } from "./merkle.ts"
import { metaOf } from "./rows.ts"
import type { Chain } from "./verifyLog.ts"

/** The end of a log: all that is needed to add to it, however long it is. */
export interface End {
  readonly size: number
  readonly peaks: Peaks
  /** The last line; `null`: there is none. */
  readonly last: string | null
  /** Ids of intents of which no outcome is known yet. */
  readonly open: readonly number[]
}

/** The end after one more line. */
export function grown({ size, peaks, open }: End, line: string, event: Event): End {
  const left = "intent" in event ? open.filter((id) => id !== event.intent) : open
  return {
    size: size + 1,
    peaks: addLeaf(peaks, size, leafHash(line)),
    last: line,
    open: event.kind === "intent" ? [...left, size + 1] : left,
  }
}

export function endOf({ lines, entries, leaves }: Chain): End {
  const open = new Set<number>()
  for (const entry of entries) {
    if (entry.kind === "intent") open.add(entry.id)
    else if ("intent" in entry) open.delete(entry.intent)
  }
  return { size: leaves.length, peaks: peaksOf(leaves), last: lines.at(-1) ?? null, open: [...open] }
}

/** As it stands in the store beside the log. */
export function endText({ size, peaks, open }: End): string {
  return canonicalJson({ size, peaks: peaks.map((peak) => Buffer.from(peak).toString("hex")), open })
}

/**
 * The end as the store remembers it, where that is the one that its head was signed for: so a long log need not be read from its beginning.
 * @param head a signed note that is believed.  @returns `undefined` where it is not
 */
export function rememberedEnd(database: Database, head: string): End | undefined {
  const end = parseEnd(metaOf(database, "end") ?? "")
  if (end === undefined) return undefined
  const [, size, root] = head.split("\n")
  if (String(end.size) !== size || Buffer.from(rootOfPeaks(end.peaks)).toString("base64") !== root) return undefined
  const rows = database.prepare("select id, entry from changes where id >= ? order by id").all(end.size)
  return rows.length === 1 ? { ...end, last: String(rows[0]?.entry) } : undefined
}

function parseEnd(text: string): Omit<End, "last"> | undefined {
  try {
    const { size, peaks, open }: Readonly<Record<string, unknown>> = JSON.parse(text)
    if (typeof size !== "number" || !isList(peaks, "string") || !isList(open, "number")) return undefined
    return { size, peaks: peaks.map((peak) => Buffer.from(peak, "hex")), open }
  } catch {
    return undefined
  }
}

function isList(value: unknown, kind: "string"): value is readonly string[]
function isList(value: unknown, kind: "number"): value is readonly number[]
function isList(value: unknown, kind: string): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === kind)
}
