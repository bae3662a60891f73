import type { Random } from "./random.ts"
import { comment, keys, string } from "./words.ts"

const scalars = [
  "1",
  "-17",
  "1_000",
  "0xFF",
  "0o7",
  "0b1",
  "9007199254740993",
  "1.50",
  "-0.0",
  "1e3",
  "inf",
  "nan",
  "true",
  "false",
  "2024-01-02",
  "07:32:00",
  "1979-05-27T07:32:00Z",
  "1979-05-27 07:32:00.5",
]

/** A TOML text of key-values, dotted keys, tables, lists of tables, inline tables, many-line lists, comments and blank lines in some style. */
export function tomlText(random: Random, size: number): string {
  let text = new Writer(random, size).text()
  if (random.chance(0.15)) text = text.replace(/\n$/, "")
  return random.chance(0.2) ? text.replaceAll("\n", "\r\n") : text
}

class Writer {
  readonly #random: Random
  readonly #comments: boolean
  readonly #equals: string
  #left: number

  constructor(random: Random, size: number) {
    this.#random = random
    this.#left = size
    this.#comments = random.chance(0.6)
    this.#equals = random.pick([" = ", " = ", "=", "  =  "])
  }

  text(): string {
    const names = keys(this.#random, 7)
    const split = this.#random.below(names.length + 1)
    return (
      this.#members(names.slice(0, split), "") +
      names
        .slice(split)
        .map((name) => this.#section(this.#key(name), 0))
        .join("")
    )
  }

  #section(name: string, depth: number): string {
    const list = this.#random.chance(0.3)
    const head = () => {
      const inner = this.#random.chance(0.1) ? ` ${name} ` : name
      return `${this.#above()}${list ? `[[${inner}]]` : `[${inner}]`}${this.#beside()}\n`
    }
    const one = () => {
      const names = keys(this.#random, 4)
      const split = depth < 2 && this.#left > 0 ? this.#random.below(names.length + 1) : names.length
      const below = names.slice(split).map((each) => this.#section(`${name}.${this.#key(each)}`, depth + 1))
      return head() + this.#members(names.slice(0, split), this.#random.pick(["", "", "  "])) + below.join("")
    }
    return list ? one() + this.#random.times(1, one).join("") : one()
  }

  #members(names: readonly string[], indent: string): string {
    return names
      .map((name) => {
        const dotted = this.#random.chance(0.12) ? keys(this.#random, 2) : []
        const paths =
          dotted.length > 0 ? dotted.map((each) => `${this.#key(name)}.${this.#key(each)}`) : [this.#key(name)]
        return paths
          .map((path) => `${this.#above()}${indent}${path}${this.#equals}${this.#value(0)}${this.#beside()}\n`)
          .join("")
      })
      .join("")
  }

  #above(): string {
    const blank = this.#random.chance(0.15) ? "\n" : ""
    return blank + (this.#comments && this.#random.chance(0.12) ? `# ${comment(this.#random)}\n` : "")
  }

  #beside(): string {
    return this.#comments && this.#random.chance(0.15) ? ` # ${comment(this.#random)}` : ""
  }

  #key(key: string): string {
    if (/^[\w-]+$/.test(key) && this.#random.chance(0.9)) return key
    return this.#random.chance(0.5) && !/['\n]/.test(key) ? `'${key}'` : JSON.stringify(key)
  }

  #value(depth: number): string {
    this.#left--
    const kind = depth > 3 || this.#left <= 0 ? this.#random.below(6) : this.#random.below(9)
    if (kind < 3) return this.#random.pick(scalars)
    if (kind < 6) return this.#string()
    return kind < 8 ? this.#list(depth) : this.#inlineTable(depth)
  }

  #string(): string {
    const value = string(this.#random)
    const kind = this.#random.below(6)
    if (kind === 0 && !value.includes("'") && !/[\n]/.test(value)) return `'${value}'`
    if (kind === 1 && !value.includes("'")) return `'''\n${value}'''`
    if (kind === 2 && !/["\\]/.test(value)) return `"""\n${value} \\\n  more"""`
    return JSON.stringify(value)
  }

  #list(depth: number): string {
    const items = this.#random.times(4, () => this.#value(depth + 1))
    if (depth === 0 && this.#random.chance(0.4)) {
      const lines = items.map((item, index) => {
        const last = index === items.length - 1
        const comma = last && this.#random.chance(0.5) ? "" : ","
        return `${this.#comments && this.#random.chance(0.1) ? `  # ${comment(this.#random)}\n` : ""}  ${item}${comma}${this.#beside()}\n`
      })
      return `[\n${lines.join("")}]`
    }
    const pad = this.#random.pick(["", " "])
    return `[${pad}${items.join(this.#random.pick([", ", ","]))}${pad}]`
  }

  #inlineTable(depth: number): string {
    const members = keys(this.#random, 3).map((key) => `${this.#key(key)}${this.#equals}${this.#value(depth + 1)}`)
    return members.length === 0 ? "{}" : `{ ${members.join(", ")} }`
  }
}
