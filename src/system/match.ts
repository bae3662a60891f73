import picomatch from "picomatch"

const options = { dot: true, posixSlashes: true } as const

/** Folders that no one means, unless a pattern names them. */
const neverMeant = [".git", "node_modules"]

/** @returns whether a path with forward slashes, relative to the root, matches one of the globs (picomatch; dots are ordinary letters). */
export function matcherOf(patterns: readonly string[]): (path: string) => boolean {
  return patterns.length === 0 ? () => false : picomatch([...patterns], options)
}

/** `ignore` and the folders that are always ignored: `.git` and `node_modules` at any depth, each unless a pattern names it. */
export function withUsualIgnores(patterns: readonly string[], ignore: readonly string[]): readonly string[] {
  const usual = neverMeant.filter((name) => !patterns.some((pattern) => pattern.split("/").includes(name)))
  return [...ignore, ...usual.map((name) => `**/${name}/**`)]
}

/**
 * The paths that a pattern of plain text and flat braces names (`opencode.json{,c}`: two), so that they can be looked up without walking a folder.
 * @returns `null` for a pattern that needs a walk.
 */
export function literalPaths(pattern: string): readonly string[] | null {
  const brace = /^([^{}]*)\{([^{}]*,[^{}]*)\}(.*)$/s.exec(pattern)
  if (brace === null) return /[*?[\](){}!+@\\|]/.test(pattern) ? null : [pattern.replace(/^\.\//, "")]
  const [, before = "", choices = "", after = ""] = brace
  const paths = choices.split(",").map((choice) => literalPaths(before + choice + after))
  return paths.every((path) => path !== null) ? paths.flat() : null
}
