/** What is staged, as the file of the index says it; paths from the top of the worktree. */
export interface IndexedFile {
  readonly path: string
  /** As git writes it. */
  readonly mode: string
  readonly oid: string
  /** 0, or a side of a conflict. */
  readonly stage: number
  /** `git add --intent-to-add`: no commit holds it. */
  readonly intended: boolean
}

const headerSize = 12
const nameSize = 20
/** Of an entry: times, numbers, mode, owner and size; then its object, and its flags. */
const modeAt = 24
const objectAt = 40
const flagsAt = objectAt + nameSize

/**
 * Read an index, which saves the start of git (https://git-scm.com/docs/index-format, versions 2 to 4, with SHA-1).
 * @returns `null` for what is not wholly understood: a split or sparse index, one with SHA-256, one that is damaged. Git itself is asked then.
 */
export function parseIndex(bytes: Buffer): readonly IndexedFile[] | null {
  if (bytes.length < headerSize + nameSize || bytes.toString("latin1", 0, 4) !== "DIRC") return null
  const version = bytes.readUInt32BE(4)
  if (version < 2 || version > 4) return null
  const end = bytes.length - nameSize
  const files: IndexedFile[] = []
  let at = headerSize
  let before: Uint8Array = new Uint8Array()
  for (let left = bytes.readUInt32BE(8); left > 0; left--) {
    if (at + flagsAt + 2 > end) return null
    const flags = bytes.readUInt16BE(at + flagsAt)
    const extended = (flags & 0x4000) !== 0
    if (extended && version < 3) return null
    const nameAt = at + flagsAt + (extended ? 4 : 2)
    const name = version === 4 ? shortened(bytes, nameAt, before) : plain(bytes, nameAt)
    const told = flags & 0xfff
    if (name === null || (told === 0xfff ? name.bytes.length < told : name.bytes.length !== told)) return null
    files.push({
      path: Buffer.from(name.bytes).toString("utf8"),
      mode: bytes.readUInt32BE(at + modeAt).toString(8),
      oid: bytes.toString("hex", at + objectAt, at + flagsAt),
      stage: (flags >> 12) & 3,
      intended: extended && (bytes.readUInt16BE(nameAt - 2) & 0x2000) !== 0,
    })
    before = name.bytes
    // Up to version 3 an entry is filled up to a multiple of eight, with one NUL at least.
    at = version === 4 ? name.end + 1 : at + ((name.end - at + 8) & ~7)
  }
  return endsWell(bytes, at, end) ? files : null
}

interface Name {
  readonly bytes: Uint8Array
  /** Where its NUL stands. */
  readonly end: number
}

function plain(bytes: Buffer, at: number): Name | null {
  const end = bytes.indexOf(0, at)
  return end < 0 ? null : { bytes: bytes.subarray(at, end), end }
}

/** How many bytes to take from the end of the name before, and what comes in their place. */
function shortened(bytes: Buffer, start: number, before: Uint8Array): Name | null {
  let at = start
  let byte = bytes[at++] ?? 0
  let cut = byte & 0x7f
  while ((byte & 0x80) !== 0) {
    byte = bytes[at++] ?? 0
    cut = ((cut + 1) << 7) | (byte & 0x7f)
    if (cut > before.length) return null
  }
  const rest = plain(bytes, at)
  if (rest === null || cut > before.length) return null
  return { bytes: Buffer.concat([before.subarray(0, before.length - cut), rest.bytes]), end: rest.end }
}

/** Extensions up to the checksum. What begins with a small letter must be understood by who reads: a split or sparse index. */
function endsWell(bytes: Buffer, start: number, end: number): boolean {
  let at = start
  while (at + 8 <= end) {
    const first = bytes[at] ?? 0
    if (first < 65 || first > 90) return false
    at += 8 + bytes.readUInt32BE(at + 4)
  }
  return at === end
}
