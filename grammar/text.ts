import type { Span } from "../src/model/span.ts"

export type Decoded =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly message: string; readonly span: Span }

const simple: Readonly<Record<string, string>> = {
  '"': '"', "'": "'", "\\": "\\", "/": "/", "{": "{", "}": "}", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t",
} // biome-ignore format: a table to read

/**
 * Resolve the escapes of a quoted text: those of JSON, and `\'`, `\{`, `\}`.
 * @param raw what stands between the quotes.  @param start its offset in the file.
 */
export function unescapeText(raw: string, start: number): Decoded {
  if (!raw.includes("\\")) return { ok: true, text: raw }
  let text = ""
  for (let i = 0; i < raw.length; i++) {
    const character = raw.charAt(i)
    if (character !== "\\") {
      text += character
      continue
    }
    const next = raw.charAt(i + 1)
    const plain = simple[next]
    const hex = /^u([0-9A-Fa-f]{4})/.exec(raw.slice(i + 1, i + 6))?.[1]
    if (plain !== undefined) {
      text += plain
      i += 1
    } else if (hex !== undefined) {
      text += String.fromCharCode(Number.parseInt(hex, 16))
      i += 5
    } else {
      return {
        ok: false,
        message: next === "u" ? "`\\u` needs four hexadecimal digits" : `\`\\${next}\` is no escape`,
        span: { start: start + i, end: start + i + 2 },
      }
    }
  }
  return { ok: true, text }
}

/** What a `"""text"""` says: the first newline dropped, common indentation stripped, CRLF read as LF, nothing escaped. */
export function dedent(raw: string): string {
  const body = raw.slice(3, -3).replace(/\r\n?/g, "\n")
  if (!body.includes("\n")) return body
  const lines = body.split("\n")
  if (lines[0]?.trim() === "") lines.shift()
  const last = lines.length - 1
  const indents = lines.filter((line, index) => index === last || line.trim() !== "").map(indentOf)
  const common = Math.min(...indents)
  return lines
    .map((line, index) => (line.trim() === "" && (index === last || line.length <= common) ? "" : line.slice(common)))
    .join("\n")
}

function indentOf(line: string): number {
  return /^[ \t]*/.exec(line)?.[0].length ?? 0
}

/** `/re/flags` as the pattern that RE2 reads: flags inline, `\/` a plain slash. */
export function regexPattern(image: string): { readonly pattern: string; readonly flags: string } {
  const close = image.lastIndexOf("/")
  return { pattern: image.slice(1, close).replaceAll("\\/", "/"), flags: image.slice(close + 1) }
}
