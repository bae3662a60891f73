import { diff3, matches } from "./diff3.ts"
import { type Conflict, linesOf, type Piece } from "./mergeLines.ts"

interface Labels {
  readonly ours: string
  readonly theirs: string
  /** What stood there before is marked as well. */
  readonly base?: string
}

export interface MarkerStyle {
  readonly labels: Labels
  /** How many signs a mark has; git's default is 7. */
  readonly size: number
}

/** The text of a merge with its conflicts marked as git and editors know them. */
export function withMarkers(pieces: readonly Piece[], { labels, size }: MarkerStyle): string {
  const eol = pieces.some((piece) => ("text" in piece ? piece.text : piece.ours).includes("\r\n")) ? "\r\n" : "\n"
  const mark = (sign: string, label: string) => `${sign.repeat(size)}${label === "" ? "" : ` ${label}`}${eol}`
  const ancestor = (text: string) => (labels.base === undefined ? "" : mark("|", labels.base) + whole(text))
  const whole = (text: string) => (text === "" || text.endsWith("\n") ? text : text + eol)
  return pieces
    .map((piece, index) =>
      "text" in piece
        ? index === pieces.length - 1
          ? piece.text
          : whole(piece.text)
        : `${mark("<", labels.ours)}${whole(piece.ours)}${ancestor(piece.base)}${mark("=", "")}${whole(piece.theirs)}${mark(">", labels.theirs)}`,
    )
    .join("")
}

/** The same for two texts and the one that stood there before them. */
export function differencesFrom(base: string, ours: string, theirs: string): readonly Piece[] {
  const [lines, ourLines, theirLines] = [linesOf(base), linesOf(ours), linesOf(theirs)]
  const regions = diff3(lines, ourLines, theirLines).map(({ base: was, ours: one, theirs: other }) => ({
    base: lines.slice(was.start, was.end).join(""),
    ours: ourLines.slice(one.start, one.end).join(""),
    theirs: theirLines.slice(other.start, other.end).join(""),
  }))
  return withStrays(regions).map((region) => (region.ours === region.theirs ? { text: region.ours } : region))
}

/** What stood somewhere else before, so that there both sides are alike, belongs to the conflict nearest to it, with all that lies between. */
function withStrays(regions: readonly Conflict[]): readonly Conflict[] {
  const stray = regions.findIndex(({ base, ours, theirs }) => ours === theirs && base !== ours)
  const conflicts = regions.flatMap(({ ours, theirs }, index) => (ours === theirs ? [] : [index]))
  const [nearest] = conflicts.toSorted((one, other) => Math.abs(one - stray) - Math.abs(other - stray))
  if (stray < 0 || nearest === undefined) return regions
  const [from, to] = stray < nearest ? [stray, nearest + 1] : [nearest, stray + 1]
  const all = (side: "base" | "ours" | "theirs") =>
    regions
      .slice(from, to)
      .map((region) => region[side])
      .join("")
  const joined = { base: all("base"), ours: all("ours"), theirs: all("theirs") }
  return withStrays([...regions.slice(0, from), joined, ...regions.slice(to)])
}

/** Two texts that are the same but for a few lines, as pieces of one that has these as conflicts. */
export function differences(ours: string, theirs: string): readonly Piece[] {
  const [one, other] = [linesOf(ours), linesOf(theirs)]
  const found = matches(one, other)
  const pieces: Piece[] = []
  let [here, there] = [0, 0]
  while (here < one.length || there < other.length) {
    let same = 0
    while (here + same < one.length && found[here + same] === there + same) same++
    if (same > 0) pieces.push({ text: one.slice(here, here + same).join("") })
    here += same
    there += same
    let next = here
    while (next < one.length && found[next] === undefined) next++
    const to = found[next] ?? other.length
    const [left, right] = [one.slice(here, next).join(""), other.slice(there, to).join("")]
    if (left !== "" || right !== "") pieces.push({ base: "", ours: left, theirs: right })
    here = next
    there = to
  }
  return pieces
}
