import { type Comment, type Limits, mostDigits, type Problem } from "../../src/model/document.ts"
import { tooDeep } from "./problems.ts"

const blank = /[ \t\r]/
/** Of a bare key, a number, a date, a word. */
const bare = /[A-Za-z0-9_+:-]/

/** Count what the limits bound, before a parser sees the text. @returns the first limit that is passed. */
export function survey(text: string, limits: Limits): Problem | undefined {
  if (text.length > limits.size) {
    return problem("too-large", `the file is larger than the ${limits.size} bytes that are allowed`, 0)
  }
  if (text.length <= Math.min(limits.nodes, mostDigits)) return undefined
  const { string: longest } = limits
  const longestKey = longest / 100
  let nodes = 0
  /** Where the text before this sign begins; -1 when something else stands there. */
  let quoted = -1
  /** Of the key here, after its first one. */
  let parts = 0
  let at = 0
  while (at < text.length) {
    const sign = text.charAt(at)
    const end = tokenEnd(text, at, sign)
    const length = end - at
    if (length > longest + 6) return tooLong(`this ${nameOf(sign)} is`, longest, at)
    if (bare.test(sign)) {
      if (length > mostDigits && /^[+-]?[0-9_]+$/.test(text.slice(at, at + mostDigits)))
        return problem("too-large", `this number has more than ${mostDigits} digits`, at)
      if (length > longestKey) return tooLong("this word is", longestKey, at)
    }
    if (quoted !== -1 && (sign === "=" || sign === ".") && at - quoted > longestKey + 2)
      return tooLong("this key is", longestKey, quoted)
    if (sign === '"' || sign === "'") quoted = at
    else if (!blank.test(sign)) quoted = -1
    if (/[\n=,[{]/.test(sign)) parts = 0
    else if (sign === "." && ++parts >= limits.depth) return tooDeep({ start: at, end: at + 1 }, limits)
    // A line costs something also when it is empty; so do the parts of a key, but not those of a number.
    if (/[\n#=,[{]/.test(sign) || (sign === "." && !/[0-9]/.test(text.charAt(at + 1)))) nodes++
    if (nodes > limits.nodes) {
      const message = `the file holds more than ${limits.nodes} keys, values and lines, the most that is read (\`limits.nodes\` in the configuration)`
      return problem("too-many-nodes", message, at)
    }
    at = end
  }
  return undefined
}

const mark = /["'#]/g

/** The comments of a text that parses, without the tree. */
export function commentsIn(text: string): readonly Comment[] {
  const comments: Comment[] = []
  mark.lastIndex = 0
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    const { index } = found
    const sign = text.charAt(index)
    const end = sign === "#" ? tokenEnd(text, index, sign) : wholeEnd(text, index, sign)
    mark.lastIndex = end
    if (sign === "#") {
      const line = text.slice(index, end).replace(/\r$/, "")
      comments.push({ span: { start: index, end: index + line.length }, text: line.slice(1).trim() })
    }
  }
  return comments
}

/** A long text may end with up to two quotes of its own. */
function wholeEnd(text: string, at: number, quote: string): number {
  let end = textEnd(text, at, quote)
  if (text.startsWith(quote.repeat(3), at)) for (let more = 0; more < 2 && text[end] === quote; more++) end++
  return end
}

function tokenEnd(text: string, at: number, sign: string): number {
  if (sign === '"' || sign === "'") return textEnd(text, at, sign)
  if (sign === "#") {
    const end = text.indexOf("\n", at)
    return end === -1 ? text.length : end
  }
  const run = blank.test(sign) ? blank : bare.test(sign) ? bare : undefined
  let end = at + 1
  if (run !== undefined) while (end < text.length && run.test(text.charAt(end))) end++
  return end
}

/** Behind the closing quotes, or where the line or the text ends without them. */
function textEnd(text: string, at: number, quote: string): number {
  const long = text.startsWith(quote.repeat(3), at)
  let end = at + (long ? 3 : 1)
  for (; end < text.length; end++) {
    const sign = text[end]
    if (sign === "\\" && quote === '"') end++
    else if (sign === "\n" && !long) return end
    else if (sign === quote && (!long || text.startsWith(quote.repeat(3), end))) return end + (long ? 3 : 1)
  }
  return text.length
}

function nameOf(sign: string): string {
  if (sign === "#") return "comment"
  return sign === '"' || sign === "'" ? "text" : blank.test(sign) ? "run of blanks" : "word"
}

function tooLong(what: string, most: number, start: number): Problem {
  const message = `${what} longer than ${Math.floor(most)} characters, the most that is read (\`limits.string\` in the configuration)`
  return problem("too-large", message, start)
}

function problem(code: string, message: string, start: number): Problem {
  return { code, severity: "error", message, span: { start, end: start } }
}
