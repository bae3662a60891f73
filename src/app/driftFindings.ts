import type { Finding, Repair } from "../model/finding.ts"
import { formatPath } from "../model/path.ts"
import type { Drift } from "./drift.ts"
import { driftRule } from "./drift.ts"

/**
 * What a check says of a file that is other than its known-good state: of a strict one always, of one that asks that it waits, of any other only that
 * it permits more. What does not parse says so itself.
 */
export function driftFindings(drift: Drift, expected: boolean): readonly Finding[] {
  const { policy, weakened, now } = drift
  if (policy.acceptance === "strict" && !drift.own) return [strictFinding(drift)]
  if (now !== null && drift.changes === null && weakened.length === 0) return []
  if (weakened.length > 0)
    return [
      waiting(drift, `this permits more than what was accepted (${weakened.join("; ")}), so a person must accept it`),
    ]
  if (policy.acceptance === "auto" || expected) return []
  return [waiting(drift, `${whatChanged(drift)} since it was accepted; that waits for a person`)]
}

/** What is other, by places alone: values may be long, and secret. */
export function whatChanged({ now, changes, good }: Drift): string {
  if (now === null) return "it is gone"
  if (changes === null) return "it changed"
  const places = [...new Set(changes.map(({ path }) => formatPath(path)))]
  if (places.length === 0)
    return now.mode === good.mode ? "the text changed, its values did not" : `the file mode changed from ${good.mode}`
  return `${places.slice(0, 3).join(", ")}${places.length > 3 ? ` and ${places.length - 3} more` : ""} changed`
}

/** What a person can do. */
const ways = (path: string) => `\`cfgsync diff ${path}\` shows it; \`cfgsync accept\` or \`cfgsync reject\` decides`

function waiting(drift: Drift, message: string): Finding {
  return {
    ...frame(drift),
    severity: drift.policy.priority === "critical" ? "error" : "warning",
    message,
    hindrance: ways(drift.path),
  }
}

function strictFinding(drift: Drift): Finding {
  const { goodSource, good, quarantined, weakened } = drift
  const more = weakened.length === 0 ? "" : `, which permits more (${weakened.join("; ")})`
  const finding = {
    ...frame(drift),
    severity: "error" as const,
    message: `${whatChanged(drift)} without cfgsync${more}, and this file is strict`,
  }
  if (quarantined !== undefined) return { ...finding, hindrance: `${quarantined}: ${ways(drift.path)}` }
  if (goodSource === undefined)
    return { ...finding, hindrance: `its known-good content was not kept: ${ways(drift.path)}` }
  if (!drift.keepable)
    return {
      ...finding,
      hindrance: `what is there now cannot be kept, because a secret was recognised in it or it is no text: ${ways(drift.path)}`,
    }
  const { text, bom } = goodSource
  const repair: Repair = {
    title: "put back the state that was accepted",
    safety: "safe",
    steps: [{ file: drift.path, operation: { op: "put-back", text, bom, mode: good.mode } }],
  }
  return { ...finding, repairs: [repair] }
}

/** Before all others: what is to be put back is not worth mending. */
function frame({ path }: Drift): Omit<Finding, "severity" | "message"> {
  return {
    file: path,
    document: 0,
    rule: driftRule,
    kind: "drift",
    path: [],
    span: { start: 0, end: 0 },
    priority: Number.MAX_SAFE_INTEGER,
    repairs: [],
  }
}
