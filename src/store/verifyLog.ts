import { canonicalJson } from "./canonicalJson.ts"
import { type Checkpoint, openCheckpoint } from "./checkpoint.ts"
import { type Entry, lineHash, parseEntry } from "./entry.ts"
import { type Hash, leafHash, peaksOf, rootOf, rootOfPeaks, same } from "./merkle.ts"
import { parseVerifier, type Verifier } from "./note.ts"
import { isOwn, type Owner, openAnyCheckpoint, originAt, ownerAt, ownersOf } from "./owners.ts"

/** A log as it lies in a store or an export. */
export interface Log {
  readonly lines: readonly string[]
  /** The signed checkpoint of its end. */
  readonly head: string
}

export interface LogProblem {
  /** Of the entry, where there is one. */
  readonly id?: number
  readonly message: string
}

export interface Chain {
  readonly lines: readonly string[]
  readonly entries: readonly Entry[]
  readonly leaves: readonly Hash[]
  readonly problems: readonly LogProblem[]
}

/** Reads the lines of a log, each against the one before it. */
export function readChain(lines: readonly string[]): Chain {
  const entries: Entry[] = []
  const problems: LogProblem[] = []
  let last: string | null = null
  for (const [index, line] of lines.entries()) {
    const entry = parseEntry(line)
    const id = index + 1
    if (entry === undefined) problems.push({ id, message: "the entry cannot be read" })
    else {
      entries.push(entry)
      if (entry.id !== id) problems.push({ id, message: `entry ${entry.id} stands where entry ${id} belongs` })
      if (entry.previous !== (last === null ? null : lineHash(last)))
        problems.push({ id, message: "the entry does not follow from the one before it: one of them was changed" })
      if (entry.kind === "opened" ? id !== 1 : id === 1)
        problems.push({ id, message: "a log begins with its opening, and has no other" })
    }
    last = line
  }
  return { lines, entries, leaves: lines.map(leafHash), problems }
}

/**
 * All that speaks against a log; empty: it is whole, and each earlier checkpoint is of its beginning. The verifier's key may have been handed on: then
 * each key must have named the next, and what is there now bears the last one's signature.
 * What is added or changed after the newest checkpoint is only found by who has the head, because the key can sign it: keep the key from whom you do not trust.
 */
export function verifyLog(log: Log, verifier: Verifier, earlier: readonly string[]): readonly LogProblem[] {
  const { entries, leaves, problems } = readChain(log.lines)
  const found = [...problems, ...notCanonical(log.lines)]
  if (log.lines.length === 0) found.push({ message: "the log is empty" })
  const owners = ownersOf(entries)
  if (owners.length > 0 && !isOwn(owners, verifier))
    found.push({ id: owners.at(-1)?.from ?? 1, message: "the log is signed with another key from here on" })
  const last = parseVerifier(owners.at(-1)?.key ?? "") ?? verifier
  const head = openCheckpoint(log.head, last)
  if (!head.ok) found.push({ message: `the head of the log is not to be believed: ${head.reason}` })
  else {
    found.push(...against(leaves, owners, head.checkpoint, "the head of the log"))
    if (head.checkpoint.size < leaves.length)
      found.push({ message: `the log has ${leaves.length} entries, its head tells of ${head.checkpoint.size}` })
  }
  for (const note of earlier) {
    const opened = openAnyCheckpoint(note, [verifier.text, ...owners.map(({ key }) => key)])
    if (!opened.ok) found.push({ message: `the earlier checkpoint is not to be believed: ${opened.reason}` })
    else found.push(...against(leaves, owners, opened.checkpoint, "the earlier checkpoint", opened.key))
  }
  return found
}

/** Other writings of the same entries: asked only of a log that is held against evidence, because it takes as long as all the rest. */
function notCanonical(lines: readonly string[]): readonly LogProblem[] {
  return lines.flatMap((line, index) => {
    const entry = parseEntry(line)
    if (entry === undefined || canonicalJson(entry) === line) return []
    return [{ id: index + 1, message: "the entry is not in canonical form" }]
  })
}

/** Whether a checkpoint is of the beginning of a log. @param key that it is signed with, where that is to be the one of that time */
export function against(
  leaves: readonly Hash[],
  owners: readonly Owner[],
  { origin, size, root }: Checkpoint,
  what: string,
  key?: string,
): readonly LogProblem[] {
  const owner = ownerAt(owners, size)
  const known = originAt(owners, size)
  if (origin !== known) return [{ message: `${what} is of another log (${origin}), not of this one (${known})` }]
  if (size > leaves.length)
    return [{ message: `${what} tells of ${size} entries, but there are ${leaves.length}: the log was cut` }]
  if (!same(rootOf(leaves.slice(0, size)), root))
    return [{ message: `the first ${size} entries are not those of ${what}: the log was rewritten` }]
  if (key === undefined || owner === undefined || key === owner.key) return []
  return [{ message: `${what} is signed with another key than the log had then` }]
}

/** The head that a log should have. */
export function headOf(leaves: readonly Hash[]): { readonly size: number; readonly root: Hash } {
  return { size: leaves.length, root: rootOfPeaks(peaksOf(leaves)) }
}
