import { decode } from "../model/source.ts"
import { sha256 } from "../system/hash.ts"
import { redactorFor } from "./redact.ts"

/** A content with the path that says its format. */
export interface PathContent {
  readonly path: string
  readonly content: Uint8Array
}

/**
 * Which contents may be kept: those in which no secret is recognised. What was not asked about here, and what is no text, is not kept, because
 * nobody looked into it.
 */
export async function keepable(contents: readonly PathContent[]): Promise<(content: Uint8Array) => boolean> {
  const harmless = new Set<string>()
  for (const { path, content } of contents) {
    const decoded = decode(path, content)
    if (decoded.ok && (await redactorFor([decoded.source])).idle) harmless.add(sha256(content))
  }
  return (content) => harmless.has(sha256(content))
}
