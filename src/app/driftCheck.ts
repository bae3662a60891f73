import { CfgsyncError } from "../model/errors.ts"
import type { Finding } from "../model/finding.ts"
import type { FileVersion } from "../model/plan.ts"
import { encode } from "../model/source.ts"
import { sha256 } from "../system/hash.ts"
import { isClients } from "./clientWrites.ts"
import type { Drift, Drifts, Present } from "./drift.ts"
import { driftFindings } from "./driftFindings.ts"
import { octal } from "./octal.ts"
import type { Project } from "./project.ts"
import type { Files } from "./world.ts"

/**
 * How a file on the disk stands to its known-good state. A text that is laid over it is a plan: it is judged by what it mends, so only one that is the
 * known-good state itself makes the finding go away.
 */
export async function driftsFound(path: string, files: Files, drifts: Drifts): Promise<readonly Finding[]> {
  const { project } = files
  const good = drifts.good(path)
  if (good === undefined) return []
  const over = files.over(path)
  const now = presentOf(path, project, over === undefined ? files : undefined)
  if (now === undefined || drifts.isClean(path, now) !== false) return []
  if (over !== undefined && isState(over, good.hash, good.mode, now?.mode)) return []
  const drift = await drifts.of(path, now, files.format(path))
  return drift === undefined ? [] : driftFindings(drift, await isExpected(drift))
}

/**
 * What a file holds now.
 * @param files where it is read already.  @returns `null` when it is gone, `undefined` when it cannot be read.
 */
export function presentOf(path: string, { system, settings }: Project, files?: Files): Present | null | undefined {
  const state = files?.state(path, false)
  if (state?.kind === "unreadable") return undefined
  try {
    const content =
      state?.kind === "text" ? encode(state.source.text, state.source.bom) : system.read(path, settings.limits.size)
    const mode = content === null ? undefined : system.stat(path)?.mode
    return content === null || mode === undefined ? null : { content, mode: octal(mode) }
  } catch (error) {
    if (error instanceof CfgsyncError) return undefined
    throw error
  }
}

function isState({ source, mode }: FileVersion, goodHash: string, goodMode: string, modeNow: string | undefined) {
  if (source === null || (mode ?? modeNow) !== goodMode) return false
  return sha256(encode(source.text, source.bom)) === goodHash
}

/** Whether all that changed is what the configuration expects, or what the client of the file writes of its own. */
export async function isExpected({ path, policy, changes, roots, now, good }: Drift): Promise<boolean> {
  if (changes === null || changes.length === 0 || now?.mode !== good.mode) return false
  const others = changes.filter((change) => !isClients(path, change))
  if (others.length === 0) return true
  if (policy.expect.length === 0) return false
  const { allExpected } = await import("../engine/expected.ts")
  const values = (documents: Drift["roots"]["before"]) => documents.map(({ value }) => value)
  return allExpected(others, policy.expect, values(roots.before), values(roots.after))
}
