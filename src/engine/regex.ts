import { RE2JS } from "re2js"

const compiled = new Map<string, RE2JS | string>()

function compile(pattern: string): RE2JS | string {
  const known = compiled.get(pattern)
  if (known !== undefined) return known
  let made: RE2JS | string
  try {
    made = RE2JS.compile(pattern)
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

/** What is wrong with a pattern; `undefined` when nothing is. */
export function patternProblem(pattern: string): string | undefined {
  const regex = compile(pattern)
  return typeof regex === "string" ? regex : undefined
}
