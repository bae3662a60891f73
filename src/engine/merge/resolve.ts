import type { Piece } from "./mergeLines.ts"

type Conflict = Exclude<Piece, { readonly text: string }>

/** So many combinations are tried, and no longer texts in all than this. */
const mostTried = 96
const mostRead = 8_000_000

/**
 * Texts that a merge by lines might have meant: in each place where it conflicts one side, or both, in either order. Where entries of a list or an
 * object meet, a comma may have to come between. Only a proof can tell which of them is right.
 */
export function* resolutions(pieces: readonly Piece[]): Generator<string> {
  const conflicts = pieces.filter((piece): piece is Conflict => !("text" in piece))
  const options = conflicts.map(optionsOf)
  const length = pieces.reduce((sum, piece) => sum + ("text" in piece ? piece.text.length : piece.ours.length), 1)
  let left = Math.min(mostTried, Math.ceil(mostRead / length))
  for (const chosen of combinations(options)) {
    if (left-- <= 0) return
    let next = 0
    yield pieces.map((piece) => ("text" in piece ? piece.text : (chosen[next++] ?? ""))).join("")
  }
}

function* combinations(options: readonly (readonly string[])[]): Generator<readonly string[]> {
  const [first, ...rest] = options
  if (first === undefined) yield []
  else for (const others of combinations(rest)) for (const option of first) yield [option, ...others]
}

function optionsOf({ ours, theirs }: Conflict): readonly string[] {
  return [...new Set([...joined(ours, theirs), ours, theirs, ...joined(theirs, ours)])]
}

function joined(first: string, second: string): readonly string[] {
  if (first === "" || second === "") return []
  const start = first.endsWith("\n") ? first : `${first}\n`
  const commas = [...commaAt(start)]
  return [
    start + second,
    ...commas.map((each) => each + second),
    ...commas.map((each) => each + withoutComma(second)),
    start + withoutComma(second),
  ]
}

/** An entry as it is, and with or without a comma behind it. */
export function withComma(entry: string): readonly string[] {
  const comma = /,(?=\s*(?:\/\/.*|\/\*.*\*\/)?\s*$)/.exec(entry)
  return [
    entry,
    ...commaAt(entry),
    ...(comma === null ? [] : [entry.slice(0, comma.index) + entry.slice(comma.index + 1)]),
  ]
}

/** With a comma behind the last sign that is not blank, or before the comment that ends the line. */
function* commaAt(text: string): Generator<string> {
  const solid = text.trimEnd()
  if (solid.endsWith(",")) return
  const lineStart = solid.lastIndexOf("\n") + 1
  const comment = /\s*(?:\/\/|\/\*).*$/.exec(solid.slice(lineStart))
  if (comment !== null) {
    const at = lineStart + comment.index
    yield `${text.slice(0, at)},${text.slice(at)}`
  }
  yield `${solid},${text.slice(solid.length)}`
}

function withoutComma(text: string): string {
  const solid = text.trimEnd()
  return solid.endsWith(",") ? solid.slice(0, -1) + text.slice(solid.length) : text
}
