import { matcher } from "./glob.ts"

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
  return braces(glob).flatMap((plain) => {
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

function braces(glob: string): readonly string[] {
  const found = /\{([^{}]*)\}/.exec(glob)
  if (found === null) return [glob]
  const [whole, inside = ""] = found
  const before = glob.slice(0, found.index)
  const after = glob.slice(found.index + whole.length)
  return inside
    .split(",")
    .flatMap((each) => braces(before + each + after))
    .slice(0, 64)
}
