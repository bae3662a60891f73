/** Lines as they grow; comments behind neighbouring lines stand under each other. */
export class Writer {
  readonly #lines: { text: string; comment: string }[] = []
  #text = ""
  #indent = 0
  /** Indentation of what must not follow on the line; a comment has ended it. */
  #ended: number | undefined

  /** Where the next character will stand. */
  get column(): number {
    return this.#ended ?? (this.#text === "" ? this.#indent : this.#text.length)
  }

  /** How far the line is indented that is being written. */
  get indent(): number {
    return this.#ended ?? this.#indent
  }

  /** Begin a line. */
  line(indent: number): void {
    if (this.#text !== "") this.#push("")
    this.#ended = undefined
    this.#indent = indent
  }

  blank(): void {
    this.line(0)
    const last = this.#lines.at(-1)
    if (last !== undefined && (last.text !== "" || last.comment !== "")) this.#lines.push({ text: "", comment: "" })
  }

  write(text: string): void {
    if (this.#ended !== undefined) this.line(this.#ended)
    if (this.#text === "") this.#text = " ".repeat(this.#indent)
    this.#text += text
  }

  /** Text of several lines, the later ones as they are. */
  writeRaw(text: string): void {
    const [first = "", ...rest] = text.split("\n")
    this.write(first)
    const indent = this.#indent
    for (const line of rest) {
      this.#lines.push({ text: this.#text, comment: "" })
      this.#text = line
    }
    this.#indent = indent
  }

  /** End the line with a comment; what follows begins a line at `indent`. */
  comment(text: string, indent: number): void {
    if (this.#text === "") {
      this.write(text)
      this.#push("")
    } else this.#push(text)
    this.#ended = indent
  }

  #push(comment: string): void {
    this.#lines.push({ text: this.#text.trimEnd(), comment })
    this.#text = ""
  }

  toString(): string {
    if (this.#text !== "") this.#push("")
    while (this.#lines.at(-1)?.text === "") this.#lines.pop()
    const lines = this.#lines
    return lines
      .map(({ text, comment }, index) => {
        if (comment === "") return `${text}\n`
        let [from, to] = [index, index]
        while (from > 0 && lines[from - 1]?.comment) from -= 1
        while (lines[to + 1]?.comment) to += 1
        const width = Math.max(...lines.slice(from, to + 1).map((line) => line.text.length))
        return `${text.padEnd(width)}  ${comment}\n`
      })
      .join("")
  }
}
