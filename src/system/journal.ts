/** What the journal says of one file of a write. Hashes are SHA-256 in hex; `null`: the file is not there. */
export interface JournalFile {
  /** Folder names and the file's name, from the journal's home; no links, no `..`. */
  readonly names: readonly string[]
  readonly before: string | null
  readonly after: string | null
  /** Names of its temporary files in the same folder: the new content, and the old file under a second name. */
  readonly fresh: string
  readonly backup: string
}

/**
 * The first line of a journal. Lines after it say how far the write came: `commit`, before the first file is touched, with all new content and
 * all backups on the disk: may be completed; `undo`: must be undone; `done`: only the temporary files are left.
 */
export interface Journal {
  readonly version: 1
  readonly files: readonly JournalFile[]
  /** Folders made for the write, outermost first. */
  readonly folders: readonly (readonly string[])[]
}

const marks = ["commit", "undo", "done"] as const
export type Mark = (typeof marks)[number]

/** Names of the temporary files of one target. Long names are cut, the whole must stay below 255 bytes. */
export function temporaryNames(
  name: string,
  id: string,
  index: number,
): { readonly fresh: string; readonly backup: string } {
  const short = [...name].slice(0, 24).join("")
  return { fresh: `.${short}.cfgsync-${id}-${index}.tmp`, backup: `.${short}.cfgsync-${id}-${index}.old.tmp` }
}

/**
 * Reads a journal that a killed process, or a stranger's archive, left. Names that could reach out of the home, or a file that is
 * no temporary file of this journal, make it invalid as a whole.
 * @returns `null` when the first line is not whole or not valid: then nothing was done yet
 */
export function readJournal(
  text: string,
  id: string,
): { readonly journal: Journal; readonly mark: Mark | null } | null {
  const lines = text.split("\n")
  const journal = lines.length < 2 ? null : parse(lines[0] ?? "")
  if (journal === null || !journal.files.every((file) => isFile(file, id)) || !journal.folders.every(isNames))
    return null
  const mark = marks.findLast((word) => lines.slice(1, -1).includes(word)) ?? null
  return { journal, mark }
}

function parse(line: string): Journal | null {
  try {
    const value: unknown = JSON.parse(line)
    const valid = isRecord(value) && value.version === 1 && Array.isArray(value.files) && Array.isArray(value.folders)
    return valid ? (value as unknown as Journal) : null
  } catch {
    return null
  }
}

function isFile(file: unknown, id: string): file is JournalFile {
  if (!isRecord(file) || !isNames(file.names) || !isHash(file.before) || !isHash(file.after)) return false
  return [file.fresh, file.backup].every(
    (name) => isName(name) && name.includes(`.cfgsync-${id}-`) && name.endsWith(".tmp"),
  )
}

function isNames(names: unknown): names is readonly string[] {
  return Array.isArray(names) && names.length > 0 && names.every(isName)
}

function isName(name: unknown): name is string {
  return typeof name === "string" && name !== "" && name !== "." && name !== ".." && !/[/\\\0]/.test(name)
}

function isHash(hash: unknown): hash is string | null {
  return hash === null || (typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}
