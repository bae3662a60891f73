import type { Format, Limits } from "../model/document.ts"
import { hasErrors } from "../model/document.ts"
import type { Edit } from "../model/operation.ts"
import type { Source } from "../model/source.ts"
import { equal } from "../model/value.ts"
import { applyEdits } from "./edits.ts"

/** A text that does not parse, and what reads it. */
export interface MendGround {
  readonly source: Source
  readonly format: Format
  readonly limits: Limits
}

/**
 * The law of mending: what could be read of a text stays. Its value is not known, so its words stand for it, which are runs of letters and
 * digits, whatever their case: each is still there as often as before. Of the signs between them only those of a syntax may go. One exception:
 * what stands there twice may go once, if it is the same which of the two goes.
 * @returns a word or sign that is lost; `undefined`: none is.
 */
export function lostBy(edits: readonly Edit[], ground: MendGround): string | undefined {
  const { text } = ground.source
  const lost = lostIn(text, edits)
  if (lost === undefined) return undefined
  const kept = edits.filter((edit) => !isRepetition(edit, edits, ground))
  return kept.length === edits.length ? lost : lostIn(text, kept)
}

function lostIn(text: string, edits: readonly Edit[]): string | undefined {
  const [word] = lostWords(text, applyEdits(text, edits))
  return word ?? edits.flatMap((edit) => lostSigns(text.slice(edit.start, edit.end), edit.text))[0]
}

/** What quotes, separates and brackets, begins a comment or is not seen. */
const syntax = /[\s\p{L}\p{N}\p{C}"'`“”„‟‘’[\]{},:;=>#\\+]/u

function lostSigns(before: string, after: string): readonly string[] {
  if (before === "//" && after === "#") return []
  const left = [...after]
  return [...before].filter((sign) => {
    if (syntax.test(sign)) return false
    const index = left.indexOf(sign)
    if (index >= 0) left.splice(index, 1)
    return index < 0
  })
}

function lostWords(before: string, after: string): readonly string[] {
  const left = new Map<string, number>()
  for (const word of wordsOf(after)) left.set(word, (left.get(word) ?? 0) + 1)
  return wordsOf(before).filter((word) => {
    const count = left.get(word) ?? 0
    left.set(word, count - 1)
    return count <= 0
  })
}

function wordsOf(text: string): readonly string[] {
  // The letters of an escape are no word, nor part of one.
  const plain = text.toLowerCase().replace(/\\(?:[bfnrt]|u[0-9a-f]{4})/g, " ")
  return plain.match(/[\p{L}\p{N}]+/gu) ?? []
}

/** Whether an edit takes out what stands there a second time, and taking out that instead would come to the same. */
function isRepetition(edit: Edit, edits: readonly Edit[], { source, format, limits }: MendGround): boolean {
  const { text } = source
  const words = text.slice(edit.start, edit.end).trim()
  if (edit.text !== "" || words === "") return false
  const after = text.indexOf(words, edit.end)
  const other = after >= 0 ? after : text.slice(0, edit.start).lastIndexOf(words)
  if (other < 0) return false
  const instead = { start: other, end: other + words.length, text: "" }
  const others = edits.filter((each) => each !== edit)
  if (others.some(({ start, end }) => start < instead.end && instead.start < end)) return false
  const read = (all: readonly Edit[]) =>
    format.parse(
      {
        ...source,
        text: applyEdits(
          text,
          [...all].sort((a, b) => a.start - b.start),
        ),
      },
      limits,
    )
  const [one, two] = [read(edits), read([...others, instead])]
  if (hasErrors(one) || hasErrors(two) || one.documents.length !== two.documents.length) return false
  return one.documents.every(({ value }, index) => equal(value, two.documents[index]?.value))
}
