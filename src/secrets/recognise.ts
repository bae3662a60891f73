import { findCredentials, mayAssign } from "./credential.ts"
import type { Secret } from "./secret.ts"

/**
 * What each form that the library knows cannot do without. The library is large, and nearly no file holds any of it: it is loaded where this
 * finds something. That none is forgotten, a test says with a secret of every rule of the library.
 */
const mayHold = new RegExp(
  [
    "(?:A3T[A-Z0-9]|AKIA|AGPA|AIDA|AROA|AIPA|ANPA|ANVA|ASIA)[A-Z0-9]{16}",
    "(?:secret|Secret|SECRET)_?(?:access|Access|ACCESS)",
    "PRIVATE KEY",
    "x-oauth-basic",
    "_authToken",
    "(?:npm_|gh[pousr]_|github_pat_|glpat-|glc_|glsa_|gsk_|lin_api_|ntn_|shp(?:pa|ca|at|ss)_|dckr_pat_|figd_|cfk_|cfut_|cfat_|vc[piark]_)[A-Za-z0-9_+/-]{20}",
    "(?:xox[bpaor]|xapp)-[A-Za-z0-9]",
    "[Hh]ooks\\.[Ss]lack\\.[Cc]om",
    "://[^\\s/@]{1,256}@",
    "sk-(?:proj|svcacct|admin|ant)-",
    "T3BlbkFJ",
    "hf_[A-Za-z]{34}",
    "SG\\.\\w",
    "[rs]k_(?:live|test)_",
    "ops_ey",
    "hv[sbr]\\.",
    "dapi[A-Fa-f0-9]{32}",
    "tskey-",
  ].join("|"),
)

/** The secrets in a text, in order, none within another. */
export async function recognise(text: string): Promise<readonly Secret[]> {
  const own = mayAssign.test(text) ? findCredentials(text) : []
  if (!mayHold.test(text)) return own
  const { scanWithLibrary } = await import("./library.ts")
  return merged([...(await scanWithLibrary(text)), ...own])
}

/** Where two meet, the first that was recognised says what they are. */
function merged(secrets: readonly Secret[]): readonly Secret[] {
  const result: Secret[] = []
  for (const secret of secrets.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1)
    if (last === undefined || secret.start >= last.end) result.push(secret)
    else result[result.length - 1] = { ...last, end: Math.max(last.end, secret.end) }
  }
  return result
}

/** Whether it is worth looking closer: nearly no text holds a secret, and this is quick. What is written with escapes may be anything. */
export function mayHoldSecrets(text: string): boolean {
  return mayAssign.test(text) || mayHold.test(text) || /\\[ux][0-9a-f]/i.test(text)
}
