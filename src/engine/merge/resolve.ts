import { type Conflict, linesOf, type Piece } from "./mergeLines.ts"

/** So many combinations are tried, and no longer texts in all than this. */
const mostTried = 96
const mostRead = 1_000_000

/** Of more conflicts the few combinations that can be tried are hardly ever the right ones. */
const mostMixed = 30

/**
 * Texts that a merge by lines might have meant: in each place where it conflicts one side, or both, in either order. Where entries of a list or an
 * object meet, a comma may have to come between. Only a proof can tell which of them is right.
 */
export function* resolutions(pieces: readonly Piece[]): Generator<string> {
  const conflicts = pieces.filter((piece): piece is Conflict => !("text" in piece))
  const length = pieces.reduce((sum, piece) => sum + ("text" in piece ? piece.text.length : piece.ours.length), 1)
  const left = Math.min(mostTried, 2 + Math.ceil(mostRead / length))
  const tried = new Set<string>()
  const mixed = conflicts.length > mostMixed ? [] : combinations(conflicts.map(optionsOf)).take(left)
  const all = [...alike(conflicts), ...mixed]
  for (const chosen of all) {
    if (tried.size >= left) return
    let next = 0
    const text = pieces.map((piece) => ("text" in piece ? piece.text : (chosen[next++] ?? ""))).join("")
    if (!tried.has(text)) yield text
    tried.add(text)
  }
}

/** Each conflict decided in the same way. */
function alike(conflicts: readonly Conflict[]): readonly (readonly string[])[] {
  const lines = conflicts.map((conflict) => lineByLine(conflict)[0])
  const sides = (["ours", "theirs"] as const).map((side) => conflicts.map((conflict) => conflict[side]))
  const mixed = lines.some((line) => line !== undefined)
    ? sides.map((side) => side.map((text, index) => lines[index] ?? text))
    : []
  return [...mixed, ...sides]
}

function* combinations(options: readonly (readonly string[])[]): Generator<readonly string[]> {
  const [first, ...rest] = options
  if (first === undefined) yield []
  else for (const others of combinations(rest)) for (const option of first) yield [option, ...others]
}

function optionsOf(conflict: Conflict): readonly string[] {
  const { ours, theirs, ends: [head, tail] = ["", ""] } = conflict
  const between = tail + head
  return [
    ...new Set([
      ...lineByLine(conflict),
      ...joined(ours, theirs),
      ...(between === "" ? [] : joined(ours + between, theirs)),
      ours,
      theirs,
      ...joined(theirs, ours),
      ...(between === "" ? [] : joined(theirs + between, ours)),
    ]),
  ]
}

/** Sides that changed lines next to each other, none of them the same one. */
function lineByLine({ base, ours, theirs, ends: [head, tail] = ["", ""] }: Conflict): readonly string[] {
  const [was, one, other] = [base, head + ours + tail, head + theirs + tail].map(linesOf)
  if (was === undefined || was.length !== one?.length || was.length !== other?.length) return []
  const lines = was.map((line, at) => {
    if (one[at] === line || one[at] === other[at]) return other[at]
    return other[at] === line ? one[at] : undefined
  })
  const inner = lines.slice(linesOf(head).length, lines.length - linesOf(tail).length)
  return inner.every((line) => line !== undefined) ? [inner.join("")] : []
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
