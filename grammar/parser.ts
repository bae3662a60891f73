import type { IToken, ParserMethod } from "chevrotain"
import type { Action, Expr, Requirement } from "../src/model/rule.ts"
import type { Clause, LinkItem, Statement, TestItem } from "./clause.ts"
import { spanOf } from "./dataParser.ts"
import * as t from "./lexer.ts"
import { TestParser } from "./testParser.ts"

type Where = Extract<Clause, { type: "where" }>

/** Statements, the clauses of rules, and links. */
export class RuleParser extends TestParser {
  readonly #textWord = this.anyOf("why", "docs", "since", "deprecated")

  readonly #wordsWord = this.anyOf("files", "formats", "environments", "tags")

  readonly #safetyWord = this.anyOf("safe", "unsafe")

  readonly #endWord = this.anyOf("source", "target")

  constructor(skipValidations = true) {
    super(skipValidations)
    this.performSelfAnalysis()
  }

  #part(): void {
    this.layout.set(this.LA(1).startOffset, "part")
  }

  #open(): void {
    this.place("block", this.CONSUME(t.LCurly))
  }

  readonly statement: ParserMethod<[], Statement> = this.RULE(
    "statement",
    this.choice<Statement>(
      [
        { ALT: () => this.SUBRULE(this.importStatement) },
        { ALT: () => this.SUBRULE(this.letStatement) },
        { ALT: () => this.SUBRULE(this.predicateStatement) },
        { ALT: () => this.SUBRULE(this.ruleStatement) },
        { ALT: () => this.SUBRULE(this.linkStatement) },
      ],
      "`import`, `let`, `predicate`, `rule` or `link`",
    ),
  )

  readonly importStatement: ParserMethod<[], Statement> = this.RULE("importStatement", (): Statement => {
    const first = this.CONSUME(t.keyword("import"))
    const from = this.SUBRULE(this.dataText)
    return this.ACTION(() => ({ type: "import", from, span: this.since(first) }))
  })

  readonly letStatement: ParserMethod<[], Statement> = this.RULE("letStatement", (): Statement => {
    const first = this.CONSUME(t.keyword("let"))
    const name = this.CONSUME(t.BindName)
    this.CONSUME(t.Equal)
    const value = this.SUBRULE(this.expression)
    return this.ACTION(() => ({
      type: "let",
      name: name.image,
      nameSpan: spanOf(name),
      value,
      span: this.since(first),
    }))
  })

  readonly predicateStatement: ParserMethod<[], Statement> = this.RULE("predicateStatement", (): Statement => {
    const first = this.CONSUME(t.keyword("predicate"))
    const name = this.CONSUME(t.CallName)
    const parameters: IToken[] = []
    this.place("call", this.CONSUME(t.LParen))
    this.OPTION(() => {
      parameters.push(this.CONSUME(t.BindName))
      this.MANY(() => {
        this.CONSUME(t.Comma)
        parameters.push(this.CONSUME2(t.BindName))
      })
    })
    this.CONSUME(t.RParen)
    this.CONSUME(t.Equal)
    const body = this.SUBRULE(this.expression)
    return this.ACTION(() => ({
      type: "predicate",
      name: name.image,
      nameSpan: spanOf(name),
      parameters: parameters.map((token) => ({ name: token.image, span: spanOf(token) })),
      body,
      span: this.since(first),
    }))
  })

  readonly ruleStatement: ParserMethod<[], Statement> = this.RULE("ruleStatement", (): Statement => {
    const first = this.CONSUME(t.keyword("rule"))
    const id = this.SUBRULE(this.id)
    const title = this.SUBRULE(this.dataText)
    this.#open()
    const clauses: Clause[] = []
    this.MANY(() => {
      this.ACTION(() => this.#part())
      clauses.push(this.SUBRULE(this.clause))
    })
    this.CONSUME(t.RCurly)
    return this.ACTION(() => ({
      type: "rule",
      id: id.text,
      nameSpan: id.span,
      title,
      clauses,
      span: this.since(first),
    }))
  })

  readonly clause: ParserMethod<[], Clause> = this.RULE(
    "clause",
    this.choice<Clause>([
      { ALT: () => this.SUBRULE(this.textClause) },
      { ALT: () => this.SUBRULE(this.wordsClause) },
      { ALT: () => this.SUBRULE(this.severityClause) },
      { ALT: () => this.SUBRULE(this.priorityClause) },
      { ALT: () => this.SUBRULE(this.paramClause) },
      { ALT: () => this.SUBRULE(this.forClause) },
      { ALT: () => this.SUBRULE(this.whereClause) },
      { ALT: () => this.SUBRULE(this.requireClause) },
      { ALT: () => this.SUBRULE(this.messageClause) },
      { ALT: () => this.SUBRULE(this.fixClause) },
      { ALT: () => this.SUBRULE(this.testClause) },
    ]),
  )

  readonly textClause: ParserMethod<[], Clause> = this.RULE("textClause", (): Clause => {
    const { first, type } = this.#textWord()
    const value = this.SUBRULE(this.dataText)
    return this.ACTION(() => ({ type: type(), value, span: this.since(first) }))
  })

  readonly wordsClause: ParserMethod<[], Clause> = this.RULE("wordsClause", (): Clause => {
    const { first, type } = this.#wordsWord()
    const values = this.SUBRULE(this.wordList)
    return this.ACTION(() => ({ type: type(), values, span: this.since(first) }))
  })

  readonly severityClause: ParserMethod<[], Clause> = this.RULE("severityClause", (): Clause => {
    const first = this.CONSUME(t.keyword("severity"))
    const value = this.CONSUME(t.Name)
    return this.ACTION(() => ({
      type: "severity",
      value: value.image,
      valueSpan: spanOf(value),
      span: this.since(first),
    }))
  })

  readonly priorityClause: ParserMethod<[], Clause> = this.RULE("priorityClause", (): Clause => {
    const first = this.CONSUME(t.keyword("priority"))
    const value = this.CONSUME(t.NumberLiteral)
    return this.ACTION(() => ({ type: "priority", value: this.integer(value) ?? 0, span: this.since(first) }))
  })

  readonly forClause: ParserMethod<[], Clause> = this.RULE("forClause", (): Clause => {
    const first = this.CONSUME(t.keyword("for"))
    const name = this.CONSUME(t.BindName)
    this.CONSUME(t.keyword("in"))
    const path = this.SUBRULE(this.path)
    return this.ACTION(() => ({ type: "for", name: name.image, in: path, span: this.since(first) }))
  })

  readonly whereClause: ParserMethod<[], Where> = this.RULE("whereClause", (): Where => {
    const first = this.CONSUME(t.keyword("where"))
    const expr = this.SUBRULE(this.expression)
    return this.ACTION(() => ({ type: "where", expr, span: this.since(first) }))
  })

  readonly requireClause: ParserMethod<[], Clause> = this.RULE("requireClause", (): Clause => {
    const first = this.CONSUME(t.keyword("require"))
    const requirement = this.SUBRULE(this.requirement)
    return this.ACTION(() => {
      const span = this.since(first)
      return { type: "require", requirement: { ...requirement, span }, span }
    })
  })

  readonly requirement: ParserMethod<[], Requirement> = this.RULE(
    "requirement",
    this.choice<Requirement>([
      {
        GATE: () => this.LA(2).tokenType === t.StringLiteral,
        ALT: () => this.SUBRULE(this.schemaRequirement),
      },
      { ALT: () => this.SUBRULE(this.stateRequirement), IGNORE_AMBIGUITIES: true },
    ]),
  )

  readonly schemaRequirement: ParserMethod<[], Requirement> = this.RULE("schemaRequirement", (): Requirement => {
    const first = this.CONSUME(t.keyword("schema"))
    const name = this.SUBRULE(this.dataText)
    const target = this.OPTION(() => {
      this.CONSUME(t.keyword("at"))
      return this.SUBRULE(this.path)
    })
    return this.ACTION(() => {
      const span = this.since(first)
      return target === undefined ? { type: "schema", name, span } : { type: "schema", name, target, span }
    })
  })

  readonly stateRequirement: ParserMethod<[], Requirement> = this.RULE("stateRequirement", (): Requirement => {
    const expr = this.SUBRULE(this.expression)
    const value = this.OPTION(() => {
      this.CONSUME(t.keyword("defaults"))
      return this.SUBRULE(this.operand)
    })
    return this.ACTION(() => {
      const { span } = expr
      if (value === undefined) return { type: "holds", expr, span }
      if (expr.type === "path") return { type: "defaults", target: expr, value, span }
      this.report("target", span, "only a place can have a default", "write `require PATH defaults VALUE`")
      return { type: "holds", expr, span }
    })
  })

  readonly messageClause: ParserMethod<[], Clause> = this.RULE("messageClause", (): Clause => {
    const first = this.CONSUME(t.keyword("message"))
    const token = this.CONSUME(t.StringLiteral)
    return this.ACTION(() => ({ type: "message", parts: this.template(token), span: this.since(first) }))
  })

  readonly fixClause: ParserMethod<[], Clause> = this.RULE("fixClause", (): Clause => {
    const first = this.CONSUME(t.keyword("fix"))
    const safety = this.#safetyWord().type
    const title = this.SUBRULE(this.dataText)
    const where: Expr[] = []
    this.MANY(() => {
      this.ACTION(() => this.layout.set(this.LA(1).startOffset, "where"))
      where.push(this.SUBRULE(this.whereClause).expr)
    })
    this.#open()
    const actions: Action[] = []
    this.MANY2(() => {
      this.ACTION(() => this.#part())
      actions.push(this.SUBRULE(this.action))
    })
    this.CONSUME(t.RCurly)
    return this.ACTION(() => ({ type: "fix", safety: safety(), title, where, actions, span: this.since(first) }))
  })

  readonly testClause: ParserMethod<[], Clause> = this.RULE("testClause", (): Clause => {
    const first = this.CONSUME(t.keyword("test"))
    const name = this.SUBRULE(this.dataText)
    this.#open()
    const items: TestItem[] = []
    this.MANY(() => {
      this.ACTION(() => this.#part())
      items.push(this.SUBRULE(this.testItem))
    })
    this.CONSUME(t.RCurly)
    return this.ACTION(() => ({ type: "test", name, items, span: this.since(first) }))
  })

  readonly linkStatement: ParserMethod<[], Statement> = this.RULE("linkStatement", (): Statement => {
    const first = this.CONSUME(t.keyword("link"))
    const name = this.SUBRULE(this.id)
    this.#open()
    const items: LinkItem[] = []
    this.MANY(() => {
      this.ACTION(() => this.#part())
      items.push(this.SUBRULE(this.linkItem))
    })
    this.CONSUME(t.RCurly)
    return this.ACTION(() => ({ type: "link", name: name.text, nameSpan: name.span, items, span: this.since(first) }))
  })

  readonly linkItem: ParserMethod<[], LinkItem> = this.RULE(
    "linkItem",
    this.choice<LinkItem>([
      { ALT: () => this.SUBRULE(this.linkEnd) },
      { ALT: () => this.SUBRULE(this.policyItem) },
      { ALT: () => this.SUBRULE(this.exactItem) },
    ]),
  )

  readonly linkEnd: ParserMethod<[], LinkItem> = this.RULE("linkEnd", (): LinkItem => {
    const { first, type } = this.#endWord()
    const file = this.SUBRULE(this.dataText)
    this.CONSUME(t.keyword("at"))
    const at = this.SUBRULE(this.path)
    this.CONSUME(t.keyword("as"))
    const lens = this.SUBRULE(this.id)
    return this.ACTION(() => {
      const span = this.since(first)
      return { type: type(), end: { file, at, lens: lens.text, span }, span }
    })
  })

  readonly policyItem: ParserMethod<[], LinkItem> = this.RULE("policyItem", (): LinkItem => {
    const first = this.CONSUME(t.keyword("policy"))
    const value = this.CONSUME(t.Name)
    return this.ACTION(() => ({
      type: "policy",
      value: value.image,
      valueSpan: spanOf(value),
      span: this.since(first),
    }))
  })

  readonly exactItem: ParserMethod<[], LinkItem> = this.RULE("exactItem", (): LinkItem => {
    const first = this.CONSUME(t.keyword("exact"))
    return this.ACTION(() => ({ type: "exact", span: this.since(first) }))
  })
}
