/**
 * One text for one value (RFC 8785): keys sorted by UTF-16 code unit, numbers and strings as ECMAScript writes them, no blanks.
 * A member that is `undefined` is left out. @throws TypeError for what JSON cannot say, a lone surrogate among it
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === "boolean") return String(value)
  if (typeof value === "string") return quoted(value)
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`
  if (typeof value !== "object") throw new TypeError(`JSON cannot say ${typeof value} ${String(value)}`)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${quoted(key)}:${canonicalJson(member)}`).join(",")}}`
}

function quoted(text: string): string {
  if (!text.isWellFormed()) throw new TypeError("JSON text with a lone surrogate has no canonical form")
  return JSON.stringify(text)
}
