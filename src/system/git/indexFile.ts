/** What is staged, as the file of the index says it. */
export interface IndexFile {
  /** Sorted by the bytes of their paths. */
  readonly files: readonly IndexedFile[]
  /** `null`: the index does not say. */
  readonly tree: CachedTree | null
}

/** A folder as git would write it into a commit, as far as it knows. */
export interface CachedTree {
  /** Its object; `null` where something in it was staged since. */
  readonly oid: string | null
  readonly children: ReadonlyMap<string, CachedTree>
}

/** Paths from the top of the worktree. */
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
export function parseIndex(bytes: Buffer): IndexFile | null {
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
  const trees = extensions(bytes, at, end)
  return trees === null ? null : { files, tree: trees.length === 1 ? parseTrees(trees[0] ?? bytes) : null }
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

/**
 * Extensions up to the checksum. What begins with a small letter must be understood by who reads: a split or sparse index.
 * @returns those that hold trees; `null` for an end that is not understood
 */
function extensions(bytes: Buffer, start: number, end: number): readonly Buffer[] | null {
  const trees: Buffer[] = []
  let at = start
  while (at + 8 <= end) {
    const first = bytes[at] ?? 0
    if (first < 65 || first > 90) return null
    const next = at + 8 + bytes.readUInt32BE(at + 4)
    if (bytes.toString("latin1", at, at + 4) === "TREE" && next <= end) trees.push(bytes.subarray(at + 8, next))
    at = next
  }
  return at === end ? trees : null
}

const deepest = 1000

/** Each is its name, how many files and folders it has, and its object; its folders follow it. @returns `null` for what is damaged */
function parseTrees(bytes: Buffer): CachedTree | null {
  let at = 0
  const parse = (depth: number): readonly [name: string, tree: CachedTree] | null => {
    const nameEnd = bytes.indexOf(0, at)
    const lineEnd = bytes.indexOf(10, nameEnd)
    if (nameEnd < 0 || lineEnd < 0 || depth > deepest) return null
    const name = bytes.toString("utf8", at, nameEnd)
    const [, files, folders] = /^(-?\d+) (\d+)$/.exec(bytes.toString("latin1", nameEnd + 1, lineEnd)) ?? []
    const valid = files !== undefined && !files.startsWith("-")
    at = lineEnd + 1 + (valid ? nameSize : 0)
    if (folders === undefined || at > bytes.length) return null
    const oid = valid ? bytes.toString("hex", at - nameSize, at) : null
    const children = new Map<string, CachedTree>()
    for (let left = Number(folders); left > 0; left--) {
      const child = parse(depth + 1)
      if (child === null) return null
      children.set(...child)
    }
    return [name, { oid, children }]
  }
  const root = parse(0)
  return root !== null && root[0] === "" && at === bytes.length ? root[1] : null
}
