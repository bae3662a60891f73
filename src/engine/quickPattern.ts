/** Thrown by a quick test that would take too long: whoever asked must ask the slow and sure one. */
class TooMuch extends Error {
  override readonly name = "TooMuch"
}

/** By name: the programs of the schemas are bundled apart and have a class of their own. */
export function isTooMuch(error: unknown): boolean {
  return error instanceof Error && error.name === "TooMuch"
}

export interface Pattern {
  readonly test: (text: string) => boolean
  /** Ajv tells patterns apart by what they say they are. */
  readonly toString: () => string
}

/** Repetitions side by side take a power of the length. */
export const longestNative = 1000

/**
 * A pattern of a schema as the programs test it that the build makes of shipped schemas: by the JavaScript engine, within bounds.
 * @throws TooMuch where the sure way, `schemaPattern.ts`, must be taken.
 */
export function quickPattern(pattern: string, flags: string): Pattern {
  let native: RegExp | undefined
  const hard = mayExplode(pattern)
  return {
    test: (text) => {
      if (hard || text.length > longestNative) throw new TooMuch()
      native ??= new RegExp(pattern, flags)
      return native.test(text)
    },
    toString: () => `/${pattern}/${flags}`,
  }
}

/** Whether a group is repeated behind or around another repetition or a choice, as in `(a+)+` and `(a|b)*`. */
export function mayExplode(pattern: string): boolean {
  return /[*+}|].*\)(?:[*+]|\{\d+,)/s.test(pattern)
}
