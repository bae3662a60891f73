import { globPattern } from "./globPattern.ts"

const compiled = new Map<string, (path: string) => boolean>()
/** By the list itself: the same one is asked about for each file. */
const matchers = new WeakMap<readonly string[], (path: string) => boolean>()

/**
 * Whether a path is meant by a rule's `files`. A pattern without a slash speaks of a kind of file and matches the base name in any folder
 * (`opencode.json{,c}`); one with a slash is read from the project root (a leading `./` or `/` is ignored), `**` + `/` stands for any folders.
 * A pattern that begins with `!` takes away what the patterns before it matched.
 * @returns a function of a path relative to the root with forward slashes; always true for no globs.
 */
export function matcher(globs: readonly string[]): (path: string) => boolean {
  const known = matchers.get(globs)
  if (known !== undefined) return known
  const made = matcherOf(globs)
  matchers.set(globs, made)
  return made
}

function matcherOf(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => true
  const tests = globs.map((glob) => ({
    takes: !glob.startsWith("!"),
    test: single(glob.startsWith("!") ? glob.slice(1) : glob),
  }))
  const all = tests.every(({ takes }) => takes)
  if (all) return (path) => tests.some(({ test }) => test(path))
  return (path) => tests.reduce((meant, { takes, test }) => (meant !== takes && test(path) ? takes : meant), false)
}

function single(glob: string): (path: string) => boolean {
  const known = compiled.get(glob)
  if (known !== undefined) return known
  const made = make(glob)
  compiled.set(glob, made)
  return made
}

function make(glob: string): (path: string) => boolean {
  if (!glob.includes("/")) {
    const test = globPattern(glob)
    return (path) => test(path.slice(path.lastIndexOf("/") + 1))
  }
  return globPattern(glob.replace(/^(?:\.?\/)+/, ""))
}

const likes = new Map<string, (text: string) => boolean>()

/** `text like glob`: the whole text, where `*` stays within a path segment. */
export function like(text: string, glob: string): boolean {
  let test = likes.get(glob)
  if (test === undefined) {
    test = globPattern(glob)
    // A glob may come from a document: the cache must not grow with those.
    if (likes.size > 1000) likes.clear()
    likes.set(glob, test)
  }
  return test(text)
}
