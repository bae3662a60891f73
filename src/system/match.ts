import picomatch from "picomatch"

const options = { dot: true, posixSlashes: true } as const

/** Folders that no one means, unless a pattern names them. */
const neverMeant = [".git", "node_modules"]

/** Whether a pattern takes files away from what the others mean; `!(…)` is a glob of its own. */
const takesAway = (pattern: string) => pattern.startsWith("!") && pattern[1] !== "("

/** The patterns that mean files. */
export function meaning(patterns: readonly string[]): readonly string[] {
  return patterns.filter((pattern) => !takesAway(pattern))
}

/** @returns whether a path with forward slashes, relative to the root, matches one of the globs that mean files (picomatch; dots are ordinary letters). */
export function matcherOf(patterns: readonly string[]): (path: string) => boolean {
  const wanted = meaning(patterns)
  return wanted.length === 0 ? () => false : picomatch([...wanted], options)
}

/**
 * All that `patterns` do not mean though they match: `ignore`, what a pattern with a `!` takes away, and the folders that are always ignored: `.git` and
 * `node_modules` at any depth, each unless a pattern names it.
 */
export function withUsualIgnores(patterns: readonly string[], ignore: readonly string[]): readonly string[] {
  const usual = neverMeant.filter((name) => !meaning(patterns).some((pattern) => pattern.split("/").includes(name)))
  const taken = patterns.filter(takesAway).map((pattern) => pattern.slice(1).replace(/^\.\//, ""))
  return [...meaning(ignore), ...taken, ...usual.map((name) => `**/${name}/**`)]
}

/** Braces that mean more paths than this are matched against the files there are, instead of looking each up. */
const mostLiteral = 200

/**
 * The paths that a pattern of plain text and flat braces names (`opencode.json{,c}`: two), so that they can be looked up without walking a folder.
 * @returns `null` for a pattern that needs a walk.
 */
export function literalPaths(pattern: string): readonly string[] | null {
  let paths = [""]
  let at = 0
  for (const brace of pattern.matchAll(/\{([^{}]*,[^{}]*)\}/g)) {
    const choices = brace[1]?.split(",") ?? []
    if (paths.length * choices.length > mostLiteral) return null
    const before = pattern.slice(at, brace.index)
    paths = paths.flatMap((path) => choices.map((choice) => path + before + choice))
    at = brace.index + brace[0].length
  }
  const whole = paths.map((path) => path + pattern.slice(at))
  if (whole.some((path) => /[*?[\](){}!+@\\|]/.test(path))) return null
  return whole.map((path) => path.replace(/^\.\//, ""))
}
