import type { Random } from "./random.ts"
import { comment, keys, string } from "./words.ts"

const plain = [
  "1",
  "-2.5",
  "0x1F",
  "0o17",
  ".inf",
  "1e3",
  "true",
  "False",
  "null",
  "~",
  "2024-01-02",
  "word",
  "two words",
  "a-b",
  "http://x.test/y",
  "naïve",
  "漢字",
  "😀",
  "yes",
  "12:30",
  "x#y",
  "a,b",
]

/** A YAML stream of one to three documents in some style of block, flow, quotes, comments, anchors and indentation. */
export function yamlText(random: Random, size: number): string {
  const writer = new Writer(random, size)
  const documents = random.chance(0.85) ? 1 : 1 + random.below(3)
  let text = random.chance(0.1) ? "# head\n" : ""
  for (let i = 0; i < documents; i++) text += (documents > 1 || random.chance(0.2) ? "---\n" : "") + writer.document()
  if (random.chance(0.05)) text += "...\n"
  if (random.chance(0.15)) text = text.replace(/\n$/, "")
  return random.chance(0.2) ? text.replaceAll("\n", "\r\n") : text
}

class Writer {
  readonly #random: Random
  readonly #comments: boolean
  readonly #step: number
  readonly #indented: boolean
  readonly #anchored: number
  #left: number
  #named = 0
  /** Anchors whose nodes are complete, and those of them that are on maps. */
  #anchors: string[] = []
  #maps: string[] = []

  constructor(random: Random, size: number) {
    this.#random = random
    this.#left = size
    this.#comments = random.chance(0.6)
    this.#step = random.pick([2, 2, 2, 4, 3, 1])
    this.#indented = random.chance(0.5)
    this.#anchored = random.pick([0.02, 0.02, 0.3])
  }

  document(): string {
    this.#anchors = []
    this.#maps = []
    const kind = this.#random.below(10)
    if (kind === 0) return `${this.#flow(0)}\n`
    if (kind === 1) return `${this.#inline()}\n`
    return kind < 4 ? this.#list(0, 0) : this.#map(0, 0)
  }

  /** What follows a key's colon or a dash, from the blank on, line end included. */
  #after(indent: number, depth: number, inList: boolean): string {
    this.#left--
    const kind = this.#left <= 0 || depth > 5 ? this.#random.below(6) : this.#random.below(14)
    if (kind === 8 && this.#anchors.length > 0) return ` *${this.#random.pick(this.#anchors)}${this.#beside()}\n`
    const name = this.#random.chance(this.#anchored) ? `a${this.#named++}` : undefined
    const text = this.#value(kind, name === undefined ? "" : ` &${name}`, indent, depth, inList)
    if (name !== undefined) this.#anchors.push(name)
    if (name !== undefined && kind >= 11 && text.includes(":")) this.#maps.push(name)
    return text
  }

  #value(kind: number, anchor: string, indent: number, depth: number, inList: boolean): string {
    if (kind < 6) return `${anchor} ${this.#inline()}${this.#beside()}\n`.replace(/^ +\n/, "\n")
    if (kind === 6) return `${anchor} ${this.#block(indent + this.#step)}`
    if (kind === 7) return `${anchor} ${this.#flow(depth)}${this.#beside()}\n`
    const list = kind < 11
    const below = indent + (list && !inList && !this.#indented ? 0 : this.#step)
    const nested = list ? this.#list(below, depth + 1) : this.#map(below, depth + 1)
    return nested.trim() === "" || nested.trim() === "[]" || nested.trim() === "{}"
      ? `${anchor} ${nested.trim() || "[]"}\n`
      : `${anchor}${this.#beside()}\n${nested}`
  }

  #beside(): string {
    return this.#comments && this.#random.chance(0.15)
      ? `${this.#random.pick([" ", "  "])}# ${comment(this.#random)}`
      : ""
  }

  #above(indent: number): string {
    const blank = this.#random.chance(0.07) ? "\n" : ""
    return (
      blank + (this.#comments && this.#random.chance(0.12) ? `${" ".repeat(indent)}# ${comment(this.#random)}\n` : "")
    )
  }

  #map(indent: number, depth: number): string {
    const lines = keys(this.#random, 4).map((key) => {
      const colon = this.#random.chance(0.05) ? " :" : ":"
      return `${this.#above(indent)}${" ".repeat(indent)}${this.#key(key)}${colon}${this.#after(indent, depth, false)}`
    })
    if (lines.length > 0 && this.#maps.length > 0 && this.#random.chance(0.1))
      lines.splice(
        this.#random.below(lines.length + 1),
        0,
        `${" ".repeat(indent)}<<: *${this.#random.pick(this.#maps)}\n`,
      )
    return lines.length === 0 ? `${" ".repeat(indent)}{}\n` : lines.join("")
  }

  #list(indent: number, depth: number): string {
    const lines = this.#random.times(4, () => {
      const dash = `${this.#above(indent)}${" ".repeat(indent)}-`
      if (this.#left > 0 && depth < 5 && this.#random.chance(0.25)) {
        const map = this.#map(indent + 2, depth + 1)
        if (/^ *[^ #\n{]/.test(map)) return `${dash} ${map.slice(indent + 2)}`
      }
      return dash + this.#after(indent, depth, true)
    })
    return lines.length === 0 ? `${" ".repeat(indent)}[]\n` : lines.join("")
  }

  #key(key: string): string {
    if (/^[a-z0-9_][\w-]*$/.test(key) && this.#random.chance(0.9)) return key
    return this.#quoted(key)
  }

  #quoted(value: string): string {
    if (this.#random.chance(0.4) && !/[\n\t]/.test(value)) return `'${value.replaceAll("'", "''")}'`
    return JSON.stringify(value)
  }

  #inline(): string {
    const kind = this.#random.below(8)
    if (kind === 0) return ""
    return kind < 5 ? this.#random.pick(plain) : this.#quoted(string(this.#random))
  }

  #block(indent: number): string {
    const head = this.#random.pick(["|", "|-", "|+", ">", ">-"])
    const lines = [
      "text",
      ...this.#random.times(3, () => this.#random.pick(["more: words", "", "# no comment", "  deeper", "- x"])),
    ]
    return `${head}${this.#beside()}\n${lines.map((line) => (line === "" ? "" : " ".repeat(indent) + line)).join("\n")}\n`
  }

  #flow(depth: number): string {
    this.#left--
    const kind = depth > 4 || this.#left <= 0 ? 0 : this.#random.below(3)
    const gap = this.#random.pick([", ", ",", ",  "])
    const pad = this.#random.pick(["", " "])
    if (kind === 1)
      return this.#joined(
        "[",
        this.#random.times(3, () => this.#flow(depth + 1)),
        "]",
        gap,
        pad,
      )
    if (kind === 2)
      return this.#joined(
        "{",
        keys(this.#random, 3).map((key) => `${this.#key(key)}: ${this.#flow(depth + 1)}`),
        "}",
        gap,
        pad,
      )
    if (this.#anchors.length > 0 && this.#random.chance(0.1)) return `*${this.#random.pick(this.#anchors)} `
    return this.#random.chance(0.5)
      ? this.#random.pick(["1", "true", "word", "null"])
      : this.#quoted(string(this.#random))
  }

  #joined(open: string, items: readonly string[], close: string, gap: string, pad: string): string {
    const tail = items.length > 0 && this.#random.chance(0.1) ? "," : ""
    return `${open}${pad}${items.join(gap)}${tail}${pad}${close}`
  }
}
