import { RE2JS } from "re2js"

interface Pattern {
  test(text: string): boolean
}

/** Repetitions side by side take a power of the length. */
const longestNative = 1000

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
    if (mayExplode(pattern)) return { test: () => true }
    return { test: (text) => text.length > longestNative || native.test(text) }
  }
}

/** Ajv's `code.regExp`. */
export const schemaPattern = Object.assign(readPattern, { code: "readPattern" })

/** Whether a group is repeated behind or around another repetition or a choice, as in `(a+)+` and `(a|b)*`. */
function mayExplode(pattern: string): boolean {
  return /[*+}|].*\)(?:[*+]|\{\d+,)/s.test(pattern)
}
