import { CfgsyncError } from "../model/errors.ts"
import { decode } from "../model/source.ts"
import type { SealingKey } from "../secrets/seal.ts"
import { type Content, pack } from "../store/content.ts"
import { sha256 } from "../system/hash.ts"
import { loadConfig, resolveSettings, type SecretSettings } from "./config.ts"
import { redactorFor } from "./redact.ts"
import { secretKey } from "./secretKey.ts"
import { markSensitive } from "./sensitive.ts"
import type { Remembered } from "./storePlace.ts"

/** A content with the path that says its format. */
export interface PathContent {
  readonly path: string
  readonly content: Uint8Array
}

/** In what form a content is kept; `undefined`: it is not. */
export type Keep = (content: Uint8Array) => Content | undefined

/**
 * How contents are kept: as they are where no secret is recognised in them and none is marked; else sealed to the owner's key, or not at all where there
 * is none. What was not asked about here, and what is no text, is not kept, because nobody looked into it.
 */
export async function keepable(remembered: Remembered, contents: readonly PathContent[]): Promise<Keep> {
  const settings = await secretSettings(remembered)
  const kept = new Map<string, Content>()
  let key: SealingKey | undefined | null = null
  for (const { path, content } of contents) {
    const decoded = decode(path, content)
    if (!decoded.ok) continue
    const packed = pack(content)
    if (settings !== null && (await redactorFor([decoded.source])).idle) {
      kept.set(packed.hash, packed)
      continue
    }
    if (key === null) key = await secretKey(remembered, settings ?? {})
    if (key === undefined) continue
    const { seal } = await import("../secrets/seal.ts")
    kept.set(packed.hash, { ...packed, data: await seal(packed.data, key), sealed: true })
  }
  return (content) => kept.get(sha256(content))
}

/** @returns `null` when the configuration cannot be read, so that nobody knows what is sensitive. */
export async function secretSettings(remembered: Remembered): Promise<SecretSettings | null> {
  const { settings, configPath, system } = remembered
  if (settings !== undefined) return settings.secrets
  if (configPath === null) return {}
  try {
    const { sensitive, secrets } = resolveSettings(await loadConfig(configPath, system), undefined)
    markSensitive(sensitive)
    return secrets
  } catch (error) {
    if (error instanceof CfgsyncError) return null
    throw error
  }
}
