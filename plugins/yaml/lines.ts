/** Offset of the first character of the line that holds `offset`. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf("\n", offset - 1) + 1
}

/** Offset of the line break that ends the line of `offset`, or the end of the text. */
export function lineEnd(text: string, offset: number): number {
  const end = text.indexOf("\n", offset)
  if (end === -1) return text.length
  return end > offset && text[end - 1] === "\r" ? end - 1 : end
}

/** Offset behind the line break that ends the line of `offset`, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset)
  return end === -1 ? text.length : end + 1
}

export function column(text: string, offset: number): number {
  return offset - lineStart(text, offset)
}

/** Whether only blanks stand before `offset` on its line. */
export function startsLine(text: string, offset: number): boolean {
  return /^[ \t]*$/.test(text.slice(lineStart(text, offset), offset))
}

/** The line break of a text: that of its first line. */
export function eolOf(text: string): "\n" | "\r\n" {
  const end = text.indexOf("\n")
  return end > 0 && text[end - 1] === "\r" ? "\r\n" : "\n"
}
