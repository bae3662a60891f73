import { claudeLayers } from "./claudeLayers.ts"
import { codexLayers } from "./codexLayers.ts"
import type { EffectiveClient } from "./effectiveClient.ts"
import { geminiLayers } from "./geminiLayers.ts"
import { opencodeLayers } from "./opencodeLayers.ts"

/** The clients of which it is known what counts for them. */
export const effectiveClients: readonly EffectiveClient[] = [opencodeLayers, claudeLayers, codexLayers, geminiLayers]
