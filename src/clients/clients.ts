import { claude } from "./claude.ts"
import type { Client } from "./client.ts"
import { codex } from "./codex.ts"
import { gemini } from "./gemini.ts"
import { opencode } from "./opencode.ts"

/** The clients that can be asked. */
export const clients: readonly Client[] = [opencode, claude, codex, gemini]
