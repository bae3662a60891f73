import { matcher } from "./glob.ts"
import { alternatives } from "./globPattern.ts"

/**
 * Whether some path may be meant by both lists of a rule's `files`. Decided on examples made from the globs, so two that are written in very
 * different ways may be taken for disjoint.
 */
export function globsOverlap(left: readonly string[], right: readonly string[]): boolean {
  if (left.length === 0 || right.length === 0) return true
  const [inLeft, inRight] = [matcher(left), matcher(right)]
  return left.flatMap(examples).some(inRight) || right.flatMap(examples).some(inLeft)
}

/** Paths that a glob matches. */
function examples(glob: string): readonly string[] {
  return alternatives(glob).flatMap((plain) => {
    const shortest = plain
      .replace(/^(?:\.?\/)+/, "")
      .replaceAll("**/", "")
      .replaceAll("**", "x")
    return [
      shortest
        .replaceAll(/\*+/g, "x")
        .replaceAll("?", "x")
        .replaceAll(/\[([^\]!^])[^\]]*\]/g, "$1"),
    ]
  })
}
