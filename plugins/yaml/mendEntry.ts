import type { Mend } from "../../src/model/document.ts"
import type { Edit } from "../../src/model/operation.ts"
import type { Span } from "../../src/model/span.ts"

/** One line of a text, without its end. */
export interface Line extends Span {
  readonly text: string
}

/** A longer line is no line that a person wrote. */
const longestLine = 8000

/** Keys whose values are sentences: a colon in them is punctuation. */
const prose =
  /^(?:.*[-_])?(?:about|argument-hint|comment|content|description|help|hint|label|message|name|note|prompt|purpose|reason|subject|subtitle|summary|text|title|usage|use|when|why)$/i

const entry = /^([ \t]*(?:- +)*)(?:((?:[^\s#'"[\]{},:&*!|>%@`-]|-(?! ))[^:]*?|"[^"]*"|'[^']*')(:[ \t]+))?(\S.*)$/

/** The entry of one line, worded so that it can be read. */
export function* entryMends(text: string, line: Line): Generator<Mend> {
  const match = line.text.length > longestLine ? null : entry.exec(line.text.trimEnd())
  if (match === null) return
  const [, lead = "", key, colon = "", value = ""] = match
  if (key === undefined) yield* colonMends(line, lead, value)
  const start = line.start + lead.length + (key?.length ?? 0) + colon.length
  if (!lacksQuotes(value) || goesOn(text, line, lead)) return
  const inner = /^([\w.-]+): +(\S.*)$/.exec(value)
  const sure =
    !/^["'&!]/.test(value) &&
    isBalanced(value) &&
    (value.includes(": ") ? inner === null || prose.test(key ?? "") : isText(value))
  // A sentence is one, whatever signs it holds; elsewhere a sign too many or too few is as likely.
  const distance = sure && (prose.test(key ?? "") || /^\[[^[\]]*\](?:\s*\[[^[\]]*\])+$/.test(value)) ? 0.9 : 1
  for (const end of endsOf(value)) {
    const edits = quoted(value.slice(0, end), start)
    yield { title: `put the text${key === undefined ? "" : ` of ${key}`} in quotes`, edits, distance, sure }
  }
  if (inner !== null && !sure && key !== undefined) {
    const indent = `\n${" ".repeat(lead.length + 2)}`
    const edits = [{ start: start - colon.length + 1, end: start, text: indent }]
    yield { title: `begin a map below ${key}`, edits, distance: 1, sure }
  }
}

/** Where the text may end: before what could be a comment, or with the line. */
function endsOf(value: string): readonly number[] {
  const comment = value.search(/\s+#/)
  return comment < 0 ? [value.length] : [comment, value.length]
}

function lacksQuotes(value: string): boolean {
  if (/^["']/.test(value)) return /^(?:"[^"]*"|'[^']*')\s*[^\s#,]/.test(value)
  return /^[[{]/.test(value) ? isText(value) : /: |:$|^[@`%*&!?,\]}]|^[|>]\s*\S|^- /.test(value)
}

/** What no flow collection, alias, tag or quoted text can be. */
function isText(value: string): boolean {
  if (/^[@`%]/.test(value)) return true
  if (/^\*/.test(value)) return !/^\*[\w-]+$/.test(value)
  if (/^\[/.test(value)) return /^\[[^[\]]*\]\s*[^\s#,]/.test(value)
  return /^\{\{/.test(value)
}

/** A bracket or quote without its partner is a sign that something else is missing; a single quote within a word is none. */
function isBalanced(value: string): boolean {
  const count = (sign: string) => value.split(sign).length
  const isQuoted = /(?:^|\s)'|'(?:\s|$)/.test(value)
  return (
    count("[") === count("]") &&
    count("{") === count("}") &&
    count('"') % 2 === 1 &&
    (!isQuoted || count("'") % 2 === 1)
  )
}

/** A text that goes on below would need its second quote there. */
function goesOn(text: string, line: Line, lead: string): boolean {
  const next = /^\r?\n([ \t]*)(\S)/.exec(text.slice(line.end, line.end + 500))
  const deeper = (next?.[1]?.length ?? 0) > lead.length
  return next !== null && deeper && next[2] !== "#"
}

/** Double quotes where they need no escape, else single ones. */
function quoted(value: string, start: number): readonly Edit[] {
  const mark = /["\\]/.test(value) ? "'" : '"'
  const edits: Edit[] = [{ start, end: start, text: mark }]
  if (mark === "'")
    for (const { index } of value.matchAll(/'/g)) edits.push({ start: start + index, end: start + index, text: "'" })
  return [...edits, { start: start + value.length, end: start + value.length, text: mark }]
}

/** A line without a key: its colon, or the blank behind it, is missing. */
function* colonMends(line: Line, lead: string, value: string): Generator<Mend> {
  const start = line.start + lead.length
  const glued = /^[\w.-]+:(?=[^\s/])/.exec(value)
  if (glued !== null) {
    const at = start + glued[0].length
    yield {
      title: "insert a blank after the colon",
      edits: [{ start: at, end: at, text: " " }],
      distance: 1,
      sure: true,
    }
  }
  const spaced = /^([\w.-]+)[ \t]+(\S.*)$/.exec(value)
  if (spaced === null) return
  const at = start + (spaced[1]?.length ?? 0)
  const sure = !/\s/.test(spaced[2] ?? "")
  yield { title: `insert ":" after ${spaced[1]}`, edits: [{ start: at, end: at, text: ":" }], distance: 1, sure }
}
