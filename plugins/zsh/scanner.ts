import type { Span } from "../../src/model/span.ts"
import type { Command, Flaw, Loop, Within } from "./command.ts"
import { endOfLine, Unclosed, type Words } from "./words.ts"

interface Open {
  readonly word: string
  readonly at: number
  readonly within: Within | undefined
  readonly loop?: Loop
  /** Of an `if`: its `then` was seen. */
  branched?: boolean
  /** Of a `case`: what is due. */
  due?: "pattern" | "body"
}

/** As how many words one counts: the time that zsh takes grows with the square of their number. */
const hereDocument = 50

const closers: Readonly<Record<string, string>> = { fi: "if", done: "do", esac: "case", "}": "{", end: "foreach" }

/** What is found, to be filled. */
export interface Found {
  readonly commands: Command[]
  readonly functions: Span[]
  readonly comments: Span[]
  readonly flaws: Flaw[]
}

/** Reads the commands of a text, or of one substitution in it, from an offset on. */
export class Scanner {
  readonly #text: string
  readonly #words: Words
  readonly #depth: number
  /** Absent in a substitution, of which only the end is of interest. */
  readonly #out: Found | undefined
  readonly #open: Open[] = []
  readonly #heredocs: { readonly delimiter: string; readonly tabs: boolean }[] = []
  #at: number
  /** Where the command that is read began. */
  begun: number
  #joined: "and-or" | "pipe" | undefined
  #functionNext = false
  /** Of a loop without braces: its only command is next. */
  #loopNext: Loop | undefined
  /** A condition such as `[[ … ]]` has just ended: what follows on the line without `then` or `do` is a short form. */
  #condition = false
  #lastPlain = false

  constructor(text: string, words: Words, at: number, depth: number, out: Found | undefined) {
    this.#text = text
    this.#at = at
    this.begun = at
    this.#depth = depth
    this.#out = out
    this.#words = words
  }

  /** @param nested up to the parenthesis that closes a substitution.  @returns the offset after. */
  run(nested: boolean): number {
    const text = this.#text
    const opened = this.#at
    this.#words.bound(this.#depth, opened)
    while (this.#at < text.length) {
      this.#skipBlanks()
      if (this.#at >= text.length) break
      this.#words.count(this.#at)
      this.#words.bound(this.#open.length, this.#at)
      this.begun = this.#at
      const letter = text[this.#at] ?? ""
      if (letter === "\n") this.#newline()
      else if (letter === "#") this.#comment()
      else if (/[;&|]/.test(letter)) this.#operator()
      else if (letter === "(") this.#parenthesis()
      else if (letter === ")") {
        if (nested && !this.#open.some(({ word }) => word === "(")) return this.#at + 1
        this.#closeParenthesis()
      } else this.#command()
    }
    if (nested) throw new Unclosed(Math.max(0, opened - 2), "$(")
    for (const { at, word } of this.#open) this.#flaw(at, word.length, `this \`${word}\` is not closed`)
    return this.#at
  }

  #skipBlanks(): void {
    const blank = /(?:[ \t\r\f\v]|\\\r?\n)+/y
    blank.lastIndex = this.#at
    if (blank.test(this.#text)) this.#at = blank.lastIndex
  }

  #newline(): void {
    this.#at++
    this.#condition = false
    if (this.#heredocs.length > 0) this.#skipHeredocs()
    const top = this.#open.at(-1)
    if (top?.due === "pattern") this.#pattern(top)
  }

  #skipHeredocs(): void {
    const { length } = this.#text
    for (const { delimiter, tabs } of this.#heredocs.splice(0)) {
      const started = this.#at
      for (;;) {
        if (this.#at >= length) throw new Unclosed(Math.max(0, started - 1), `here-document (<<${delimiter})`)
        const end = this.#text.indexOf("\n", this.#at)
        const line = this.#text.slice(this.#at, end < 0 ? length : end).replace(/\r$/, "")
        this.#at = end < 0 ? length : end + 1
        if ((tabs ? line.replace(/^\t+/, "") : line) === delimiter) break
      }
    }
  }

  #comment(): void {
    const end = endOfLine(this.#text, this.#at)
    this.#out?.comments.push({ start: this.#at, end })
    this.#at = end
  }

  #operator(): void {
    const operator =
      /^(?:;;|;&|;\||&&|\|\||\|&|&\||&!|;|&|\|)/.exec(this.#text.slice(this.#at, this.#at + 2))?.[0] ?? ";"
    // `&>` is a redirection, which a command may begin with.
    if (operator === "&" && this.#text[this.#at + 1] === ">") {
      this.#redirection()
      return
    }
    this.#at += operator.length
    this.#condition = false
    if (operator === "&&" || operator === "||") this.#joined = "and-or"
    else if (operator === "|" || operator === "|&") this.#joined = "pipe"
    const top = this.#open.at(-1)
    if (/^;[;&|]$/.test(operator)) {
      if (top?.word === "case") {
        top.due = "pattern"
        this.#pattern(top)
      } else this.#flaw(this.begun, 2, `\`${operator}\` stands outside \`case\``)
    }
  }

  #parenthesis(): void {
    if (this.#text.startsWith("((", this.#at)) {
      const end = this.#words.skipArithmetic(this.#at)
      if (end !== undefined) {
        this.#at = end
        this.#joined = undefined
        this.#condition = true
        this.#shortForm()
        return
      }
    }
    if (/^\([ \t]*\)/.test(this.#text.slice(this.#at, this.#at + 20))) {
      // A function without a name.
      this.#at = this.#text.indexOf(")", this.#at) + 1
      this.#functionNext = true
      return
    }
    this.#push("(", 1, "subshell")
  }

  #closeParenthesis(): void {
    const top = this.#open.at(-1)
    if (top?.word === "(") {
      this.#open.pop()
      this.#condition = true
    } else
      this.#flaw(
        this.#at,
        1,
        top === undefined ? "this `)` closes nothing" : `\`${top.word}\` is not closed before this \`)\``,
      )
    this.#at++
    if (this.#condition) this.#shortForm()
  }

  #push(word: string, length: number, within: Within | undefined, more: Partial<Open> = {}): void {
    this.#open.push({ word, at: this.#at, within: this.#functionNext ? "function" : within, ...more })
    this.#functionNext = false
    this.#joined = undefined
    this.#at += length
  }

  /** After a condition: `if [[ … ]] { … }` and `if [[ … ]] command` need no `fi`. */
  #shortForm(): void {
    this.#skipBlanks()
    const rest = this.#text.slice(this.#at, this.#at + 6)
    const head = this.#open.at(-1)
    if (/^(?:$|[\r\n;&|#)]|\d*[<>]|then\b|do\b)/.test(rest) || head?.word !== "if" || head.branched === true) return
    this.#open.pop()
    if (!rest.startsWith("{")) this.#joined = "and-or"
  }

  /** The words of a statement from where one may stand. */
  #command(): void {
    const text = this.#text
    const start = this.#at
    if (/^[<>]/.test(text.slice(start, start + 1)) && !/^[<>]\(|^<\d*-\d*>/.test(text.slice(start, start + 20))) {
      this.#redirection()
      return
    }
    const end = this.#words.skipWord(start, true, this.#depth)
    if (end === start) {
      this.#at = start + 1
      return
    }
    const word = text.slice(start, end)
    if (this.#reserved(word, start, end)) return
    if (/^[ \t]*\([ \t]*\)/.test(text.slice(end, end + 40)) && !/^[\w]+\+?=/.test(word)) {
      this.#out?.functions.push({ start, end })
      this.#at = text.indexOf(")", end) + 1
      this.#functionNext = true
      return
    }
    this.#simple(start, end)
  }

  #simple(start: number, firstEnd: number): void {
    const text = this.#text
    const words: Span[] = [{ start, end: firstEnd }]
    let last = firstEnd
    let assigns = isAssignment(text, { start, end: firstEnd })
    this.#at = firstEnd
    for (;;) {
      this.#skipBlanks()
      const letter = text[this.#at] ?? "\n"
      if (/[\n;|)]/.test(letter) || letter === "#") break
      if (letter === "&" && text[this.#at + 1] !== ">") break
      if (/[<>&]/.test(letter) && !/^[<>]\(|^<\d*-\d*>/.test(text.slice(this.#at, this.#at + 20))) {
        this.#redirection()
        last = this.#at
        continue
      }
      const begin = this.#at
      const end = this.#words.skipWord(begin, assigns, this.#depth)
      if (end === begin) break
      assigns &&= isAssignment(text, { start: begin, end })
      if (text.slice(begin, end) === "}" && this.#open.some(({ word }) => word === "{")) break
      words.push({ start: begin, end })
      this.#at = end
      last = end
    }
    this.#record(start, last, words)
  }

  #record(start: number, end: number, words: readonly Span[]): void {
    const plain = this.#joined === undefined
    // `autoload x && x` always goes on: such a command does not fail.
    const surely = this.#joined === "and-or" && this.#lastPlain
    const loop = this.#loopNext ?? this.#open.findLast((each) => each.loop !== undefined)?.loop
    const within = this.#functionNext
      ? "function"
      : this.#open.some((each) => each.within === "function")
        ? "function"
        : plain || surely
          ? this.#open.findLast((each) => each.within !== undefined)?.within
          : this.#joined
    const chosen = this.#open.some((each) => each.within === "if" || each.within === "case")
    this.#out?.commands.push({
      start,
      end,
      words,
      ...(within && { within }),
      ...(chosen && { chosen }),
      ...(loop && { loop }),
    })
    const first = words[0]
    this.#lastPlain =
      (plain || surely) &&
      /^(?:autoload|alias|export|setopt|zmodload|typeset)$/.test(this.#text.slice(first?.start, first?.end))
    this.#joined = undefined
    this.#functionNext = false
    this.#loopNext = undefined
  }

  #redirection(): void {
    const text = this.#text
    const operator =
      /^(?:<<<|<<-|<<|&>>?[|!]?|>>[|!&]?|>[|!&]|<&|<>|<|>|&)/.exec(text.slice(this.#at, this.#at + 4))?.[0] ?? "<"
    this.#at += operator.length
    this.#skipBlanks()
    const start = this.#at
    this.#at = this.#words.skipWord(start, false, this.#depth)
    if (operator !== "<<" && operator !== "<<-") return
    this.#words.count(start, hereDocument)
    const delimiter = text.slice(start, this.#at).replace(/\\(.)|["']/g, "$1")
    this.#heredocs.push({ delimiter, tabs: operator === "<<-" })
  }

  /** Words that open and close. @returns whether it was one. */
  #reserved(word: string, start: number, end: number): boolean {
    const length = end - start
    switch (word) {
      case "if":
        this.#push(word, length, "if")
        return true
      case "then":
      case "elif":
      case "else":
        this.#at = end
        this.#joined = undefined
        this.#branch(word, start)
        return true
      case "{":
        this.#push(word, length, this.#joined)
        return true
      case "[[":
        this.#at = end
        this.#skipCondition(start)
        return true
      case "case":
        this.#case(end)
        return true
      case "for":
      case "foreach":
      case "select":
        this.#for(word, end)
        return true
      case "while":
      case "until":
        this.#at = end
        this.#joined = undefined
        return true
      case "repeat":
        this.#at = end
        this.#skipBlanks()
        this.#at = this.#words.skipWord(this.#at, false, this.#depth)
        this.#joined = "and-or"
        return true
      case "do":
        this.#push(word, length, "loop")
        return true
      case "function":
        this.#function(end)
        return true
      case "!":
      case "time":
      case "coproc":
      case "always":
        this.#at = end
        return true
      default:
        return word in closers && this.#close(word, start, end)
    }
  }

  #branch(word: string, start: number): void {
    const top = this.#open.at(-1)
    if (top?.word === "if") {
      if (word === "then") top.branched = true
      else if (word === "elif") top.branched = false
      return
    }
    if (word === "elif" && this.#condition) this.#open.push({ word: "if", at: start, within: "if" })
    else if (word === "else" && this.#condition) this.#joined = "and-or"
    else this.#flaw(start, word.length, `this \`${word}\` belongs to no \`if\``)
  }

  #close(word: string, start: number, end: number): boolean {
    const wanted = closers[word] ?? ""
    const top = this.#open.at(-1)
    if (word === "end" && !this.#open.some((each) => each.word === wanted)) return false
    this.#at = end
    this.#joined = undefined
    this.#condition = word === "}"
    if (top?.word === wanted) {
      this.#open.pop()
      if (word === "fi" && top.branched !== true) this.#flaw(top.at, 2, "this `if` has no `then`")
      return true
    }
    this.#flaw(
      start,
      end - start,
      top === undefined ? `this \`${word}\` closes nothing` : `\`${top.word}\` is not closed before this \`${word}\``,
    )
    const place = this.#open.findLastIndex((each) => each.word === wanted)
    if (place >= 0) this.#open.length = place
    return true
  }

  #skipCondition(start: number): void {
    const text = this.#text
    for (;;) {
      const blank = /(?:\s|\\\r?\n)+/y
      blank.lastIndex = this.#at
      if (blank.test(text)) this.#at = blank.lastIndex
      if (this.#at >= text.length) throw new Unclosed(start, "[[")
      if (/^\]\](?:[\s;&|)]|$)/.test(text.slice(this.#at, this.#at + 3))) break
      const end = this.#words.skipWord(this.#at, false, this.#depth)
      this.#at = end === this.#at ? end + 1 : end
    }
    this.#at += 2
    this.#joined = undefined
    this.#condition = true
    this.#shortForm()
  }

  #case(end: number): void {
    const at = this.begun
    this.#at = end
    this.#skipBlanks()
    this.#at = this.#words.skipWord(this.#at, false, this.#depth)
    this.#skipLines()
    const opening = /^(?:in\b|\{)/.exec(this.#text.slice(this.#at, this.#at + 3))?.[0]
    const top: Open = {
      word: opening === "{" ? "{" : "case",
      at,
      within: this.#functionNext ? "function" : "case",
      due: "pattern",
    }
    this.#functionNext = false
    this.#joined = undefined
    this.#open.push(top)
    if (opening === undefined) this.#flaw(at, 4, "this `case` has no `in`")
    this.#at += opening?.length ?? 0
    this.#pattern(top)
  }

  /** A pattern of `case`, up to its parenthesis, or the end of them all. */
  #pattern(top: Open): void {
    this.#skipLines()
    if (top.word === "case" && /^esac(?:[\s;&|)]|$)/.test(this.#text.slice(this.#at, this.#at + 5))) {
      top.due = "body"
      return
    }
    if (this.#at >= this.#text.length) return
    const start = this.#at
    if (this.#text[this.#at] === "(") {
      const close = this.#words.skipWord(this.#at, false, this.#depth)
      this.#skipTo(close)
      if (
        !/^[ \t]*[^\s)|]/.test(this.#text.slice(close, close + 20)) ||
        /^\s/.test(this.#text.slice(close, close + 1))
      ) {
        if (!/^[ \t]*[|)]/.test(this.#text.slice(close, close + 20))) {
          top.due = "body"
          return
        }
      }
    }
    while (this.#at < this.#text.length && this.#text[this.#at] !== ")") {
      if (this.#text[this.#at] === "\n" && !/^\s*[|)]/.test(this.#text.slice(this.#at, this.#at + 200))) {
        this.#flaw(start, 1, "this pattern of `case` has no `)`")
        top.due = "body"
        return
      }
      const end = this.#words.skipWord(this.#at, false, this.#depth)
      this.#at = end === this.#at ? end + 1 : end
    }
    this.#at++
    top.due = "body"
    this.#joined = undefined
  }

  #skipTo(at: number): void {
    this.#at = at
  }

  #skipLines(): void {
    for (;;) {
      this.#skipBlanks()
      if (this.#text[this.#at] === "\n") this.#at++
      else if (this.#text[this.#at] === "#") this.#comment()
      else return
    }
  }

  #for(word: string, end: number): void {
    const text = this.#text
    const at = this.begun
    this.#at = end
    this.#skipBlanks()
    const names: string[] = []
    let words: readonly Span[] = []
    if (text.startsWith("((", this.#at)) this.#at = this.#words.skipArithmetic(this.#at) ?? this.#at + 2
    else {
      for (;;) {
        this.#skipBlanks()
        if (text[this.#at] === "(") {
          const list = this.#words.skipList(this.#at, this.#depth)
          this.#at = list.end
          words = list.words
          break
        }
        const name = /^[A-Za-z_0-9]+/.exec(text.slice(this.#at, this.#at + 200))?.[0]
        if (name === undefined) break
        this.#at += name.length
        if (name === "in") {
          words = this.#forWords()
          break
        }
        names.push(name)
      }
    }
    const skipped = /(?:[\s;]|#[^\n]*\n)*/y
    skipped.lastIndex = this.#at
    skipped.test(text)
    const loop = names[0] === undefined ? undefined : { name: names[0], words }
    const more = loop === undefined ? {} : { loop }
    if (/^do(?:\s|$)/.test(text.slice(skipped.lastIndex, skipped.lastIndex + 3))) {
      this.#at = skipped.lastIndex
      this.#push("do", 2, "loop", more)
    } else if (word === "foreach") {
      this.#open.push({ word: "foreach", at, within: "loop", ...more })
    } else if (text[skipped.lastIndex] === "{") {
      this.#at = skipped.lastIndex
      this.#push("{", 1, "loop", more)
    } else {
      this.#joined = "and-or"
      this.#loopNext = loop
    }
  }

  #forWords(): readonly Span[] {
    const words: Span[] = []
    for (;;) {
      this.#skipBlanks()
      const start = this.#at
      if (/[\n;&|)#]|^$/.test(this.#text[start] ?? "")) return words
      const end = this.#words.skipWord(start, false, this.#depth)
      if (end === start) return words
      words.push({ start, end })
      this.#at = end
    }
  }

  #function(end: number): void {
    this.#at = end
    for (;;) {
      this.#skipBlanks()
      const start = this.#at
      if (this.#text[start] === "(" && /^\([ \t]*\)/.test(this.#text.slice(start, start + 20))) {
        this.#at = this.#text.indexOf(")", start) + 1
        break
      }
      if (/[\n;{(]/.test(this.#text[start] ?? "\n")) break
      const stop = this.#words.skipWord(start, true, this.#depth)
      if (stop === start) break
      this.#out?.functions.push({ start, end: stop })
      this.#at = stop
    }
    this.#functionNext = true
    this.#joined = undefined
  }

  #flaw(start: number, length: number, message: string): void {
    this.#out?.flaws.push({ start, end: Math.min(start + length, this.#text.length), message })
  }
}

function isAssignment(text: string, { start, end }: Span): boolean {
  return /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/.test(text.slice(start, end))
}
