import type { Span } from "../../../src/model/span.ts"

/**
 * - `bare`       a word that is no JSON value
 * - `unclosed`   a string without its second quote, up to the end of the line
 * - `single`     a string in single quotes or backticks
 * - `smart`      a string in typographic quotes
 * - `sign`       what is nothing at all
 */
export type Kind =
  | "{"
  | "}"
  | "["
  | "]"
  | ","
  | ":"
  | "string"
  | "scalar"
  | "bare"
  | "unclosed"
  | "single"
  | "smart"
  | "sign"
  | "end"

export interface Token extends Span {
  readonly kind: Kind
  /** 0-based. */
  readonly line: number
  /** The blanks that its line begins with, when it is the first there; comments do not count. */
  readonly indent: string | undefined
}

/** A text in tokens, as far as they can be told; never fails. */
export interface Lexed {
  /** Without blanks and comments; the last one is the `end`. */
  readonly tokens: readonly Token[]
  readonly comments: readonly Span[]
  /** Comments that begin with `#`. */
  readonly hashes: readonly Span[]
  /** Marks that nobody sees, and blanks that JSON does not have. */
  readonly blanks: readonly Span[]
  /** Escapes that JSON does not have (the backslash), and control characters, within strings. */
  readonly escapes: readonly (Span & { readonly string: Span })[]
  readonly controls: readonly Span[]
}

const scalar = /^(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)$/
const word = /[^\s,:;={}[\]"'`“”„‟‘’#\uFEFF\u200B-\u200D\u2060]+/y
const closing: Readonly<Record<string, string>> = { "“": '”“"', "”": '”"', "„": '“”"', "‟": '”"', "‘": "’", "’": "’" }

/** A quote that nothing closes within so many characters is none. */
const longestQuoted = 1000

export function lex(text: string): Lexed {
  return new Lexer(text).read()
}

class Lexer {
  readonly #text: string
  readonly #tokens: Token[] = []
  readonly #comments: Span[] = []
  readonly #hashes: Span[] = []
  readonly #blanks: Span[] = []
  readonly #escapes: (Span & { readonly string: Span })[] = []
  readonly #controls: Span[] = []
  /** Up to where nothing closes such a quote, so that it is looked for once. */
  #unclosed = { closers: "", end: 0 }
  #line = 0
  #lineStart = 0
  #fresh = true

  constructor(text: string) {
    this.#text = text
  }

  read(): Lexed {
    const text = this.#text
    let at = 0
    while (at < text.length) at = this.#next(at)
    this.#push("end", text.length, text.length)
    return {
      tokens: this.#tokens,
      comments: this.#comments,
      hashes: this.#hashes,
      blanks: this.#blanks,
      escapes: this.#escapes,
      controls: this.#controls,
    }
  }

  #push(kind: Kind, start: number, end: number): number {
    const indent = this.#fresh ? (/^[ \t]*/.exec(this.#text.slice(this.#lineStart, start))?.[0] ?? "") : undefined
    this.#tokens.push({ kind, start, end, line: this.#line, indent })
    this.#fresh = false
    return end
  }

  #next(at: number): number {
    const sign = this.#text[at] ?? ""
    switch (sign) {
      case "\n":
        this.#line++
        this.#lineStart = at + 1
        this.#fresh = true
        return at + 1
      case " ":
      case "\t":
      case "\r":
        return at + 1
      case "{":
      case "}":
      case "[":
      case "]":
      case ",":
      case ":":
        return this.#push(sign, at, at + 1)
      case '"':
        return this.#string(at)
      case "'":
      case "`":
        return this.#quoted(at, sign, "single")
      case "#":
        return this.#comment(this.#hashes, at, this.#endOfLine(at))
    }
    if (sign in closing) return this.#quoted(at, closing[sign] ?? "", "smart")
    if (/[\s\uFEFF\u200B-\u200D\u2060]/.test(sign)) return this.#comment(this.#blanks, at, at + 1)
    if (this.#text.startsWith("//", at)) return this.#comment(this.#comments, at, this.#endOfLine(at))
    if (this.#text.startsWith("/*", at)) return this.#block(at)
    return this.#word(at)
  }

  #comment(list: Span[], start: number, end: number): number {
    list.push({ start, end })
    return end
  }

  #block(start: number): number {
    const found = this.#text.indexOf("*/", start + 2)
    const end = found < 0 ? this.#text.length : found + 2
    for (let at = this.#text.indexOf("\n", start); at >= 0 && at < end; at = this.#text.indexOf("\n", at + 1)) {
      this.#line++
      this.#lineStart = at + 1
      this.#fresh = true
    }
    return this.#comment(this.#comments, start, end)
  }

  #word(at: number): number {
    word.lastIndex = at
    const found = word.exec(this.#text)?.[0]
    if (found === undefined) return this.#push("sign", at, at + 1)
    const cut = found.search(/\/\/|\/\*/)
    const taken = cut > 0 && !/:$/.test(found.slice(0, cut)) ? found.slice(0, cut) : found
    return this.#push(scalar.test(taken) ? "scalar" : "bare", at, at + taken.length)
  }

  #string(start: number): number {
    const text = this.#text
    const escapes: number[] = []
    for (let at = start + 1; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      if (unit === 10 || unit === 13) return this.#push("unclosed", start, at)
      if (unit === 34) {
        const string = { start, end: at + 1 }
        for (const each of escapes) this.#escapes.push({ start: each, end: each + 1, string })
        return this.#push("string", start, at + 1)
      }
      if (unit === 92) {
        if (!/^(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/.test(text.slice(at + 1, at + 6))) escapes.push(at)
        if (!/[\r\n]/.test(text[at + 1] ?? "")) at++
      } else if (unit < 32) this.#controls.push({ start: at, end: at + 1 })
    }
    return this.#push("unclosed", start, text.length)
  }

  #quoted(start: number, closers: string, kind: "single" | "smart"): number {
    if (this.#unclosed.closers === closers && start < this.#unclosed.end) return this.#push("sign", start, start + 1)
    const end = Math.min(this.#endOfLine(start), start + longestQuoted)
    for (let at = start + 1; at < end; at++) {
      if (this.#text[at] === "\\") at++
      else if (closers.includes(this.#text[at] ?? " ")) return this.#push(kind, start, at + 1)
    }
    this.#unclosed = { closers, end }
    return this.#push("sign", start, start + 1)
  }

  #endOfLine(at: number): number {
    const end = this.#text.indexOf("\n", at)
    if (end < 0) return this.#text.length
    return this.#text[end - 1] === "\r" ? end - 1 : end
  }
}
