import { CfgsyncError } from "../model/errors.ts"
import type { Database } from "./database.ts"

/** SHA-256 in hex. Loaded when first needed, here and below: a check that asks for nothing has no use for it. */
export function sha256(bytes: Uint8Array | string): string {
  return process.getBuiltinModule("node:crypto").hash("sha256", bytes, "hex")
}

/** The bytes of a content by their hash; `undefined`: they are not kept. @throws CfgsyncError when they are damaged */
export function readContent(database: Database, hash: string, file: string): Uint8Array | undefined {
  const row = database.prepare("select data from snapshots where hash = ?").get(hash)
  if (!(row?.data instanceof Uint8Array)) return undefined
  try {
    const content = process.getBuiltinModule("node:zlib").inflateRawSync(row.data)
    if (sha256(content) === hash) return content
  } catch {
    // Said below.
  }
  throw new CfgsyncError("file-invalid", `${file} is damaged: the content ${hash.slice(0, 12)} is not what was kept`)
}
