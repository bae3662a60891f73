/** A stretch that never ends: the quote, bracket or substitution that opens at `at`. */
export class Unclosed extends Error {
  readonly at: number
  readonly opening: string

  constructor(at: number, opening: string) {
    super(`${opening} is not closed`)
    this.at = at
    this.opening = opening
  }
}

/** More than is read of any text: why, and where that is noticed. */
export class Beyond extends Error {
  readonly at: number
  readonly limit: "too-deep" | "too-many-nodes"

  constructor(at: number, limit: Beyond["limit"]) {
    super(limit)
    this.at = at
    this.limit = limit
  }
}

export interface Bounds {
  /** Quotes, substitutions and blocks one inside the other. */
  readonly depth: number
  /** Words, signs and lines. */
  readonly words: number
}

/** The end of what stands in `$( … )`, after its parenthesis; commands are a matter of the scanner. */
export type SkipCommands = (start: number, depth: number) => number

/** Finds the ends of the words of zsh: quotes, substitutions, globs in parentheses. Every method takes an offset and gives the one after. */
export class Words {
  readonly #text: string
  readonly #bounds: Bounds
  readonly #skipCommands: SkipCommands
  #seen = 0

  constructor(text: string, bounds: Bounds, skipCommands: SkipCommands) {
    this.#text = text
    this.#bounds = bounds
    this.#skipCommands = skipCommands
  }

  /** To be told of everything that is read, before it is. @param weight as how many words it counts.  @throws Beyond */
  count(at: number, weight = 1): void {
    this.#seen += weight
    if (this.#seen > this.#bounds.words) throw new Beyond(at, "too-many-nodes")
  }

  /** @throws Beyond where so much is open at a place that nobody means it. */
  bound(depth: number, at: number): void {
    if (depth > this.#bounds.depth) throw new Beyond(at, "too-deep")
  }

  /**
   * A whole word, which may be empty: up to an unquoted blank, line end or operator.
   * @param start where it begins.  @param name whether it is where a command stands, so that `name()` is a function and no glob.
   */
  skipWord(start: number, name: boolean, depth = 0): number {
    const text = this.#text
    this.count(start)
    this.bound(depth, start)
    let at = start
    while (at < text.length) {
      const letter = text[at] ?? ""
      if (/[\s;&|)]/.test(letter)) return at
      if (letter === "<" || letter === ">") {
        const range = /^<\d*-\d*>/.exec(text.slice(at, at + 40))
        if (range !== null) at += range[0].length
        else if (at === start && text[at + 1] === "(") at = this.#skipCommands(at + 2, depth + 1)
        else return at
      } else if (letter === "(") {
        if (name && /^\([ \t]*\)/.test(text.slice(at, at + 40)) && at > start && text[at - 1] !== "=") return at
        if (at === start + 1 && text[start] === "=") at = this.#skipCommands(at + 1, depth + 1)
        else if (/^[A-Za-z_]\w*\+?=$/.test(text.slice(start, at))) at = this.skipList(at, depth + 1).end
        else at = this.#skipParentheses(at, depth + 1)
      } else if (letter === "[" && name && /^[A-Za-z_]\w*$/.test(text.slice(start, at)))
        at = this.#skipSubscript(at, depth + 1)
      else at = this.skipPiece(at, false, depth)
    }
    return at
  }

  /** One letter, quoted stretch or substitution. @param quoted inside double quotes, where `'` is a letter. */
  skipPiece(at: number, quoted: boolean, depth: number): number {
    const text = this.#text
    switch (text[at]) {
      case "\\":
        return Math.min(at + (text.startsWith("\r\n", at + 1) ? 3 : 2), text.length)
      case "'":
        return quoted ? at + 1 : this.#skipTo("'", at + 1, at)
      case '"':
        return this.#skipDouble(at, depth + 1)
      case "`":
        return this.#skipEscaped("`", at + 1, at)
      case "$":
        return this.#skipDollar(at, quoted, depth + 1)
      default:
        return at + 1
    }
  }

  /** The elements of `( … )` after `name=`. */
  skipList(
    start: number,
    depth = 0,
  ): { readonly end: number; readonly words: readonly { start: number; end: number }[] } {
    const text = this.#text
    const words: { start: number; end: number }[] = []
    let at = start + 1
    for (;;) {
      at = this.#skipBlanks(at)
      if (at >= text.length) throw new Unclosed(start, "(")
      if (text[at] === ")") return { end: at + 1, words }
      const end = this.skipWord(at, false, depth)
      // An operator cannot stand here; the list is taken for what it is up to there.
      if (end === at) at++
      else {
        words.push({ start: at, end })
        at = end
      }
    }
  }

  /** Blanks, line ends and comments. */
  #skipBlanks(start: number): number {
    const text = this.#text
    let at = start
    for (;;) {
      if (/\s/.test(text[at] ?? "")) at++
      else if (text[at] === "\\" && /^\\\r?\n/.test(text.slice(at, at + 3))) at += 2
      else if (text[at] === "#") at = endOfLine(text, at)
      else return at
    }
  }

  #skipTo(closing: string, from: number, opened: number): number {
    const end = this.#text.indexOf(closing, from)
    if (end < 0) throw new Unclosed(opened, this.#text[opened] ?? "")
    return end + 1
  }

  #skipEscaped(closing: string, from: number, opened: number): number {
    for (let at = from; at < this.#text.length; at++) {
      if (this.#text[at] === "\\") at++
      else if (this.#text[at] === closing) return at + 1
    }
    throw new Unclosed(opened, this.#text[opened] ?? "")
  }

  #skipDouble(opened: number, depth: number): number {
    this.bound(depth, opened)
    let at = opened + 1
    while (at < this.#text.length) {
      if (this.#text[at] === '"') return at + 1
      at = this.skipPiece(at, true, depth)
    }
    throw new Unclosed(opened, '"')
  }

  #skipDollar(at: number, quoted: boolean, depth: number): number {
    const text = this.#text
    this.bound(depth, at)
    if (text.startsWith("$((", at)) return this.skipArithmetic(at + 1) ?? this.#skipCommands(at + 2, depth)
    if (text[at + 1] === "(") return this.#skipCommands(at + 2, depth)
    if (text[at + 1] === "{") return this.#skipBraces(at, quoted, depth)
    if (text[at + 1] === "[") return this.#skipSubscript(at + 1, depth)
    if (text[at + 1] === "'" && !quoted) return this.#skipEscaped("'", at + 2, at)
    return /[#$?!*@-]/.test(text[at + 1] ?? "") ? at + 2 : at + 1
  }

  /** @param at of the two parentheses.  @returns `undefined` when what stands there is no arithmetic. */
  skipArithmetic(at: number): number | undefined {
    let open = 0
    for (let here = at; here < this.#text.length; here++) {
      const letter = this.#text[here]
      if (letter === "\\") here++
      else if (letter === "(") this.bound(++open, here)
      else if (letter === ")") {
        open--
        if (open === 0) return this.#text[here - 1] === ")" ? here + 1 : undefined
        if (open === 1 && this.#text[here + 1] !== ")" && this.#closesEarly(here, at)) return undefined
      }
    }
    return undefined
  }

  /** `( (a) (b) )`: the second parenthesis closes before the first is due to. */
  #closesEarly(here: number, at: number): boolean {
    let open = 0
    for (let each = at + 1; each < here; each++) {
      if (this.#text[each] === "(") open++
      else if (this.#text[each] === ")") open--
    }
    return open === 1
  }

  #skipBraces(at: number, quoted: boolean, depth: number): number {
    let here = at + 2
    while (here < this.#text.length) {
      if (this.#text[here] === "}") return here + 1
      here = this.#text[here] === "{" ? here + 1 : this.skipPiece(here, quoted, depth)
    }
    throw new Unclosed(at, "${")
  }

  #skipSubscript(at: number, depth: number): number {
    let open = 0
    for (let here = at; here < this.#text.length; ) {
      const letter = this.#text[here] ?? ""
      if (letter === "[") this.bound(++open, here)
      else if (letter === "]" && --open === 0) return here + 1
      else if (letter === "\n") break
      here = /[[\]]/.test(letter) ? here + 1 : this.skipPiece(here, false, depth)
    }
    return at + 1
  }

  #skipParentheses(at: number, depth: number): number {
    let open = 0
    for (let here = at; here < this.#text.length; ) {
      const letter = this.#text[here]
      if (letter === "(") this.bound(++open, here)
      else if (letter === ")" && --open === 0) return here + 1
      here = letter === "(" || letter === ")" ? here + 1 : this.skipPiece(here, false, depth)
    }
    throw new Unclosed(at, "(")
  }
}

export function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at)
  return end < 0 ? text.length : text[end - 1] === "\r" && end - 1 >= at ? end - 1 : end
}
