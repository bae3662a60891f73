import { RE2JS } from "re2js"

interface Pattern {
  test(text: string): boolean
}

/**
 * Patterns of schemas come from outside and meet text from outside: they run in linear time. What RE2 cannot say (look-around,
 * back-references) runs natively when no repetition holds another one; else it is not checked, and matches everything.
 * @throws SyntaxError when it is no pattern in either language.
 */
function readPattern(pattern: string, flags: string): Pattern {
  const native = new RegExp(pattern, flags)
  try {
    const linear = RE2JS.compile(pattern)
    return { test: (text) => linear.test(text) }
  } catch {
    return mayExplode(pattern) ? { test: () => true } : native
  }
}

/** Ajv's `code.regExp`. */
export const schemaPattern = Object.assign(readPattern, { code: "readPattern" })

function mayExplode(pattern: string): boolean {
  const repeated = /[*+}]/.test(pattern)
  return (
    /\)(?:[*+]|\{\d+,)/.test(pattern) &&
    repeated &&
    /[*+}][^()]*\)(?:[*+]|\{\d+,)|\|[^()]*\)(?:[*+]|\{\d+,)/.test(pattern)
  )
}
