import { matches } from "./diff3.ts"
import { linesOf, type Piece } from "./mergeLines.ts"

interface Labels {
  readonly ours: string
  readonly theirs: string
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
  const whole = (text: string) => (text === "" || text.endsWith("\n") ? text : text + eol)
  return pieces
    .map((piece, index) =>
      "text" in piece
        ? index === pieces.length - 1
          ? piece.text
          : whole(piece.text)
        : `${mark("<", labels.ours)}${whole(piece.ours)}${mark("=", "")}${whole(piece.theirs)}${mark(">", labels.theirs)}`,
    )
    .join("")
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
