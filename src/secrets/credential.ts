import { credential, type Secret } from "./secret.ts"

/** A name that promises a secret, what may stand between it and its value, and a value with nothing in it that a placeholder has. */
const assignment =
  /(?:token|secret|passwd|password|passphrase|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key|credentials?|authorization)["'\]]{0,2},?(?:[ \t]{0,8}(?:=>|={2,3}|[:=])[ \t]{0,8}|[ \t]{1,8})["']?(?:(?:bearer|basic|token)[ \t]{1,8})?([A-Za-z0-9+/_~][A-Za-z0-9+/=_.~-]{15,1023})(?![A-Za-z0-9+/=_.~${(<%*-])/gi

/** What is meant to be read by everyone, under the name that it has up to there. */
const openName = /(?:public|publishable|anon|example|sample|dummy|fake|test)[\w.-]*$/i
const placeholder =
  /x{4}|\*{3}|\.{3}|_{3}|your|example|sample|dummy|change|replace|placeholder|insert|redacted|fake|secret|passw|token|123456789|abcdefgh|^sha\d{3}-/i

/** Whether a text may hold an assignment at all. */
export const mayAssign = /token|secret|passw|passphrase|(?:api|access|private|auth)[_-]?key|credential|authorization/i

/** Texts that look drawn by lot and stand under a name that promises a secret: `apiKey: "q9Zk…"`, `TOKEN=…`, `--api-key …`, `Authorization: Bearer …`. */
export function findCredentials(text: string): readonly Secret[] {
  const found: Secret[] = []
  for (const match of text.matchAll(assignment)) {
    const value = match[1] ?? ""
    const end = match.index + match[0].length
    const before = text.slice(Math.max(0, match.index - 64), match.index)
    if (openName.test(before) || placeholder.test(value) || !looksDrawn(value)) continue
    found.push({ kind: credential, start: end - value.length, end })
  }
  return found
}

const shortest = 16

/** Words, versions, dates, paths and UUIDs have no long stretch in which letters and digits take turns. */
function looksDrawn(value: string): boolean {
  return value.split(/[^A-Za-z0-9]/).some((part) => {
    if (part.length < shortest || !/\d.*\d/.test(part) || !/[A-Za-z].*[A-Za-z]/.test(part)) return false
    const turns = [...part.matchAll(/[A-Za-z](?=\d)|\d(?=[A-Za-z])/g)].length
    return turns >= 3 && entropy(part) >= 3
  })
}

/** Shannon's, in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => sum - (count / text.length) * Math.log2(count / text.length), 0)
}
