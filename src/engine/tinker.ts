import type { Mend, Mender } from "../model/document.ts"
import type { Edit } from "../model/operation.ts"
import type { Span } from "../model/span.ts"

/** So much of a line to either side of an error is looked at. */
const reach = 160

/**
 * One sign put in or taken out on the line of an error or the one before it, wherever a word, a sign or a blank begins or ends. All of these are
 * equally near, so that two of them that help in different ways show that what is meant cannot be told.
 */
export function* tinker(text: string, offset: number, mender: Pick<Mender, "signs" | "comments">): Generator<Mend> {
  const own = { start: startOfLine(text, offset), end: endOfLine(text, offset) }
  const before = lineBefore(text, own.start)
  const comments = mender.comments?.(text) ?? []
  const places = [
    ...placesIn(Math.max(own.start, offset - reach), Math.min(own.end, offset + reach)),
    ...(before === undefined ? [] : placesIn(Math.max(before.start, before.end - reach), before.end)),
  ].filter((at) => !comments.some(({ start, end }) => start < at && at < end))
  const signs = mender.signs(text.slice(before?.start ?? own.start, own.end))
  // From the error outwards, and rather behind something than before it: of two that come to the same, the first is taken.
  const isLoose = (at: number) => /\s|[:,[{]$/.test(text[at - 1] ?? " ")
  const rank = (at: number) => Math.abs(at - offset) + (isLoose(at) ? 2 * reach : 0)
  for (const at of places.sort((a, b) => rank(a) - rank(b))) {
    const sign = text[at] ?? "\n"
    if (signs.includes(sign)) yield mendOf(text, { start: at, end: at + 1, text: "" }, `remove ${shown(sign)}`, sign)
    if (!isBoundary(text, at)) continue
    for (const put of signs) yield mendOf(text, { start: at, end: at, text: put }, `insert ${shown(put)}`, put)
  }
}

/** A quote that has no partner on its line then would swallow lines, which is hardly meant. */
function mendOf(text: string, edit: Edit, title: string, sign: string): Mend {
  // Beside its like it may be one of three, which begin or end a text of many lines.
  const isLone = text[edit.start - 1] !== sign && text[edit.end] !== sign
  const sure =
    !/["']/.test(sign) || (isLone && isPaired(text, edit, sign) && (edit.text === "" || isSnug(text, edit.start, sign)))
  return { title, edits: [edit], distance: 1, sure }
}

/**
 * Blanks beside a quote that is put in may be part of the text that it quotes, which is told by the blanks between such signs elsewhere: where
 * a quote is found with as many of them, and never with others.
 */
function isSnug(text: string, at: number, sign: string): boolean {
  const before = /\S?[^\S\n]*$/.exec(text.slice(Math.max(0, at - reach), at))?.[0] ?? ""
  const after = /^[^\S\n]*\S?/.exec(text.slice(at, at + reach))?.[0] ?? ""
  if (/^\s/.test(after) && !isCustom(text, new RegExp(`${sign}([^\\S\\n]*)${escaped(after.trim())}`, "g"), after))
    return false
  if (!/\s$/.test(before)) return true
  if (before.trim() === "") return isIndented(text, at, before)
  return isCustom(text, new RegExp(`${escaped(before.trim())}([^\\S\\n]*)${sign}`, "g"), before)
}

function isCustom(text: string, pattern: RegExp, blanks: string): boolean {
  const found = [...text.matchAll(pattern)].map(([, gap]) => gap)
  return /\S/.test(blanks) && found.length > 0 && found.every((gap) => gap === blanks.replace(/\S/, ""))
}

/** Whether the line above or below is indented alike. */
function isIndented(text: string, at: number, indent: string): boolean {
  const above = /\n([^\S\n]*)\S[^\n]*\n\s*$/.exec(`\n${text.slice(Math.max(0, at - 2000), at)}`)?.[1]
  const below = /\n([^\S\n]*)\S/.exec(text.slice(at, at + 2000))?.[1]
  return indent === above || indent === below
}

function escaped(sign: string): string {
  return sign.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
}

/** Whether no quote of the kind is alone on its line after an edit. */
export function isPaired(text: string, edit: Edit, sign: string): boolean {
  const line =
    text.slice(startOfLine(text, edit.start), edit.start) + edit.text + text.slice(edit.end, endOfLine(text, edit.end))
  return line.split(sign).length % 2 === 1
}

function placesIn(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
}

/** The last line before an offset that has more than a comment on it, among the twenty before it. */
function lineBefore(text: string, offset: number): Span | undefined {
  let end = offset - 1
  for (let lines = 0; lines < 20 && end > 0; lines++) {
    const start = startOfLine(text, end)
    if (!/^\s*(?:#|\/\/|$)/.test(text.slice(start, end))) return { start, end: text[end - 1] === "\r" ? end - 1 : end }
    end = start - 1
  }
  return undefined
}

function shown(sign: string): string {
  return sign === '"' ? "a double quote" : sign === "'" ? "a single quote" : `"${sign}"`
}

/** Not within a word, and not within or behind blanks, except at the end of what stands on the line. */
export function isBoundary(text: string, at: number): boolean {
  const [before, after] = [kindOf(text[at - 1]), kindOf(text[at])]
  return (!(before === "word" && after === "word") && before !== "blank") || (before === "blank" && after !== "blank")
}

function kindOf(unit: string | undefined): "word" | "blank" | "sign" {
  if (unit === undefined || /\s/.test(unit)) return "blank"
  return /[\p{L}\p{N}_]/u.test(unit) ? "word" : "sign"
}

function startOfLine(text: string, offset: number): number {
  return offset <= 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset)
  return end < 0 ? text.length : end
}
