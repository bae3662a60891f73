import type { Random } from "./random.ts"
import { comment, keys, string } from "./words.ts"

const numbers = ["0", "-0", "1", "-12.50", "1e3", "1E+2", "9007199254740993", "123456789012345678901234567890", "1.0"]

/** A JSON text in some style: regular lines, one line, or white space and comments wherever they may stand. */
export function jsonText(random: Random, size: number, withComments: boolean): string {
  const writer = new Writer(random, size, withComments)
  const text = writer.space() + writer.value("", 0) + writer.space() + (random.chance(0.7) ? "\n" : "")
  return random.chance(0.25) ? text.replaceAll("\n", "\r\n") : text
}

class Writer {
  readonly #random: Random
  readonly #comments: boolean
  readonly #wild: boolean
  readonly #lines: boolean
  readonly #trailing: boolean
  readonly #unit: string
  readonly #colon: string
  #left: number

  constructor(random: Random, size: number, withComments: boolean) {
    this.#random = random
    this.#left = size
    this.#comments = withComments && random.chance(0.8)
    this.#wild = random.chance(0.3)
    this.#lines = random.chance(0.7)
    this.#trailing = withComments && random.chance(0.3)
    this.#unit = random.pick(["  ", "    ", "\t", ""])
    this.#colon = random.pick([": ", ": ", ":", " : "])
  }

  space(): string {
    if (!this.#wild && !(this.#comments && this.#random.chance(0.1))) return ""
    return this.#random
      .times(3, () => {
        if (this.#comments && this.#random.chance(0.4)) return this.#comment()
        return this.#random.pick([" ", "  ", "\n", "\t", "\n\n", "\n  "])
      })
      .join("")
  }

  #comment(): string {
    const words = comment(this.#random).replaceAll("*/", "")
    return this.#random.chance(0.5) ? `// ${words}\n` : `/* ${words}${this.#random.chance(0.2) ? "\n more" : ""} */`
  }

  value(indent: string, depth: number): string {
    this.#left--
    const kind = depth === 0 && this.#random.chance(0.95) ? 9 : this.#random.below(12)
    if (this.#left <= 0 || depth > 6 || kind < 4) return this.#scalar()
    return kind < 8 ? this.#list(indent, depth) : this.#object(indent, depth)
  }

  #scalar(): string {
    const kind = this.#random.below(6)
    if (kind === 0) return this.#random.pick(["true", "false", "null"])
    return kind === 1 ? this.#random.pick(numbers) : this.#string(string(this.#random))
  }

  #string(value: string): string {
    const plain = JSON.stringify(value)
    return this.#random.chance(0.05)
      ? plain.replace(/[a-z](?=[a-z])/, (letter) =>
          /\\/.test(plain) ? letter : `\\u00${letter.charCodeAt(0).toString(16)}`,
        )
      : plain
  }

  #list(indent: string, depth: number): string {
    const inner = indent + this.#unit
    return this.#container(
      "[",
      this.#random.times(4, () => this.value(inner, depth + 1)),
      "]",
      indent,
    )
  }

  #object(indent: string, depth: number): string {
    const inner = indent + this.#unit
    const names = [...keys(this.#random, 5)]
    if (names[0] !== undefined && this.#random.chance(0.02)) names.push(names[0])
    const members = names.map(
      (key) => this.#string(key) + this.space() + this.#colon + this.space() + this.value(inner, depth + 1),
    )
    return this.#container("{", members, "}", indent)
  }

  #container(open: string, entries: readonly string[], close: string, indent: string): string {
    const lines = this.#lines && this.#random.chance(0.85)
    const inner = lines ? `\n${indent}${this.#unit}` : this.#random.pick(["", " "])
    const body = entries
      .map((entry, index) => {
        const comma = index < entries.length - 1 || this.#trailing ? "," : ""
        const above = lines && this.#comments && this.#random.chance(0.15) ? inner + this.#comment().trimEnd() : ""
        const beside = lines && this.#comments && this.#random.chance(0.15) ? ` // ${comment(this.#random)}` : ""
        return `${above}${inner}${this.space()}${entry}${this.space()}${comma}${beside}`
      })
      .join(lines && this.#random.chance(0.05) ? "\n" : "")
    const foot = lines && this.#comments && this.#random.chance(0.1) ? `${inner}// ${comment(this.#random)}` : ""
    return open + body + foot + (lines && (entries.length > 0 || foot !== "") ? `\n${indent}` : inner.trim()) + close
  }
}
