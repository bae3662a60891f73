import type { IToken, ParserMethod } from "chevrotain"
import { type Expr, functionNames, type PathExpr, type Segment } from "../src/model/rule.ts"
import { DataParser } from "./dataParser.ts"
import * as t from "./lexer.ts"

/** Paths and calls. */
export abstract class PathParser extends DataParser {
  abstract readonly expression: ParserMethod<[], Expr>

  /** Whether braces in texts are plain. */
  protected plain = false

  override begin(tokens: readonly IToken[]): void {
    super.begin(tokens)
    this.plain = false
  }

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
    const plain = this.ACTION(() => this.plain)
    this.ACTION(() => {
      this.plain = name.image === "docs" || name.image === "glob"
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
      this.plain = plain
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
}
