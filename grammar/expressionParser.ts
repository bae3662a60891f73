import type { IToken, ParserMethod } from "chevrotain"
import { type Comparison, comparisons, type Expr, fileFacts, type Kind, kindNames } from "../src/model/rule.ts"
import type { Span } from "../src/model/span.ts"
import { spanOf, TooDeep } from "./dataParser.ts"
import * as t from "./lexer.ts"
import { PathParser } from "./pathParser.ts"
import { suggest } from "./suggest.ts"
import { dedent, regexPattern } from "./text.ts"

/** Operands of one chain of `++` or `??`, each of which nests the tree by one. */
const maxChain = 200

/** What a comparison makes of its left side. */
type Test = (left: Expr) => Expr

/** Expressions, by rank of their operators: a rule of the grammar for each. */
export abstract class ExpressionParser extends PathParser {
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
      this.noRepeats(entries)
      return { type: "object", entries: entries.map(({ key, value }) => ({ key, value })), span: this.since(first) }
    })
  })

  readonly entry = this.RULE("entry", () => {
    const { key, token } = this.SUBRULE(this.key)
    this.place("key", this.CONSUME(t.Colon))
    const value = this.SUBRULE(this.expression)
    return { key, token, value }
  })

  readonly atom: ParserMethod<[], Expr> = this.RULE("atom", (): Expr => {
    const pair = this.SUBRULE(this.scalar)
    return this.ACTION(() => ({ type: "literal", value: pair[1], span: spanOf(pair[0]) }))
  })

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
    if (this.plain || !/(?<!\\)(?:\\\\)*\{/.test(token.image)) {
      return { type: "literal", value: this.stringValue(token), span }
    }
    return { type: "template", parts: this.template(token), span }
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
