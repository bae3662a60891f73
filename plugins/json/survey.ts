import type { Limits, Problem } from "../../src/model/document.ts"

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
  let i = 0
  for (; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit <= 32) continue
    switch (unit) {
      case quote:
        i = stringEnd(text, i)
        break
      case comma:
        nodes++
        break
      case colon:
        keys++
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
        i = commentEnd(text, i)
        break
      default:
        if (unit >= 48 && unit <= 57) {
          const start = i
          while (isDigit(text.charCodeAt(i + 1))) i++
          if (i - start >= safeDigits) plain = false
        }
    }
    last = unit
    if (nodes > limits.nodes)
      return faulty("too-many-nodes", `the file holds more than ${limits.nodes} values, the most that is read`, i)
  }
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

function faulty(code: string, message: string, offset: number): Survey {
  const problem = { code, severity: "error", message, span: { start: offset, end: offset } } as const
  return { problem, keys: 0, plain: false, end: offset }
}
