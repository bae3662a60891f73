import { jsonrepair } from "jsonrepair"
import type { Mend } from "../../../src/model/document.ts"
import type { Edit } from "../../../src/model/operation.ts"
import { lex } from "./lex.ts"

/** More tokens than this between what is the same at both ends are compared with too much effort. */
const mostTokens = 1500

/**
 * What the library jsonrepair makes of a text: it always finds something, and never says how sure it is. Its text is not taken, only the edits
 * that lead to it.
 */
export function* rewrittenMend(text: string): Generator<Mend> {
  const written = rewrite(text)
  // It makes a list of a text that goes on behind its end, which is never what an owner meant.
  if (written === undefined || written === text || written.trimStart()[0] !== text.trimStart()[0]) return
  const edits = differences(text, written)
  if (edits !== undefined) yield { title: "read it as the library jsonrepair does", edits, distance: 20, sure: false }
}

function rewrite(text: string): string | undefined {
  try {
    return jsonrepair(text)
  } catch {
    return undefined
  }
}

interface Piece {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** Every token, with the blanks and comments before it. */
function piecesOf(text: string): readonly Piece[] {
  return lex(text).tokens.map(({ start, end }) => ({ text: text.slice(start, end), start, end }))
}

/** The fewest tokens replaced; what stands between those that stay is left alone. */
function differences(from: string, to: string): readonly Edit[] | undefined {
  const [old, now] = [piecesOf(from), piecesOf(to)]
  let head = 0
  while (head < old.length - 1 && head < now.length - 1 && old[head]?.text === now[head]?.text) head++
  let tail = 0
  const most = Math.min(old.length, now.length) - head
  while (tail < most && old.at(-1 - tail)?.text === now.at(-1 - tail)?.text) tail++
  const [left, right] = [old.slice(head, old.length - tail), now.slice(head, now.length - tail)]
  if (left.length > mostTokens || right.length > mostTokens) return undefined
  const pairs = common(left, right)
  const edits: Edit[] = []
  let [at, other] = [0, 0]
  for (const [i, j] of [...pairs, [left.length, right.length] as const]) {
    const put = right.slice(other, j)
    const gone = left.slice(at, i)
    if (put.length > 0 || gone.length > 0) {
      const start = gone[0]?.start ?? left[at - 1]?.end ?? old[head + at - 1]?.end ?? 0
      const end = gone.at(-1)?.end ?? start
      edits.push({ start, end, text: put.length === 0 ? "" : to.slice(put[0]?.start ?? 0, put.at(-1)?.end ?? 0) })
    }
    at = i + 1
    other = j + 1
  }
  return edits
}

/** Indices of a longest common subsequence. */
function common(left: readonly Piece[], right: readonly Piece[]): readonly (readonly [number, number])[] {
  const width = right.length + 1
  const lengths = new Uint16Array((left.length + 1) * width)
  for (let i = left.length - 1; i >= 0; i--)
    for (let j = right.length - 1; j >= 0; j--) {
      const below = lengths[(i + 1) * width + j] ?? 0
      const beside = lengths[i * width + j + 1] ?? 0
      const both = left[i]?.text === right[j]?.text ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1 : 0
      lengths[i * width + j] = Math.max(below, beside, both)
    }
  const pairs: (readonly [number, number])[] = []
  let [i, j] = [0, 0]
  while (i < left.length && j < right.length) {
    if (left[i]?.text === right[j]?.text) pairs.push([i++, j++])
    else if ((lengths[(i + 1) * width + j] ?? 0) >= (lengths[i * width + j + 1] ?? 0)) i++
    else j++
  }
  return pairs
}
