import { CfgsyncError } from "../model/errors.ts"
import type { Database } from "./database.ts"

/** A content as it is kept. */
export interface Content {
  /** SHA-256 of the content itself, in hex. */
  readonly hash: string
  /** The content compressed (raw deflate); an age file of that where it is sealed. */
  readonly data: Uint8Array
  /** There is a secret in it. */
  readonly sealed: boolean
}

/** SHA-256 in hex. Loaded when first needed, here and below: a check that asks for nothing has no use for it. */
function sha256(bytes: Uint8Array | string): string {
  return process.getBuiltinModule("node:crypto").hash("sha256", bytes, "hex")
}

export function pack(content: Uint8Array): Content {
  return { hash: sha256(content), data: deflate(content), sealed: false }
}

/** With tables no larger than the content has use for: to make large ones takes longer than to compress a small content. */
function deflate(content: Uint8Array): Uint8Array {
  const bits = Math.min(15, Math.max(9, Math.ceil(Math.log2(content.length + 1))))
  const options = { windowBits: bits, memLevel: Math.min(8, bits - 6) }
  return process.getBuiltinModule("node:zlib").deflateRawSync(content, options)
}

/** The content itself. @param packed one that is not sealed, or its data unsealed.  @returns `undefined` when it is damaged */
export function unpack({ hash, data }: Pick<Content, "hash" | "data">): Uint8Array | undefined {
  try {
    const content = process.getBuiltinModule("node:zlib").inflateRawSync(data)
    return sha256(content) === hash ? content : undefined
  } catch {
    return undefined
  }
}

/** @returns `undefined`: it is not kept. */
export function readContent(database: Database, hash: string): Content | undefined {
  const row = database.prepare("select data, sealed from snapshots where hash = ?").get(hash)
  return row?.data instanceof Uint8Array ? { hash, data: row.data, sealed: row.sealed === 1 } : undefined
}

export function damagedContent(hash: string, file: string): CfgsyncError {
  return new CfgsyncError("file-invalid", `${file} is damaged: the content ${hash.slice(0, 12)} is not what was kept`)
}
