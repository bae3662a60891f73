import type { Mend } from "../../../src/model/document.ts"
import type { Effort } from "../../../src/model/effort.ts"
import type { Dialect } from "../dialect.ts"
import type { Lexed, Token } from "./lex.ts"
import { advance, imagined, type State } from "./machine.ts"
import { type Reached, Reader } from "./reader.ts"

/** Where more levels than this are missing nobody can tell what was there. */
const mostLevels = 4
const mostMends = 3

/**
 * Lines that were lost, which a merge or a paste does: an entry stands deeper than those before it, as if within an object that nothing opens,
 * and further on more is closed than was opened. The objects are opened again; what they were called cannot be known.
 */
export function* lostLineMends(
  text: string,
  { tokens }: Lexed,
  states: readonly State[],
  dialect: Dialect,
  effort: Effort,
): Generator<Mend> {
  const stop = states.length - 1
  const reader = new Reader(tokens, dialect, stop, effort)
  const found: (Reached & { readonly token: Token; readonly indents: readonly string[] })[] = []
  for (let index = stop; index > 0 && !reader.exhausted; index--) {
    const [state, token] = [states[index], tokens[index]]
    if (state === undefined || token === undefined) continue
    for (const indents of indentsOf(state, token)) {
      const opened = openedBy(state, token, indents, dialect)
      const reached = opened && reader.readOn(opened, index)
      if (reached !== undefined && reader.isFurther(reached)) found.push({ ...reached, token, indents })
    }
  }
  const distance = ({ oddities, indents }: (typeof found)[number]) =>
    1 + indents.length / 10_000 + Math.min(oddities, 900) / 1000
  for (const lost of found.sort((a, b) => distance(a) - distance(b)).slice(0, mostMends))
    yield {
      title: `open ${lost.indents.length === 1 ? "an object" : `${lost.indents.length} objects`} above line ${lost.token.line + 1}, whose line is lost`,
      edits: [openings(text, lost.token, lost.indents)],
      distance: distance(lost),
      sure: false,
      doubt: `lines are missing above line ${lost.token.line + 1}, and what stood on them is not known`,
    }
}

/** The indentations that the lost lines could have had: even steps from the entries before to the one that stands too deep. */
function* indentsOf({ open, expect }: State, { kind, indent }: Token): Generator<readonly string[]> {
  const above = open?.entries
  if (kind !== "string" || open?.kind !== "{" || !expect.startsWith("key")) return
  if (indent === undefined || above === undefined || !indent.startsWith(above)) return
  const deeper = indent.length - above.length
  for (let levels = 1; levels <= Math.min(mostLevels, deeper); levels++)
    if (deeper % levels === 0)
      yield Array.from({ length: levels }, (_, level) => indent.slice(0, above.length + (deeper / levels) * level))
}

function openedBy(state: State, before: Token, indents: readonly string[], dialect: Dialect): State | undefined {
  let opened: State | undefined = state
  for (const [level, indent] of indents.entries()) {
    const line = before.line - indents.length + level - 1
    for (const kind of ["string", ":", "{"] as const)
      opened =
        opened && advance(opened, { ...imagined(kind), line, indent: kind === "string" ? indent : undefined }, dialect)
  }
  return opened
}

function openings(text: string, { start }: Token, indents: readonly string[]) {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1
  const eol = text.includes("\r\n") ? "\r\n" : "\n"
  let number = 0
  const name = (): string => {
    number++
    const key = `"missing-${number}"`
    return text.includes(key) ? name() : key
  }
  const lines = indents.map((indent) => `${indent}${name()}: {${eol}`)
  return { start: lineStart, end: lineStart, text: lines.join("") }
}
