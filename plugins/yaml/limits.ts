import type { Limits, Problem } from "../../src/model/document.ts"
import { problem } from "./problems.ts"

/** What no YAML text may hold, found before the library sees it: its lexer uses some of these characters for its own marks. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding control characters is its purpose
const forbidden = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\r(?!\n)/

export function tooLarge(text: string, { size }: Limits): Problem | undefined {
  if (text.length * 3 <= size) return undefined
  if (text.length <= size && new TextEncoder().encode(text).length <= size) return undefined
  return problem("too-large", `the file is larger than ${size} bytes`, { start: 0, end: 0 })
}

/** What is wrong with a text before any of its structure is read. */
export function precheck(text: string, limits: Limits): Problem | undefined {
  const large = tooLarge(text, limits)
  if (large !== undefined) return large
  const lines = tooManyLines(text, limits)
  if (lines !== undefined) return lines
  const match = forbidden.exec(text)
  if (match === null) return undefined
  const span = { start: match.index, end: match.index + 1 }
  if (match[0] === "\r")
    return problem(
      "syntax",
      "a carriage return without a line feed: programs disagree whether a line ends here; convert the line ends",
      span,
    )
  const code = match[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")
  return problem(
    "syntax",
    `the character U+${code} may not stand in YAML; remove it, or write it as an escape in double quotes`,
    span,
  )
}

/** Too many lines, or one that is too long. */
function tooManyLines(text: string, { nodes, string }: Limits): Problem | undefined {
  if (text.length <= Math.min(nodes, string)) return undefined
  let lines = 0
  let start = 0
  while (start < text.length) {
    const found = text.indexOf("\n", start)
    const end = found === -1 ? text.length : found
    if (end - start > string) return tooLong("this line is", string, start)
    if (++lines > nodes) {
      const message = `the file has more than ${nodes} lines, the most that is read (\`limits.nodes\` in the configuration)`
      return problem("too-many-nodes", message, { start, end: start })
    }
    start = end + 1
  }
  return undefined
}

export function tooLong(what: string, most: number, start: number): Problem {
  const message = `${what} longer than ${Math.floor(most)} characters, the most that is read (\`limits.string\` in the configuration)`
  return problem("too-large", message, { start, end: start })
}
