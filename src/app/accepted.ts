import type { Acceptance, AcceptedFinding, Circumstances } from "../engine/accept.ts"
import { CfgsyncError } from "../model/errors.ts"
import type { Finding } from "../model/finding.ts"
import type { CheckResult } from "../model/result.ts"
import type { Source } from "../model/source.ts"
import type { Project } from "./project.ts"

/** The findings that a project tolerates for now, beside its configuration and under version control. */
const acceptedName = "cfgsync.accepted.json"
const limit = 64 * 1024 * 1024

/** @throws CfgsyncError `config-invalid` when the file is damaged: what is tolerated must not be guessed. */
export function readAccepted(project: Project): readonly AcceptedFinding[] {
  const bytes = project.system.read(acceptedName, limit)
  if (bytes === null) return []
  try {
    const { version, accepted } = JSON.parse(new TextDecoder().decode(bytes))
    if (version === 1 && Array.isArray(accepted) && accepted.every(isEntry)) return accepted
  } catch {
    // Said below, with what to do.
  }
  throw new CfgsyncError(
    "config-invalid",
    `${acceptedName} is damaged`,
    "take it back from version control, or delete it and accept the findings anew with `cfgsync check --accept-existing`",
  )
}

function isEntry(entry: unknown): entry is AcceptedFinding {
  if (typeof entry !== "object" || entry === null) return false
  const texts = ["rule", "file", "pointer", "hash", "reason", "until"]
  const values = new Map(Object.entries(entry))
  return texts.every((key) => typeof values.get(key) === "string") && Number.isInteger(values.get("document"))
}

/** What {@link applyAccepted} must know of the project. */
export function circumstances(project: Project): Circumstances {
  return { today: today(), exists: (file) => project.system.stat(file) !== null }
}

/** The findings without those that are tolerated. Most projects tolerate none, and then nothing more is loaded. */
export async function leaveOutAccepted(
  project: Project,
  findings: readonly Finding[],
  sources: ReadonlyMap<string, Source>,
): Promise<Acceptance> {
  const accepted = readAccepted(project)
  if (accepted.length === 0) return { findings, silenced: 0, remaining: [] }
  const { applyAccepted } = await import("../engine/accept.ts")
  return applyAccepted(findings, sources, accepted, circumstances(project))
}

/** Tolerate what a check found besides what is tolerated already; entries whose day has passed are left out. @returns what is tolerated by it */
export async function acceptExisting(
  project: Project,
  result: CheckResult,
  terms: { readonly reason: string; readonly until: string },
): Promise<readonly Finding[]> {
  const { acceptFindings } = await import("../engine/accept.ts")
  const now = today()
  // That a file is other than it was accepted is for `cfgsync accept`.
  const findings = result.findings.filter(({ kind }) => kind !== "drift")
  const before = readAccepted(project).filter(({ until }) => until >= now)
  writeAccepted(project, [...before, ...acceptFindings(findings, result.sources, { ...terms, today: now })])
  return findings
}

/** The day in UTC, as 2030-01-31. */
function today(): string {
  return new Date().toISOString().slice(0, 10)
}

/** No entries: no file. */
export function writeAccepted(project: Project, accepted: readonly AcceptedFinding[]): void {
  const before = project.system.read(acceptedName, limit)
  const after =
    accepted.length === 0 ? null : new TextEncoder().encode(`${JSON.stringify({ version: 1, accepted }, null, 2)}\n`)
  if (before === null && after === null) return
  project.system.write([{ path: acceptedName, before, after }])
}
