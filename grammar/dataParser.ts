import { EmbeddedActionsParser, type IToken, type ParserMethod } from "chevrotain"
import type { Expr, Template } from "../src/model/rule.ts"
import type { Span } from "../src/model/span.ts"
import { makeObject, type Value } from "../src/model/value.ts"
import { type Fault, fault } from "./fault.ts"
import * as t from "./lexer.ts"
import { messages } from "./messages.ts"
import { dedent, unescapeText } from "./text.ts"

/** Nesting that no person writes, bounded so that neither this parser nor a walk over its result can exhaust the stack. */
const maxDepth = 50
/** Not a chevrotain error, so that it leaves the parser at once. */
export class TooDeep extends Error {
  readonly token: IToken

  constructor(token: IToken) {
    super("too deep")
    this.token = token
  }
}

interface Way<T> {
  readonly ALT: () => T
  readonly GATE?: () => boolean
  readonly IGNORE_AMBIGUITIES?: true
}

/**
 * `part`: the word that begins a part of a block. `block`: the brace that opens one. `step`: the bracket of a path. `call`: the parenthesis
 * of a call. `key`, `slice`: their colons. `where`: that of a repair.
 */
export type Place = "part" | "block" | "step" | "call" | "key" | "slice" | "where"

/** A template whose text is read once the statement around it is done: one parser reads one token stream at a time. */
export interface PendingTemplate {
  readonly parts: (string | Expr)[]
  readonly token: IToken
}

/**
 * Literals, and what every part of the parser needs. Actions run only on text without syntax errors: there is no recovery inside a
 * statement.
 */
export abstract class DataParser extends EmbeddedActionsParser {
  faults: Fault[] = []

  /** What tokens are in their place, by offset, as far as the printer cannot see it. */
  layout: Map<number, Place> = new Map()

  pending: PendingTemplate[] = []

  #depth = 0

  constructor(skipValidations: boolean) {
    super(t.tokenTypes, { recoveryEnabled: false, skipValidations, errorMessageProvider: messages, maxLookahead: 2 })
  }

  /** Start on another token stream. */
  begin(tokens: readonly IToken[]): void {
    this.input = [...tokens]
    this.#depth = 0
  }

  protected place(place: Place, token: IToken): void {
    this.ACTION(() => this.layout.set(token.startOffset, place))
  }

  protected enter(): void {
    this.#depth += 1
    if (this.#depth > maxDepth) throw new TooDeep(this.LA(1))
  }

  protected leave<T>(value: T): T {
    this.#depth -= 1
    return value
  }

  protected report(code: string, span: Span, message: string, hint?: string): void {
    this.faults.push(fault(code, span, message, hint))
  }

  /** `OR` with one type for all its ways, which are made once: they must not use what one call of a rule has found. */
  protected choice<T>(ways: readonly Way<T>[], expected = ""): () => T {
    const choice = expected === "" ? { DEF: [...ways] } : { DEF: [...ways], ERR_MSG: expected }
    return () => this.OR(choice)
  }

  /** One of several words. */
  protected anyOf<T extends t.Word>(...words: readonly T[]): () => { readonly first: IToken; readonly type: () => T } {
    const choice = words.map((text) => ({ ALT: () => this.CONSUME(t.keyword(text)) }))
    return () => {
      const first = this.OR(choice)
      // While the grammar is recorded there is no text yet, and so no word.
      return { first, type: () => words.find((text) => text === first.image) as T }
    }
  }

  /** From a first token to the one just read. */
  protected since(first: IToken): Span {
    return { start: first.startOffset, end: t.endOf(this.LA(0)) }
  }

  /** @returns parts that are filled when the statement is done. */
  protected template(token: IToken): Template {
    const parts: (string | Expr)[] = []
    this.pending.push({ parts, token })
    return parts
  }

  /** A string as it is meant, without regard to braces. */
  protected stringValue(token: IToken): string {
    const decoded = unescapeText(token.image.slice(1, -1), token.startOffset + 1)
    if (decoded.ok) return decoded.text
    this.report("escape", decoded.span, decoded.message, "write a backslash as `\\\\`")
    return ""
  }

  protected integer(token: IToken | undefined): number | null {
    if (token === undefined) return null
    const value = Number(token.image)
    if (!Number.isSafeInteger(value)) {
      this.report("index", spanOf(token), "a whole number belongs here", "leave out the fraction")
    }
    return Math.trunc(value)
  }

  /** One of several words; the second result says which, once there is text. */
  readonly wordList: ParserMethod<[], readonly string[]> = this.RULE("wordList", (): readonly string[] => {
    const values = [this.SUBRULE(this.wordOrText)]
    this.MANY(() => {
      this.CONSUME(t.Comma)
      values.push(this.SUBRULE2(this.wordOrText))
    })
    return values
  })

  readonly wordOrText: ParserMethod<[], string> = this.RULE(
    "wordOrText",
    this.choice<string>(
      [{ ALT: () => this.CONSUME(t.Name).image }, { ALT: () => this.SUBRULE(this.dataText) }],
      "a name or a text in quotes",
    ),
  )

  readonly id = this.RULE("id", () => {
    const first = this.CONSUME(t.Name)
    let text = first.image
    this.MANY(() => {
      this.CONSUME(t.Slash)
      text += `/${this.CONSUME2(t.Name).image}`
    })
    return this.ACTION(() => ({ text, span: this.since(first) }))
  })

  readonly key = this.RULE(
    "key",
    this.choice<{ key: string; token: IToken }>(
      [
        {
          ALT: () => {
            const token = this.CONSUME(t.Name)
            return { key: token.image, token }
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(t.StringLiteral)
            return { key: this.ACTION(() => this.stringValue(token)), token }
          },
        },
      ],
      "a key",
    ),
  )

  protected noRepeats(entries: readonly { readonly key: string; readonly token: IToken }[]): void {
    const seen = new Set<string>()
    for (const { key, token } of entries) {
      if (seen.has(key)) {
        this.report(
          "duplicate-key",
          spanOf(token),
          `the key ${JSON.stringify(key)} stands here twice`,
          "keep one of them",
        )
      }
      seen.add(key)
    }
  }

  readonly scalar = this.RULE(
    "scalar",
    this.choice<readonly [IToken, Value]>([
      {
        ALT: () => {
          const token = this.CONSUME(t.NumberLiteral)
          return [token, this.ACTION(() => numberOf(token.image))]
        },
      },
      { ALT: () => [this.CONSUME(t.keyword("true")), true] },
      { ALT: () => [this.CONSUME(t.keyword("false")), false] },
      { ALT: () => [this.CONSUME(t.keyword("null")), null] },
    ]),
  )

  /** JSON with optional quotes on keys: the literals of tests and parameters. Braces in its strings are data. */
  readonly data: ParserMethod<[], Value> = this.RULE(
    "data",
    this.choice<Value>(
      [
        { ALT: () => this.SUBRULE(this.dataText) },
        { ALT: () => this.SUBRULE(this.scalar)[1] },
        { ALT: () => this.SUBRULE(this.dataList) },
        { ALT: () => this.SUBRULE(this.dataObject) },
      ],
      "a value",
    ),
  )

  readonly dataText: ParserMethod<[], string> = this.RULE(
    "dataText",
    this.choice<string>(
      [
        {
          ALT: () => {
            const token = this.CONSUME(t.StringLiteral)
            return this.ACTION(() => this.stringValue(token))
          },
        },
        {
          ALT: () => {
            const token = this.CONSUME(t.BlockString)
            return this.ACTION(() => dedent(token.image))
          },
        },
      ],
      "a text in quotes",
    ),
  )

  readonly dataList: ParserMethod<[], Value> = this.RULE("dataList", (): Value => {
    this.CONSUME(t.LSquare)
    this.ACTION(() => this.enter())
    const items: Value[] = []
    this.OPTION(() => {
      items.push(this.SUBRULE(this.data))
      this.MANY(() => {
        this.CONSUME(t.Comma)
        items.push(this.SUBRULE2(this.data))
      })
      this.OPTION2(() => this.CONSUME2(t.Comma))
    })
    this.CONSUME(t.RSquare)
    return this.ACTION(() => this.leave(items))
  })

  readonly dataObject: ParserMethod<[], Value> = this.RULE("dataObject", (): Value => {
    this.CONSUME(t.LCurly)
    this.ACTION(() => this.enter())
    const entries: { key: string; token: IToken; value: Value }[] = []
    this.OPTION(() => {
      entries.push(this.SUBRULE(this.dataEntry))
      this.MANY(() => {
        this.CONSUME(t.Comma)
        entries.push(this.SUBRULE2(this.dataEntry))
      })
      this.OPTION2(() => this.CONSUME2(t.Comma))
    })
    this.CONSUME(t.RCurly)
    return this.ACTION(() => {
      this.noRepeats(entries)
      return this.leave(makeObject(entries.map(({ key, value }) => [key, value])))
    })
  })

  readonly dataEntry = this.RULE("dataEntry", () => {
    const { key, token } = this.SUBRULE(this.key)
    this.place("key", this.CONSUME(t.Colon))
    const value = this.SUBRULE(this.data)
    return { key, token, value }
  })
}

export function spanOf(token: IToken): Span {
  return { start: token.startOffset, end: t.endOf(token) }
}

function numberOf(image: string): number | bigint {
  const value = Number(image)
  return /^-?[0-9]+$/.test(image) && !Number.isSafeInteger(value) ? BigInt(image) : value
}
