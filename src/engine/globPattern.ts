/** More alternatives than a person writes; a glob with more keeps its braces as plain characters. */
const mostAlternatives = 256

/**
 * A glob as a test of a whole text, in time that grows with glob × text and no faster, whoever wrote the glob. `*` and `?` stay within a
 * path segment, `**` as a segment stands for any number of them, `[a-z]` `[!a-z]` are classes, `{a,b}` alternatives, `\` takes the meaning
 * from the character after it. Hidden files are files like others; upper and lower case differ.
 */
export function globPattern(glob: string): (text: string) => boolean {
  const tests = alternatives(glob).map(single)
  const [first] = tests
  return tests.length === 1 && first !== undefined ? first : (text) => tests.some((test) => test(text))
}

/** Why a glob matches nothing, or not what its writer meant; `undefined`: it is as it should be. */
export function globProblem(glob: string): { readonly reason: string; readonly hint: string } | undefined {
  const body = glob.replace(/^!/, "")
  if (body === "") return { reason: "it is empty", hint: "name a file, or kinds of files such as *.json" }
  if (body.endsWith("/")) return { reason: "it ends with a slash", hint: `for what lies in the folder write ${body}**` }
  if (/^(?:\.\/|\/)*\.\.\//.test(body))
    return { reason: "it leads out of the project", hint: "globs are read from the project root" }
  const units = body.replace(/\\./g, "")
  if (units.split("/").some((segment) => /\[(?!.[^\]]*\])/.test(segment)))
    return { reason: "its [ is never closed", hint: "close it with ], or write \\[ for the character" }
  if (units.split("{").length !== units.split("}").length)
    return { reason: "its braces are not closed", hint: "write {a,b}, or \\{ for the character" }
  return undefined
}

function single(glob: string): (text: string) => boolean {
  if (!special.test(glob)) return (text) => text === glob
  // Most paths are told apart by how they begin and end.
  const before = glob.slice(0, glob.search(special))
  const after = /[^*?[\]\\/]*$/.exec(glob)?.[0] ?? ""
  if (glob === `*${after}`) return (text) => text !== "" && text.endsWith(after) && !text.includes("/")
  let segments: readonly Segment[] | undefined
  return (text) => {
    if (!text.startsWith(before) || !text.endsWith(after)) return false
    segments ??= segmentsOf(glob)
    return matches(segments, text.split("/"), isAnySegments, segmentMatches)
  }
}

function segmentsOf(glob: string): readonly Segment[] {
  // `a/**` is what lies below a, not a itself.
  const whole = glob.endsWith("/**") ? `${glob}/*` : glob
  return whole.split("/").map((segment) => (segment === "**" ? anySegments : tokens(segment)))
}

const special = /[*?[\]\\]/

type Token = { readonly type: "star" } | { readonly type: "one"; readonly test: (unit: string) => boolean }
type Segment = readonly Token[] | typeof anySegments

const anySegments = "**"

function isAnySegments(segment: Segment): boolean {
  return segment === anySegments
}

function segmentMatches(segment: Segment, text: string): boolean {
  if (segment === anySegments) return true
  // A lone star is something, not nothing.
  if (text === "") return segment.length === 0
  return matches(segment, [...text], isStar, tokenMatches)
}

function isStar(token: Token): boolean {
  return token.type === "star"
}

function tokenMatches(token: Token, unit: string): boolean {
  return token.type === "one" && token.test(unit)
}

/**
 * Wildcard matching without a stack: on a mismatch only the last wildcard takes one more, since what came before it needs no second try.
 */
function matches<P, T>(
  pattern: readonly P[],
  text: readonly T[],
  isWild: (part: P) => boolean,
  fits: (part: P, unit: T) => boolean,
): boolean {
  let at = 0
  let wild = -1
  let retry = 0
  let next = 0
  while (next < text.length) {
    const part = pattern[at]
    if (part !== undefined && isWild(part)) {
      wild = at++
      retry = next
    } else if (part !== undefined && fits(part, text[next] as T)) {
      at++
      next++
    } else if (wild >= 0) {
      at = wild + 1
      next = ++retry
    } else return false
  }
  return pattern.slice(at).every(isWild)
}

function tokens(segment: string): readonly Token[] {
  const units = [...segment]
  const result: Token[] = []
  for (let at = 0; at < units.length; at++) {
    const unit = units[at] as string
    const end = unit === "[" ? units.indexOf("]", at + 2) : -1
    if (unit === "*") {
      if (result.at(-1)?.type !== "star") result.push({ type: "star" })
    } else if (unit === "?") result.push({ type: "one", test: () => true })
    else if (end > 0) {
      result.push({ type: "one", test: characterClass(units.slice(at + 1, end)) })
      at = end
    } else {
      const plain = unit === "\\" && at + 1 < units.length ? (units[++at] as string) : unit
      result.push({ type: "one", test: (each) => each === plain })
    }
  }
  return result
}

function characterClass(units: readonly string[]): (unit: string) => boolean {
  const negated = units[0] === "!" || units[0] === "^"
  const members = negated ? units.slice(1) : units
  const ranges: (readonly [string, string])[] = []
  for (let at = 0; at < members.length; at++) {
    const low = members[at] as string
    const high = members[at + 1] === "-" ? members[at + 2] : undefined
    ranges.push([low, high ?? low])
    if (high !== undefined) at += 2
  }
  return (unit) => ranges.some(([low, high]) => low <= unit && unit <= high) !== negated
}

/** `{a,b}` written out, nested ones too. */
export function alternatives(glob: string): readonly string[] {
  let open: readonly string[] = [glob]
  for (;;) {
    const next = open.flatMap((each) => expandFirst(each) ?? [each])
    if (next.length === open.length) return next
    if (next.length > mostAlternatives) return [glob]
    open = next
  }
}

/** Written out at the first innermost pair of braces with a comma; `undefined` when there is none. */
function expandFirst(glob: string): readonly string[] | undefined {
  const found = /(?<!\\)\{([^{}]*,[^{}]*)\}/.exec(glob)
  if (found === null) return undefined
  const before = glob.slice(0, found.index)
  const after = glob.slice(found.index + found[0].length)
  return (found[1] ?? "").split(",").map((each) => before + each + after)
}
