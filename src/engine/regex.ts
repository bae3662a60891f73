import { type LinearPattern, linearPattern } from "./linearPattern.ts"

const compiled = new Map<string, LinearPattern | string>()

function compile(pattern: string): LinearPattern | string {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  let made: LinearPattern | string
  try {
    made = linearPattern(pattern)
  } catch (error) {
    made = error instanceof Error ? error.message : String(error)
  }
  // Patterns come from rules, but one may be computed from a document: the cache must not grow with those.
  if (compiled.size > 1000) compiled.clear()
  compiled.set(pattern, made)
  return made
}

/** Whether the pattern (RE2 syntax, linear time) is found anywhere in the text; false for a pattern that cannot be read. */
export function found(text: string, pattern: string): boolean {
  const regex = compile(pattern)
  return typeof regex !== "string" && regex.test(text)
}

/** The text with another in the place of all that the pattern finds, in which `$1` is its first group; `undefined` for a pattern that cannot be read. */
export function replaced(text: string, pattern: string, by: string): string | undefined {
  const regex = compile(pattern)
  if (typeof regex === "string") return undefined
  try {
    return regex.replaceAll(text, by)
  } catch {
    // It names a group that is not there.
    return undefined
  }
}

/** What is wrong with a pattern; `undefined` when nothing is. */
export function patternProblem(pattern: string): string | undefined {
  const regex = compile(pattern)
  return typeof regex === "string" ? regex : undefined
}
