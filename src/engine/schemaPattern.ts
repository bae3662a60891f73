import { linearPattern } from "./linearPattern.ts"
import { longestNative, mayExplode, type Pattern } from "./quickPattern.ts"

/**
 * Patterns of schemas come from outside and meet text from outside: they run in linear time. What RE2 cannot say (look-around,
 * back-references) runs natively when no repetition holds another one; else it is not checked, and matches everything.
 * @throws SyntaxError when it is no pattern in either language.
 */
function readPattern(pattern: string, flags: string): Pattern {
  const native = new RegExp(pattern, flags)
  return { test: testOf(pattern, native), toString: () => String(native) }
}

function testOf(pattern: string, native: RegExp): Pattern["test"] {
  try {
    const linear = linearPattern(pattern)
    return (text) => linear.test(text)
  } catch {
    if (mayExplode(pattern)) return () => true
    return (text) => text.length > longestNative || native.test(text)
  }
}

/** Ajv's `code.regExp`. */
export const schemaPattern = Object.assign(readPattern, { code: "readPattern" })
