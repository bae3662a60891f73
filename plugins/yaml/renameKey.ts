import type { Edit } from "../../src/model/operation.ts"
import { column } from "./lines.ts"
import { insertion, type Page } from "./page.ts"
import { keyText } from "./render.ts"
import { tagFits, withoutTag } from "./tags.ts"
import type { Collection, Entry } from "./tree.ts"
import { doubleWord, stringWords } from "./words.ts"

/** Wordings of another key in the same place, in the quoting of the old one where that can say it. A tag that is not for text goes. */
export function* renameKey(page: Page, map: Collection, entry: Entry, to: string): Generator<readonly Edit[]> {
  const { key } = entry
  for (const edits of wordings(page, map, entry, to))
    yield key?.tag === undefined || tagFits(key, to) ? edits : withoutTag(page.text, key.tag, edits)
}

function* wordings(page: Page, map: Collection, entry: Entry, to: string): Generator<readonly Edit[]> {
  const { text, habits } = page
  const { key } = entry
  if (key === undefined) return
  const style = key.kind === "scalar" ? key.style : "plain"
  const words = [
    ...stringWords(to, { flow: map.layout !== "block", style, quote: habits.quote }),
    keyText(to, habits, "quoted", false),
  ]
  for (const word of words) {
    if (key.kind === "scalar" && key.header !== undefined) {
      yield [
        { start: key.start, end: key.header, text: word },
        { start: key.body ?? key.last, end: key.last, text: "" },
      ]
      continue
    }
    if (key.start === key.end) {
      yield [insertion(key.after, word + (/\s/.test(text[key.after] ?? "") || entry.colon === key.after ? "" : " "))]
      yield [insertion(key.after, ` ${word}`)]
      continue
    }
    yield [{ start: key.start, end: key.end, text: word }]
    yield [{ start: key.start, end: key.end, text: `${word} ` }]
  }
  if (entry.explicit) yield [{ start: entry.start + 1, end: key.end, text: ` ${doubleWord(to)}` }]
  if (entry.colon === undefined || entry.explicit || map.layout !== "block") return
  const long: Edit[] = [
    {
      start: key.start,
      end: key.end,
      text: `? ${doubleWord(to)}${habits.eol}${" ".repeat(column(text, entry.start))}`,
    },
  ]
  yield long
}
