import { EmbeddedActionsParser, type IToken, type ParserMethod } from "chevrotain"
import {
  type Comparison,
  comparisons,
  type Expr,
  fileFacts,
  functionNames,
  type Kind,
  kindNames,
  type PathExpr,
  type Segment,
  type Template,
} from "../src/model/rule.ts"
import type { Span } from "../src/model/span.ts"
import { makeObject, type Value } from "../src/model/value.ts"
import { type Fault, fault } from "./fault.ts"
import * as t from "./lexer.ts"
import { messages } from "./messages.ts"
import { suggest } from "./nearest.ts"
import { dedent, regexPattern, unescapeText } from "./text.ts"

/** Nesting that no person writes, bounded so that neither this parser nor a walk over its result can exhaust the stack. */
const maxDepth = 50
/** Operands of one chain of `++` or `??`, each of which nests the tree by one. */
const maxChain = 200

/** Not a chevrotain error, so that it leaves the parser at once. */
export class TooDeep extends Error {
  readonly token: IToken

  constructor(token: IToken) {
    super("too deep")
    this.token = token
  }
}

/** What a comparison makes of its left side. */
type Test = (left: Expr) => Expr

interface Way<T> {
  readonly ALT: () => T
  readonly GATE?: () => boolean
  readonly IGNORE_AMBIGUITIES?: true
}

/**
 * `part`: the word that begins a part of a block. `block`: the brace that opens one. `step`: the bracket of a path. `call`: the parenthesis
 * of a call. `key`, `slice`: their colons.
 */
export type Place = "part" | "block" | "step" | "call" | "key" | "slice"

/** A template whose text is read once the statement around it is done: one parser reads one token stream at a time. */
export interface PendingTemplate {
  readonly parts: (string | Expr)[]
  readonly token: IToken
}

/** Expressions, paths and literals. Actions run only on text without syntax errors: there is no recovery inside a statement. */
export abstract class ExpressionParser extends EmbeddedActionsParser {
  faults: Fault[] = []
  /** What tokens are in their place, by offset, as far as the printer cannot see it. */
  layout: Map<number, Place> = new Map()
  pending: PendingTemplate[] = []
  #depth = 0
  #plain = false

  constructor(skipValidations: boolean) {
    super(t.tokenTypes, { recoveryEnabled: false, skipValidations, errorMessageProvider: messages, maxLookahead: 2 })
  }

  /** Start on another token stream. */
  begin(tokens: readonly IToken[]): void {
    this.input = [...tokens]
    this.#depth = 0
    this.#plain = false
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

  protected word(text: t.Word): IToken {
    return this.CONSUME(t.keyword(text))
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

  readonly expression: ParserMethod<[], Expr> = this.RULE("expression", (): Expr => {
    this.ACTION(() => this.enter())
    const args = [this.SUBRULE(this.conjunction)]
    this.MANY(() => {
      this.CONSUME(t.keyword("or"))
      args.push(this.SUBRULE2(this.conjunction))
    })
    return this.ACTION(() => this.leave(joined("or", args)))
  })

  readonly conjunction: ParserMethod<[], Expr> = this.RULE("conjunction", (): Expr => {
    const args = [this.SUBRULE(this.term)]
    this.MANY(() => {
      this.CONSUME(t.keyword("and"))
      args.push(this.SUBRULE2(this.term))
    })
    return this.ACTION(() => joined("and", args))
  })

  readonly term: ParserMethod<[], Expr> = this.RULE(
    "term",
    this.choice<Expr>(
      [
        { ALT: () => this.SUBRULE(this.negation) },
        { ALT: () => this.SUBRULE(this.quantifier) },
        { ALT: () => this.SUBRULE(this.comparison) },
      ],
      "an expression",
    ),
  )

  readonly negation: ParserMethod<[], Expr> = this.RULE("negation", (): Expr => {
    const first = this.CONSUME(t.keyword("not"))
    this.ACTION(() => this.enter())
    const arg = this.SUBRULE(this.term)
    return this.ACTION(() => this.leave({ type: "not", arg, span: this.since(first) }))
  })

  readonly #quantifierWord = this.anyOf("all", "any")

  readonly quantifier: ParserMethod<[], Expr> = this.RULE("quantifier", (): Expr => {
    const { first, type } = this.#quantifierWord()
    const name = this.CONSUME(t.BindName)
    this.CONSUME(t.keyword("in"))
    const list = this.SUBRULE(this.operand)
    this.CONSUME(t.Colon)
    const body = this.SUBRULE(this.expression)
    return this.ACTION(() => ({
      type: "quantifier",
      quantifier: type(),
      name: name.image,
      in: list,
      body,
      span: this.since(first),
    }))
  })

  readonly comparison: ParserMethod<[], Expr> = this.RULE("comparison", (): Expr => {
    const left = this.SUBRULE(this.operand)
    const test = this.OPTION(() => this.SUBRULE(this.comparisonTest))
    return this.ACTION(() => (test === undefined ? left : test(left)))
  })

  readonly comparisonTest: ParserMethod<[], Test> = this.RULE(
    "comparisonTest",
    this.choice<Test>([
      { ALT: () => this.SUBRULE(this.kindTest) },
      { ALT: () => this.SUBRULE(this.wordTest) },
      { ALT: () => this.SUBRULE(this.markTest) },
    ]),
  )

  readonly kindTest: ParserMethod<[], Test> = this.RULE("kindTest", (): Test => {
    this.CONSUME(t.keyword("is"))
    const negated = this.OPTION(() => this.CONSUME(t.keyword("not"))) !== undefined
    const kind = this.SUBRULE(this.kind)
    const end = this.#end()
    return (left) => negate(negated, { type: "is", arg: left, kind, span: { start: left.span.start, end } })
  })

  readonly kind: ParserMethod<[], Kind> = this.RULE(
    "kind",
    this.choice<Kind>(
      [
        { ALT: () => this.SUBRULE(this.arrayKind) },
        {
          ALT: () => {
            const name = this.CONSUME(t.Name)
            return this.ACTION(() => this.#kindNamed(name))
          },
        },
      ],
      "a kind of value such as `string` or `[string]`",
    ),
  )

  readonly arrayKind: ParserMethod<[], Kind> = this.RULE("arrayKind", (): Kind => {
    this.CONSUME(t.LSquare)
    this.ACTION(() => this.enter())
    const array = this.SUBRULE(this.kind)
    this.CONSUME(t.RSquare)
    return this.ACTION(() => this.leave({ array }))
  })

  #kindNamed(name: IToken): Kind {
    const known = kindNames.find((kind) => kind === name.image)
    if (known === undefined) {
      const hint = suggest(name.image, kindNames) ?? `the kinds are ${kindNames.join(", ")}, and [T] for a list of them`
      this.report("unknown-kind", spanOf(name), `there is no kind \`${name.image}\``, hint)
    }
    return known ?? "present"
  }

  readonly wordTest: ParserMethod<[], Test> = this.RULE("wordTest", (): Test => {
    const negated = this.OPTION(() => this.CONSUME(t.keyword("not"))) !== undefined
    const test = this.SUBRULE(this.wordOperator)
    return (left) => negate(negated, test(left))
  })

  readonly wordOperator: ParserMethod<[], Test> = this.RULE(
    "wordOperator",
    this.choice<Test>(
      [
        { ALT: () => this.#against(this.CONSUME(t.keyword("in")), this.SUBRULE(this.operand)) },
        { ALT: () => this.#against(this.CONSUME(t.keyword("contains")), this.SUBRULE2(this.operand)) },
        { ALT: () => this.#against(this.CONSUME(t.keyword("matches")), this.SUBRULE(this.pattern)) },
        { ALT: () => this.#against(this.CONSUME(t.keyword("like")), this.SUBRULE2(this.pattern)) },
        { ALT: () => this.#against(this.CONSUME(t.keyword("satisfies")), this.SUBRULE3(this.pattern)) },
      ],
      "one of `in`, `contains`, `matches`, `like`, `satisfies`",
    ),
  )

  readonly markTest: ParserMethod<[], Test> = this.RULE("markTest", (): Test => {
    const operator = this.#mark()
    return this.#against(operator, this.SUBRULE(this.operand))
  })

  readonly #mark = this.choice<IToken>(
    [t.EqualEqual, t.NotEqual, t.Less, t.LessEqual, t.Greater, t.GreaterEqual].map((type) => ({
      ALT: () => this.CONSUME(type),
    })),
  )

  #against(operator: IToken, right: Expr): Test {
    const end = this.#end()
    return (left) => {
      const op = comparisons.find((known) => known === operator.image) as Comparison
      return { type: "compare", op, left, right, span: { start: left.span.start, end } }
    }
  }

  /** Where the token just read ends. */
  #end(): number {
    return this.ACTION(() => t.endOf(this.LA(0)))
  }

  /** What stands right of `matches`, `like` and `satisfies`: braces in it belong to the pattern. */
  readonly pattern: ParserMethod<[], Expr> = this.RULE(
    "pattern",
    this.choice<Expr>([
      {
        ALT: () => {
          const token = this.CONSUME(t.RegexLiteral)
          return this.ACTION(() => this.#regex(token))
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(t.StringLiteral)
          return this.ACTION(() => ({ type: "literal", value: this.stringValue(token), span: spanOf(token) }))
        },
        IGNORE_AMBIGUITIES: true,
      },
      { ALT: () => this.SUBRULE(this.operand) },
    ]),
  )

  #regex(token: IToken): Expr {
    const { pattern, flags } = regexPattern(token.image)
    if (/[^ims]|(.).*\1/.test(flags)) {
      this.report(
        "regex-flags",
        spanOf(token),
        `\`${flags}\` are no flags of a regular expression`,
        "use each of i (any case), m (line by line), s (dot takes newlines) at most once",
      )
    }
    return { type: "literal", value: flags === "" ? pattern : `(?${flags})${pattern}`, span: spanOf(token) }
  }

  readonly operand: ParserMethod<[], Expr> = this.RULE("operand", (): Expr => {
    const parts = [this.SUBRULE(this.concatenation)]
    this.MANY(() => {
      this.CONSUME(t.Default)
      parts.push(this.SUBRULE2(this.concatenation))
    })
    return this.ACTION(() => {
      this.#limitChain(parts)
      return parts.reduceRight((right, left) => ({ type: "default", left, right, span: between(left, right) }))
    })
  })

  readonly concatenation: ParserMethod<[], Expr> = this.RULE("concatenation", (): Expr => {
    const parts = [this.SUBRULE(this.primary)]
    this.MANY(() => {
      this.CONSUME(t.Concat)
      parts.push(this.SUBRULE2(this.primary))
    })
    return this.ACTION(() => {
      this.#limitChain(parts)
      return parts.reduce((left, right) => ({ type: "concat", left, right, span: between(left, right) }))
    })
  })

  #limitChain(parts: readonly Expr[]): void {
    if (parts.length > maxChain) throw new TooDeep(this.LA(0))
  }

  readonly primary: ParserMethod<[], Expr> = this.RULE(
    "primary",
    this.choice<Expr>(
      [
        { ALT: () => this.SUBRULE(this.reference) },
        { ALT: () => this.SUBRULE(this.fileFact) },
        { ALT: () => this.SUBRULE(this.text) },
        { ALT: () => this.SUBRULE(this.atom) },
        { ALT: () => this.SUBRULE(this.list) },
        { ALT: () => this.SUBRULE(this.object) },
        { ALT: () => this.SUBRULE(this.group) },
      ],
      "a value",
    ),
  )

  readonly group: ParserMethod<[], Expr> = this.RULE("group", (): Expr => {
    const first = this.CONSUME(t.LParen)
    const inner = this.SUBRULE(this.expression)
    this.CONSUME(t.RParen)
    return this.ACTION(() => ({ ...inner, span: this.since(first) }))
  })

  readonly list: ParserMethod<[], Expr> = this.RULE("list", (): Expr => {
    const first = this.CONSUME(t.LSquare)
    const items: Expr[] = []
    this.OPTION(() => {
      items.push(this.SUBRULE(this.expression))
      this.MANY(() => {
        this.CONSUME(t.Comma)
        items.push(this.SUBRULE2(this.expression))
      })
      this.OPTION2(() => this.CONSUME2(t.Comma))
    })
    this.CONSUME(t.RSquare)
    return this.ACTION(() => ({ type: "list", items, span: this.since(first) }))
  })

  readonly object: ParserMethod<[], Expr> = this.RULE("object", (): Expr => {
    const first = this.CONSUME(t.LCurly)
    const entries: { key: string; token: IToken; value: Expr }[] = []
    this.OPTION(() => {
      entries.push(this.SUBRULE(this.entry))
      this.MANY(() => {
        this.CONSUME(t.Comma)
        entries.push(this.SUBRULE2(this.entry))
      })
      this.OPTION2(() => this.CONSUME2(t.Comma))
    })
    this.CONSUME(t.RCurly)
    return this.ACTION(() => {
      this.#noRepeats(entries)
      return { type: "object", entries: entries.map(({ key, value }) => ({ key, value })), span: this.since(first) }
    })
  })

  readonly entry = this.RULE("entry", () => {
    const { key, token } = this.SUBRULE(this.key)
    this.place("key", this.CONSUME(t.Colon))
    const value = this.SUBRULE(this.expression)
    return { key, token, value }
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

  #noRepeats(entries: readonly { readonly key: string; readonly token: IToken }[]): void {
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

  readonly atom: ParserMethod<[], Expr> = this.RULE("atom", (): Expr => {
    const pair = this.SUBRULE(this.scalar)
    return this.ACTION(() => ({ type: "literal", value: pair[1], span: spanOf(pair[0]) }))
  })

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

  /** A string in an expression: with `{…}` in it a template, unless braces belong to a glob. */
  readonly text: ParserMethod<[], Expr> = this.RULE(
    "text",
    this.choice<Expr>([
      {
        ALT: () => {
          const token = this.CONSUME(t.StringLiteral)
          return this.ACTION(() => this.#textExpr(token))
        },
      },
      {
        ALT: () => {
          const token = this.CONSUME(t.BlockString)
          return this.ACTION(() => ({ type: "literal", value: dedent(token.image), span: spanOf(token) }))
        },
      },
    ]),
  )

  #textExpr(token: IToken): Expr {
    const span = spanOf(token)
    if (this.#plain || !/(?<!\\)(?:\\\\)*\{/.test(token.image)) {
      return { type: "literal", value: this.stringValue(token), span }
    }
    return { type: "template", parts: this.template(token), span }
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

  readonly #factName = this.choice<IToken>(
    [
      {
        ALT: () => {
          this.CONSUME(t.Dot)
          return this.CONSUME(t.Name)
        },
      },
      { ALT: () => this.CONSUME(t.keyword("exists")) },
    ],
    "`exists`, or a dot and a fact such as `mode`",
  )

  readonly fileFact: ParserMethod<[], Expr> = this.RULE("fileFact", (): Expr => {
    const first = this.CONSUME(t.keyword("file"))
    const name = this.#factName()
    return this.ACTION(() => {
      const fact = fileFacts.find((known) => known === name.image)
      if (fact === undefined) {
        const hint = suggest(name.image, fileFacts) ?? `the facts are ${fileFacts.join(", ")}`
        this.report("unknown-fact", spanOf(name), `a file has no fact \`${name.image}\``, hint)
      }
      return { type: "file", fact: fact ?? "exists", span: this.since(first) }
    })
  })

  /** A path or a call: what only the end tells apart. */
  readonly reference: ParserMethod<[], Expr> = this.RULE("reference", (): Expr => {
    const path = this.SUBRULE(this.path)
    return this.ACTION(() => (path.root.type === "call" && path.segments.length === 0 ? path.root.call : path))
  })

  readonly path: ParserMethod<[], PathExpr> = this.RULE("path", (): PathExpr => {
    const first = this.LA(1)
    const root = this.SUBRULE(this.root)
    const segments: Segment[] = []
    this.MANY(() => {
      segments.push(this.SUBRULE(this.segment))
    })
    return this.ACTION(() => ({ type: "path", root, segments, span: this.since(first) }))
  })

  readonly root: ParserMethod<[], PathExpr["root"]> = this.RULE(
    "root",
    this.choice<PathExpr["root"]>(
      [
        {
          ALT: () => {
            this.CONSUME(t.Dollar)
            return { type: "document" }
          },
        },
        {
          GATE: () => this.LA(2).tokenType === t.LParen,
          ALT: () => ({ type: "call", call: this.SUBRULE(this.call) }),
        },
        { ALT: () => ({ type: "name", name: this.CONSUME(t.BindName).image }) },
      ],
      "a path such as `$.servers` or a name",
    ),
  )

  readonly call: ParserMethod<[], Expr> = this.RULE("call", (): Expr => {
    const name = this.CONSUME(t.CallName)
    const plain = this.ACTION(() => this.#plain)
    this.ACTION(() => {
      this.#plain = name.image === "docs"
    })
    const args: Expr[] = []
    this.place("call", this.CONSUME(t.LParen))
    this.OPTION(() => {
      args.push(this.SUBRULE(this.expression))
      this.MANY(() => {
        this.CONSUME(t.Comma)
        args.push(this.SUBRULE2(this.expression))
      })
    })
    this.CONSUME(t.RParen)
    return this.ACTION(() => {
      this.#plain = plain
      const known = functionNames.find((candidate) => candidate === name.image)
      const span = this.since(name)
      return known === undefined
        ? { type: "predicate", name: name.image, args, span }
        : { type: "call", name: known, args, span }
    })
  })

  readonly segment: ParserMethod<[], Segment> = this.RULE(
    "segment",
    this.choice<Segment>([
      {
        ALT: () => {
          this.CONSUME(t.Dot)
          return this.SUBRULE(this.member)
        },
      },
      {
        ALT: () => {
          this.CONSUME(t.DotDot)
          return { type: "descendant", inner: this.SUBRULE(this.descendant) }
        },
      },
      { ALT: () => this.SUBRULE2(this.bracket) },
    ]),
  )

  readonly descendant: ParserMethod<[], Segment> = this.RULE(
    "descendant",
    this.choice<Segment>(
      [{ ALT: () => this.SUBRULE(this.member) }, { ALT: () => this.SUBRULE(this.bracket) }],
      "a name, `*` or `[`",
    ),
  )

  readonly member: ParserMethod<[], Segment> = this.RULE(
    "member",
    this.choice<Segment>(
      [
        {
          ALT: () => {
            this.CONSUME(t.Star)
            return { type: "wildcard" }
          },
        },
        { ALT: () => ({ type: "member", name: this.CONSUME(t.Name).image }) },
      ],
      "a key or `*`",
    ),
  )

  readonly bracket: ParserMethod<[], Segment> = this.RULE("bracket", (): Segment => {
    this.place("step", this.CONSUME(t.LSquare))
    const segment = this.SUBRULE(this.step)
    this.CONSUME(t.RSquare)
    return segment
  })

  readonly step: ParserMethod<[], Segment> = this.RULE(
    "step",
    this.choice<Segment>(
      [
        {
          ALT: () => {
            this.CONSUME(t.Star)
            return { type: "wildcard" }
          },
        },
        {
          ALT: () => {
            const rest = this.SUBRULE(this.slice)
            return this.ACTION(() => ({ type: "slice", start: null, ...rest }))
          },
        },
        {
          ALT: () => {
            const expr = this.SUBRULE(this.expression)
            const rest = this.OPTION(() => this.SUBRULE2(this.slice))
            return this.ACTION(() => (rest === undefined ? this.#stepTo(expr) : this.#sliceFrom(expr, rest)))
          },
        },
      ],
      "an index, a key in quotes, `*` or a name",
    ),
  )

  #stepTo(expr: Expr): Segment {
    if (expr.type !== "literal") return { type: "computed", expr }
    if (typeof expr.value === "string") return { type: "member", name: expr.value }
    if (typeof expr.value === "number" && Number.isSafeInteger(expr.value)) return { type: "index", index: expr.value }
    this.report("index", expr.span, "an index is a whole number", "write a key in quotes, an element by its number")
    return { type: "index", index: 0 }
  }

  #sliceFrom(expr: Expr, rest: { readonly end: number | null; readonly step: number | null }): Segment {
    const start = expr.type === "literal" ? expr.value : undefined
    if (typeof start === "number" && Number.isSafeInteger(start)) return { type: "slice", start, ...rest }
    this.report("index", expr.span, "a slice goes from one whole number to another", "for example `[1:3]`")
    return { type: "slice", start: null, ...rest }
  }

  readonly slice = this.RULE("slice", (): { end: number | null; step: number | null } => {
    this.place("slice", this.CONSUME(t.Colon))
    const end = this.OPTION(() => this.CONSUME(t.NumberLiteral))
    const step = this.OPTION2(() => {
      this.place("slice", this.CONSUME2(t.Colon))
      return this.OPTION3(() => this.CONSUME2(t.NumberLiteral))
    })
    return this.ACTION(() => ({ end: this.integer(end), step: this.integer(step) }))
  })

  protected integer(token: IToken | undefined): number | null {
    if (token === undefined) return null
    const value = Number(token.image)
    if (!Number.isSafeInteger(value)) {
      this.report("index", spanOf(token), "a whole number belongs here", "leave out the fraction")
    }
    return Math.trunc(value)
  }

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
      this.#noRepeats(entries)
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

function between(left: Expr, right: Expr): Span {
  return { start: left.span.start, end: right.span.end }
}

function joined(type: "and" | "or", args: readonly Expr[]): Expr {
  const [first, last] = [args[0] as Expr, args.at(-1) as Expr]
  return args.length === 1 ? first : { type, args, span: between(first, last) }
}

function negate(negated: boolean, arg: Expr): Expr {
  return negated ? { type: "not", arg, span: arg.span } : arg
}

function numberOf(image: string): number | bigint {
  const value = Number(image)
  return /^-?[0-9]+$/.test(image) && !Number.isSafeInteger(value) ? BigInt(image) : value
}
