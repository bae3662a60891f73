import { type Limits, mostDigits, type Problem } from "../../src/model/document.ts"

/** What one cheap walk over a text tells before any parser sees it. */
export interface Survey {
  /** A limit that is passed; nothing more is read then. */
  readonly problem?: Problem
  /** How many colons stand outside strings: the number of keys, if the text is JSON. */
  readonly keys: number
  /** No comment and no number that a double may not hold: `JSON.parse` alone gives the value. */
  readonly plain: boolean
  /** Where a closer stands that does not fit (the text is wrong by then), or the end of the text. Up to here nesting is bounded. */
  readonly end: number
}

const quote = 34
const comma = 44
const slash = 47
const colon = 58
const openArray = 91
const backslash = 92
const closeArray = 93
const openObject = 123
const closeObject = 125

/** A double holds every integer of 15 digits. */
const safeDigits = 15

/** Count what the limits bound and what tells a plain text. Strings end where the parser ends them: at a quote or a line break. */
export function survey(text: string, limits: Limits): Survey {
  if (text.length > limits.size)
    return faulty("too-large", `the file is larger than ${limits.size} bytes, the most that is read`, 0)
  const open: number[] = []
  let keys = 0
  let nodes = 1
  let plain = true
  let last = 0
  /** Of the last token. */
  let from = 0
  let end = 0
  const longest = limits.string + 2
  let i = 0
  for (; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit <= 32) continue
    if (i - end > longest) return tooLong("these blanks are", limits.string, end)
    if (unit === colon && last === quote && end - from > longest / 100)
      return tooLong("this key is", limits.string / 100, from)
    from = i
    switch (unit) {
      case quote:
        i = stringEnd(text, i)
        if (i - from > longest) return tooLong("this text is", limits.string, from)
        break
      case comma:
        nodes++
        break
      case colon:
        keys++
        nodes++
        break
      case openObject:
      case openArray:
        open.push(unit)
        nodes++
        if (open.length > limits.depth)
          return faulty("too-deep", `this is nested more than ${limits.depth} deep, the most that is read`, i)
        break
      case closeObject:
      case closeArray:
        if (open.pop() !== unit - 2) return { keys, plain: false, end: i + 1 }
        if (last === unit - 2) nodes--
        break
      case slash:
        plain = false
        nodes++
        i = commentEnd(text, i)
        if (i - from > longest) return tooLong("this comment is", limits.string, from)
        break
      default:
        if (unit >= 48 && unit <= 57) {
          while (isDigit(text.charCodeAt(i + 1))) i++
          if (i - from >= safeDigits) plain = false
          if (i - from >= mostDigits) return faulty("too-large", `this number has more than ${mostDigits} digits`, from)
        }
    }
    last = unit
    end = i + 1
    if (nodes > limits.nodes) {
      const message = `the file holds more than ${limits.nodes} keys, values and comments, the most that is read (\`limits.nodes\` in the configuration)`
      return faulty("too-many-nodes", message, i)
    }
  }
  if (i - end > longest) return tooLong("these blanks are", limits.string, end)
  return { keys, plain, end: text.length }
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57
}

/** @returns the offset of the closing quote, or of the last unit before the line break or end that cuts the string off. */
function stringEnd(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === quote) return i
    if (unit === backslash) i++
    else if (unit === 10 || unit === 13) return i - 1
  }
  return text.length
}

/** @returns the offset of the comment's last unit; `start` when no comment begins there. */
function commentEnd(text: string, start: number): number {
  const mark = text[start + 1]
  if (mark === "*") {
    const end = text.indexOf("*/", start + 2)
    return end < 0 ? text.length : end + 1
  }
  if (mark !== "/") return start
  let i = start + 2
  while (i < text.length && text.charCodeAt(i) !== 10 && text.charCodeAt(i) !== 13) i++
  return i - 1
}

function tooLong(what: string, most: number, offset: number): Survey {
  const message = `${what} longer than ${Math.floor(most)} characters, the most that is read (\`limits.string\` in the configuration)`
  return faulty("too-large", message, offset)
}

function faulty(code: string, message: string, offset: number): Survey {
  const problem = { code, severity: "error", message, span: { start: offset, end: offset } } as const
  return { problem, keys: 0, plain: false, end: offset }
}
