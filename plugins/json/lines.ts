/** Reading a text around an offset. Lines end at LF, CRLF or a lone CR, as the parser sees them. */

export function hasBreak(text: string, start: number, end: number): boolean {
  return /[\r\n]/.test(text.slice(start, end))
}

export function lineStart(text: string, offset: number): number {
  let start = offset
  while (start > 0 && !isBreak(text, start - 1)) start--
  return start
}

/** The blanks that the line of an offset begins with. */
export function indentAt(text: string, offset: number): string {
  const start = lineStart(text, offset)
  return text.slice(start, skipBlanks(text, start))
}

export function skipBlanks(text: string, offset: number): number {
  let end = offset
  while (text[end] === " " || text[end] === "\t") end++
  return end
}

export function skipBlanksBack(text: string, offset: number): number {
  let start = offset
  while (text[start - 1] === " " || text[start - 1] === "\t") start--
  return start
}

export function skipSpace(text: string, offset: number): number {
  let end = skipBlanks(text, offset)
  while (isBreak(text, end)) end = skipBlanks(text, end + 1)
  return end
}

export function isBreak(text: string, offset: number): boolean {
  return text[offset] === "\n" || text[offset] === "\r"
}

/** The offset after the line break at an offset; the offset itself when none is there. */
export function skipBreak(text: string, offset: number): number {
  if (text.startsWith("\r\n", offset)) return offset + 2
  return isBreak(text, offset) ? offset + 1 : offset
}

/**
 * The end of the comments that follow on the same line and belong to what stands before: nothing but a line break or a closer comes after
 * them. @returns `offset` itself when there are none.
 */
export function commentsEnd(text: string, offset: number): number {
  let end = offset
  for (;;) {
    const next = skipBlanks(text, end)
    if (text.startsWith("//", next)) {
      let stop = next
      while (stop < text.length && !isBreak(text, stop)) stop++
      return stop
    }
    if (!text.startsWith("/*", next)) break
    end = text.indexOf("*/", next + 2) + 2
  }
  const next = skipBlanks(text, end)
  return next >= text.length || isBreak(text, next) || text[next] === "]" || text[next] === "}" ? end : offset
}
