import type { Span } from "../../src/model/span.ts"
import type { Command, Flaw } from "./command.ts"
import { Scanner } from "./scanner.ts"
import { type Bounds, endOfLine, Unclosed, Words } from "./words.ts"

export interface Scan {
  readonly commands: readonly Command[]
  readonly functions: readonly Span[]
  readonly comments: readonly Span[]
  readonly flaws: readonly Flaw[]
}

/** After so many places that cannot be followed the rest is left alone: each costs a look at the rest of the text. */
const mostLost = 20
/** So many characters are looked at in vain, in all. */
const mostInVain = 2_000_000

/**
 * Reads statements as zsh's own lexer would, without a grammar: it knows quotes, substitutions, here-documents and what opens and closes, also
 * zsh's short forms. So it finds its way where the grammar of bash has lost it.
 * @throws Beyond where the text has more or deeper than the bounds.
 */
export function scan(text: string, bounds: Bounds): Scan {
  const commands: Command[] = []
  const functions: Span[] = []
  const comments: Span[] = []
  const flaws: Flaw[] = []
  const out = { commands, functions, comments, flaws }
  const words = wordsOf(text, bounds)
  let at = 0
  let inVain = 0
  for (let lost = 0; at < text.length && lost < mostLost && inVain < mostInVain; lost++) {
    const scanner = new Scanner(text, words, at, 0, out)
    try {
      at = scanner.run(false)
    } catch (error) {
      if (!(error instanceof Unclosed)) throw error
      flaws.push({
        start: error.at,
        end: Math.min(error.at + 1, text.length),
        message: `this ${error.opening} is not closed`,
      })
      at = endOfLine(text, scanner.begun) + 1
      inVain += text.length - scanner.begun
    }
  }
  return out
}

/** The end of a substitution or quoted stretch that begins at an offset. */
export function pieceEnd(text: string, at: number, quoted: boolean): number {
  return wordsOf(text, within).skipPiece(at, quoted, 0)
}

/** The elements of the list in parentheses that begins at an offset. */
export function listWords(text: string, at: number): readonly Span[] {
  return wordsOf(text, within).skipList(at).words
}

/** For what stands in a text that was scanned already. */
const within: Bounds = { depth: 1000, words: Number.POSITIVE_INFINITY }

function wordsOf(text: string, bounds: Bounds): Words {
  const words: Words = new Words(text, bounds, (start, depth) =>
    new Scanner(text, words, start, depth, undefined).run(true),
  )
  return words
}
