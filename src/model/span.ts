/** A half-open stretch of a source text, in UTF-16 code units from its first character (a BOM is not part of the text). */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A place as people and editors count it: both 1-based, the column in UTF-16 code units. */
export interface Position {
  readonly line: number
  readonly column: number
}

export interface Range {
  readonly start: Position
  readonly end: Position
}

/** Turns offsets into positions; LF, CRLF and a lone CR each end one line. A text is looked at only as far as it is asked for. */
export class LineIndex {
  readonly #text: string
  readonly #starts: number[] = [0]
  #end = 0

  constructor(text: string) {
    this.#text = text
  }

  /** Know the lines that start at or before an offset. */
  #lookTo(offset: number): void {
    const end = Math.min(offset, this.#text.length)
    for (; this.#end < end; this.#end++) {
      const unit = this.#text.charCodeAt(this.#end)
      if (unit === 10 || (unit === 13 && this.#text.charCodeAt(this.#end + 1) !== 10)) this.#starts.push(this.#end + 1)
    }
  }

  /** @param offset UTF-16 offset; one past the end is the end of the text. */
  position(offset: number): Position {
    this.#lookTo(offset)
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: offset - (this.#starts[low] ?? 0) + 1 }
  }

  range(span: Span): Range {
    return { start: this.position(span.start), end: this.position(span.end) }
  }

  /** @param line 1-based.  @returns offset of the line's first character; the text's last line start when there is no such line. */
  lineStart(line: number): number {
    while (this.#starts.length < line && this.#end < this.#text.length) this.#lookTo(this.#end + 1000)
    return this.#starts[Math.min(Math.max(line, 1), this.#starts.length) - 1] ?? 0
  }

  get lineCount(): number {
    this.#lookTo(this.#text.length)
    return this.#starts.length
  }
}
