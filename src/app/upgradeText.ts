import type { Finding } from "../model/finding.ts"

/** Whether a path may be one that a client of known versions reads; cheap, for who has many. */
export function mayBeRead(path: string): boolean {
  return /^(?:opencode\.json|\.opencode\/|\.mcp\.json|\.codex\/|\.gemini\/)/.test(path)
}

/** A client that is another version than when a file was accepted, of which not a byte is other. */
export interface ClientUpgrade {
  readonly path: string
  readonly client: string
  readonly title: string
  readonly was: string
  readonly is: string
  /** What the new version says against the file and the old one did not, and the other way round; `null`: cfgsync does not know them apart. */
  readonly changes: { readonly now: readonly string[]; readonly before: readonly string[] } | null
}

/** The upgrade in one sentence. */
export function upgradeText({ title, was, is, client, changes }: ClientUpgrade): string {
  const start = `${title} went from ${was} to ${is} since this was accepted`
  if (changes === null)
    return `${start}, and not a byte of it was changed: \`cfgsync verify ${client}\` asks what it makes of it`
  const parts = [
    ...changes.now.map((message) => `now ${message}`),
    ...changes.before.map((message) => `no longer ${message}`),
  ]
  return parts.length === 0
    ? `${start}, and reads it as before`
    : `${start}, and reads it otherwise: ${parts.join("; ")}`
}

/** Whether a client is known to read a file otherwise. */
export function isReadOtherwise({ changes }: ClientUpgrade): boolean {
  return changes !== null && changes.now.length + changes.before.length > 0
}

export function upgradeFinding(upgrade: ClientUpgrade): Finding {
  return {
    file: upgrade.path,
    document: 0,
    rule: "cfgsync/client-upgrade",
    kind: "drift",
    severity: "warning",
    message: upgradeText(upgrade),
    path: [],
    span: { start: 0, end: 0 },
    priority: 0,
    repairs: [],
  }
}
