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
  if (hasMoreLines(text, limits.nodes))
    return problem("too-many-nodes", `the file has more than ${limits.nodes} lines`, { start: 0, end: 0 })
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

function hasMoreLines(text: string, most: number): boolean {
  if (text.length <= most) return false
  let lines = 0
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) if (++lines > most) return true
  return false
}
