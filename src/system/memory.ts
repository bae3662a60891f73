import { isAbsolute, join, posix } from "node:path"
import { CfgsyncError } from "../model/errors.ts"
import { matcherOf, withUsualIgnores } from "./match.ts"
import type { FileStat, FileWrite, System, ZshJudge } from "./system.ts"

export interface MemorySystemOptions {
  /** Absent: "/memory". */
  readonly root?: string
  readonly environment?: Readonly<Record<string, string | undefined>>
  /** Commands that `onPath` finds. */
  readonly commands?: readonly string[]
  /** What zsh says of texts; absent: it is not installed. */
  readonly zsh?: ZshJudge
}

interface MemoryFile {
  readonly bytes: Uint8Array
  readonly mode: number
  readonly mtimeNs: bigint
}

/** A system that lives in memory: for tests, and for files that were read elsewhere. Paths of `files` as in `System`; folders are where files are. */
export function memorySystem(
  files: Readonly<Record<string, string | Uint8Array>>,
  options: MemorySystemOptions = {},
): System {
  const root = options.root ?? "/memory"
  const disk = new Map<string, MemoryFile>()
  const tick = clock()
  for (const [path, content] of Object.entries(files)) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content.slice()
    disk.set(placeIn(root, path), { bytes, mode: 0o644, mtimeNs: tick() })
  }
  return {
    root,
    read: (path, limit) => readFrom(disk, root, path, limit),
    stat: (path) => statIn(disk, placeIn(root, path)),
    list: (patterns, ignore) => listIn(disk, root, patterns, ignore),
    onPath: (command) => options.commands?.includes(command) ?? false,
    environment: (name) => options.environment?.[name],
    zsh: () => options.zsh,
    write: (writes) => writeTo(disk, root, writes, tick),
    recover: () => [],
    refusal: () => undefined,
  }
}

/** Nanoseconds that only grow: a file that was written again has another time. */
function clock(): () => bigint {
  let now = 0n
  return () => ++now
}

function placeIn(root: string, path: string): string {
  if (path === "" || path.includes("\0"))
    throw new CfgsyncError("path-invalid", "the path is empty or holds a NUL byte")
  const full = posix.normalize(isAbsolute(path) ? path : join(root, path))
  if (!isAbsolute(path) && full !== root && !full.startsWith(`${root}/`)) {
    throw new CfgsyncError("path-invalid", `${path} leaves the project`)
  }
  return full
}

function isFolder(disk: ReadonlyMap<string, MemoryFile>, place: string): boolean {
  return [...disk.keys()].some((path) => path.startsWith(`${place}/`))
}

function readFrom(disk: ReadonlyMap<string, MemoryFile>, root: string, path: string, limit: number): Uint8Array | null {
  const place = placeIn(root, path)
  const file = disk.get(place)
  if (file === undefined) {
    if (isFolder(disk, place)) throw new CfgsyncError("file-unreadable", `${path} is a folder`)
    return null
  }
  if (file.bytes.length > limit) throw new CfgsyncError("file-unreadable", `${path} is larger than ${limit} bytes`)
  return file.bytes.slice()
}

function statIn(disk: ReadonlyMap<string, MemoryFile>, place: string): FileStat | null {
  const file = disk.get(place)
  if (file !== undefined) {
    return { kind: "file", size: file.bytes.length, mode: file.mode, mtimeNs: file.mtimeNs, links: 1 }
  }
  return isFolder(disk, place) ? { kind: "directory", size: 0, mode: 0o755, mtimeNs: 0n, links: 2 } : null
}

function listIn(
  disk: ReadonlyMap<string, MemoryFile>,
  root: string,
  patterns: readonly string[],
  ignore: readonly string[],
): readonly string[] {
  const wanted = matcherOf(patterns)
  const ignored = matcherOf(withUsualIgnores(patterns, ignore))
  const inside = [...disk.keys()]
    .filter((path) => path.startsWith(`${root}/`))
    .map((path) => path.slice(root.length + 1))
  return inside.filter((path) => wanted(path) && !ignored(path)).sort()
}

function writeTo(disk: Map<string, MemoryFile>, root: string, writes: readonly FileWrite[], tick: () => bigint): void {
  const next = new Map(disk)
  const seen = new Map<string, string>()
  for (const { path, before, after, mode } of writes) {
    const place = placeIn(root, path)
    const other = seen.get(place)
    if (other !== undefined) throw new CfgsyncError("write-refused", `${other} and ${path} are the same file`)
    seen.set(place, path)
    const old = disk.get(place)
    if (old === undefined && isFolder(disk, place)) throw new CfgsyncError("write-refused", `${path} is a folder`)
    if (!sameBytes(old?.bytes ?? null, before)) {
      throw new CfgsyncError("file-changed", `${path} was changed by somebody else meanwhile`, "run cfgsync again")
    }
    if (after === null) next.delete(place)
    else next.set(place, { bytes: after.slice(), mode: mode ?? old?.mode ?? 0o644, mtimeNs: tick() })
  }
  disk.clear()
  for (const [place, file] of next) disk.set(place, file)
}

function sameBytes(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.compare(a, b) === 0
}
