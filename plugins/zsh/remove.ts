import type { Edit } from "../../src/model/operation.ts"
import type { Item } from "./item.ts"
import { beginsLine, Refused, restOfLine, withoutLines } from "./lines.ts"
import type { State } from "./state.ts"

/** Take one fact away: a statement with its line, or a word of one that says more. */
export function removalOf(state: State, item: Item): Edit {
  if (item.form === "element") return withoutElement(state, item)
  if (item.form === "part") return withoutPart(state, item)
  const said = [...state.groups.values()].flat().filter(({ command }) => command.start === item.command.start)
  const edit = said.length > 1 ? withoutWord(state, item) : withoutLines(state, item.command)
  if (edit === undefined) throw new Refused("this statement shares its line with others")
  return edit
}

/** A word and the blanks before it. */
function withoutWord({ text }: State, { word }: Item): Edit {
  const blanks = /[ \t]*$/.exec(text.slice(Math.max(0, word.start - 200), word.start))?.[0].length ?? 0
  if (blanks === 0) throw new Refused("this word does not stand alone")
  return { start: word.start - blanks, end: word.end, text: "" }
}

function withoutElement(state: State, { span }: Item): Edit {
  const { text } = state
  const own = beginsLine(text, span.start) ? withoutLines(state, span) : undefined
  if (own !== undefined) return own
  const before = /[ \t]*$/.exec(text.slice(Math.max(0, span.start - 200), span.start))?.[0].length ?? 0
  if (before > 0 && !beginsLine(text, span.start)) return { start: span.start - before, end: span.end, text: "" }
  const after = restOfLine(state, span.end)
    ? 0
    : (/^[ \t]*/.exec(text.slice(span.end, span.end + 200))?.[0].length ?? 0)
  return { start: span.start, end: span.end + after, text: "" }
}

function withoutPart({ text }: State, { span, word }: Item): Edit {
  if (text[span.end] === ":" && span.end < word.end) return { start: span.start, end: span.end + 1, text: "" }
  if (text[span.start - 1] === ":") return { start: span.start - 1, end: span.end, text: "" }
  throw new Refused("the only part of a search path is not taken away")
}
