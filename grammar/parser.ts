import type { IToken, ParserMethod, TokenType } from "chevrotain"
import type { Action, Expr, Requirement, TestFile } from "../src/model/rule.ts"
import type { Clause, LinkItem, Statement, TestItem } from "./clause.ts"
import { ExpressionParser, spanOf } from "./expressionParser.ts"
import * as t from "./lexer.ts"
import { dedent } from "./text.ts"

type Param = Extract<Clause, { type: "param" }>
type Where = Extract<Clause, { type: "where" }>

/** Statements, the clauses of rules, repairs, tests and links. */
export class RuleParser extends ExpressionParser {
  readonly #textWord = this.anyOf("why", "docs", "since", "deprecated")
  readonly #wordsWord = this.anyOf("files", "formats", "environments", "tags")
  readonly #safetyWord = this.anyOf("safe", "unsafe")
  readonly #valueWord = this.anyOf("set", "append")
  readonly #placeWord = this.anyOf("remove", "sort")
  readonly #fileWord = this.anyOf("given", "with", "last_good")
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

  readonly id = this.RULE("id", () => {
    const first = this.CONSUME(t.Name)
    let text = first.image
    this.MANY(() => {
      this.CONSUME(t.Slash)
      text += `/${this.CONSUME2(t.Name).image}`
    })
    return this.ACTION(() => ({ text, span: this.since(first) }))
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

  readonly paramClause: ParserMethod<[], Param> = this.RULE("paramClause", (): Param => {
    const first = this.CONSUME(t.keyword("param"))
    const name = this.CONSUME(t.BindName)
    this.CONSUME(t.Equal)
    const value = this.SUBRULE(this.data)
    return this.ACTION(() => ({ type: "param", name: name.image, value, span: this.since(first) }))
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

  readonly action: ParserMethod<[], Action> = this.RULE(
    "action",
    this.choice<Action>([
      { ALT: () => this.SUBRULE(this.valueAction) },
      { ALT: () => this.SUBRULE(this.placeAction) },
      { ALT: () => this.SUBRULE(this.renameAction) },
      { ALT: () => this.SUBRULE(this.insertAction) },
      { ALT: () => this.SUBRULE(this.moveAction) },
      { ALT: () => this.SUBRULE(this.createAction) },
      { ALT: () => this.SUBRULE(this.restoreAction) },
      { ALT: () => this.SUBRULE(this.chmodAction) },
    ]),
  )

  readonly valueAction: ParserMethod<[], Action> = this.RULE("valueAction", (): Action => {
    const { first, type } = this.#valueWord()
    const target = this.SUBRULE(this.path)
    this.CONSUME(t.Equal)
    const value = this.SUBRULE(this.expression)
    return this.ACTION(() => ({ type: type(), target, value, span: this.since(first) }))
  })

  readonly placeAction: ParserMethod<[], Action> = this.RULE("placeAction", (): Action => {
    const { first, type } = this.#placeWord()
    const target = this.SUBRULE(this.path)
    return this.ACTION(() => ({ type: type(), target, span: this.since(first) }))
  })

  readonly renameAction: ParserMethod<[], Action> = this.RULE("renameAction", (): Action => {
    const first = this.CONSUME(t.keyword("rename"))
    const target = this.SUBRULE(this.path)
    this.CONSUME(t.keyword("to"))
    const to = this.SUBRULE(this.wordOrText)
    return this.ACTION(() => ({ type: "rename", target, to, span: this.since(first) }))
  })

  readonly insertAction: ParserMethod<[], Action> = this.RULE("insertAction", (): Action => {
    const first = this.CONSUME(t.keyword("insert"))
    const target = this.SUBRULE(this.path)
    this.CONSUME(t.keyword("at"))
    const index = this.CONSUME(t.NumberLiteral)
    this.CONSUME(t.Equal)
    const value = this.SUBRULE(this.expression)
    return this.ACTION(() => ({
      type: "insert",
      target,
      index: this.integer(index) ?? 0,
      value,
      span: this.since(first),
    }))
  })

  readonly moveAction: ParserMethod<[], Action> = this.RULE("moveAction", (): Action => {
    const first = this.CONSUME(t.keyword("move"))
    const target = this.SUBRULE(this.path)
    this.CONSUME(t.keyword("to"))
    const to = this.SUBRULE2(this.path)
    return this.ACTION(() => ({ type: "move", target, to, span: this.since(first) }))
  })

  readonly createAction: ParserMethod<[], Action> = this.RULE("createAction", (): Action => {
    const first = this.CONSUME(t.keyword("create"))
    const from = this.OPTION(() => this.CONSUME(t.keyword("from")))
    const text = this.SUBRULE(this.dataText)
    return this.ACTION(() => ({
      type: "create",
      ...(from === undefined ? { text } : { from: text }),
      span: this.since(first),
    }))
  })

  readonly restoreAction: ParserMethod<[], Action> = this.RULE("restoreAction", (): Action => {
    const first = this.CONSUME(t.keyword("restore"))
    return this.ACTION(() => ({ type: "restore", span: this.since(first) }))
  })

  readonly chmodAction: ParserMethod<[], Action> = this.RULE("chmodAction", (): Action => {
    const first = this.CONSUME(t.keyword("chmod"))
    const mode = this.SUBRULE(this.mode)
    return this.ACTION(() => ({ type: "chmod", mode, span: this.since(first) }))
  })

  readonly mode: ParserMethod<[], string> = this.RULE("mode", (): string => {
    const token = this.CONSUME(t.StringLiteral)
    return this.ACTION(() => {
      const mode = this.stringValue(token)
      if (!/^[0-7]{3,4}$/.test(mode)) {
        this.report("mode", spanOf(token), "a mode is three or four octal digits", 'for example "0600"')
      }
      return mode
    })
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

  readonly testItem: ParserMethod<[], TestItem> = this.RULE(
    "testItem",
    this.choice<TestItem>([
      { ALT: () => this.SUBRULE(this.fileItem) },
      { ALT: () => this.SUBRULE(this.modeItem) },
      { ALT: () => this.SUBRULE(this.envItem) },
      { ALT: () => this.SUBRULE(this.onPathItem) },
      { ALT: () => this.SUBRULE(this.paramClause) },
      { ALT: () => this.SUBRULE(this.findsItem) },
      { ALT: () => this.SUBRULE(this.cleanItem) },
      { ALT: () => this.SUBRULE(this.outcomeItem) },
    ]),
  )

  readonly fileItem: ParserMethod<[], TestItem> = this.RULE("fileItem", (): TestItem => {
    const { first, type } = this.#fileWord()
    const file = this.SUBRULE(this.testFile)
    return this.ACTION(() => ({ type: type(), file, span: this.since(first) }))
  })

  readonly testFile: ParserMethod<[], TestFile> = this.RULE("testFile", (): TestFile => {
    const first = this.ACTION(() => this.LA(1))
    const path = this.OPTION({
      GATE: () => startsContent.has(this.LA(2).tokenType),
      DEF: () => {
        const token = this.CONSUME(t.StringLiteral)
        return this.ACTION(() => this.stringValue(token))
      },
    })
    const content = this.SUBRULE(this.testContent)
    return this.ACTION(() => ({ ...(path === undefined ? {} : { path }), ...content, span: this.since(first) }))
  })

  readonly testContent: ParserMethod<[], Omit<TestFile, "span">> = this.RULE(
    "testContent",
    this.choice<Omit<TestFile, "span">>(
      [
        {
          ALT: () => {
            const token = this.CONSUME(t.BlockString)
            return { text: this.ACTION(() => dedent(token.image)) }
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.keyword("text"))
            return { text: this.SUBRULE(this.dataText) }
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.keyword("missing"))
            return {}
          },
        },
        { ALT: () => ({ value: this.SUBRULE(this.data) }), IGNORE_AMBIGUITIES: true },
      ],
      'a value, a """text""" or `missing`',
    ),
  )

  readonly modeItem: ParserMethod<[], TestItem> = this.RULE("modeItem", (): TestItem => {
    const first = this.CONSUME(t.keyword("mode"))
    const mode = this.SUBRULE(this.mode)
    return this.ACTION(() => ({ type: "mode", mode, span: this.since(first) }))
  })

  readonly envItem: ParserMethod<[], TestItem> = this.RULE("envItem", (): TestItem => {
    const first = this.CONSUME(t.keyword("env"))
    const name = this.SUBRULE(this.wordOrText)
    this.CONSUME(t.Equal)
    const value = this.SUBRULE(this.dataText)
    return this.ACTION(() => ({ type: "env", name, value, span: this.since(first) }))
  })

  readonly onPathItem: ParserMethod<[], TestItem> = this.RULE("onPathItem", (): TestItem => {
    const first = this.CONSUME(t.keyword("on_path"))
    const names = this.SUBRULE(this.wordList)
    return this.ACTION(() => ({ type: "on_path", names, span: this.since(first) }))
  })

  readonly findsItem: ParserMethod<[], TestItem> = this.RULE("findsItem", (): TestItem => {
    const first = this.CONSUME(t.keyword("finds"))
    const at = this.SUBRULE(this.path)
    const message = this.OPTION(() => this.SUBRULE(this.dataText))
    return this.ACTION(() => ({
      type: "finds",
      at,
      ...(message === undefined ? {} : { message }),
      span: this.since(first),
    }))
  })

  readonly cleanItem: ParserMethod<[], TestItem> = this.RULE("cleanItem", (): TestItem => {
    const first = this.CONSUME(t.keyword("clean"))
    return this.ACTION(() => ({ type: "clean", span: this.since(first) }))
  })

  readonly outcomeItem: ParserMethod<[], TestItem> = this.RULE("outcomeItem", (): TestItem => {
    const first = this.ACTION(() => this.LA(1))
    const unsafe = this.OPTION(() => this.CONSUME(t.keyword("unsafe"))) !== undefined
    const file = this.SUBRULE(this.outcome)
    return this.ACTION(() => {
      const span = this.since(first)
      return file === undefined ? { type: "unfixed", unsafe, span } : { type: "fixed", unsafe, file, span }
    })
  })

  readonly outcome: ParserMethod<[], TestFile | undefined> = this.RULE(
    "outcome",
    this.choice<TestFile | undefined>(
      [
        {
          ALT: () => {
            this.CONSUME(t.keyword("fixed"))
            return this.SUBRULE(this.testFile)
          },
        },
        {
          ALT: () => {
            this.CONSUME(t.keyword("unfixed"))
            return undefined
          },
        },
      ],
      "`fixed` or `unfixed`",
    ),
  )

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

/** What may follow the path of a test's file. */
const startsContent: ReadonlySet<TokenType> = new Set([
  t.BlockString, t.StringLiteral, t.NumberLiteral, t.LCurly, t.LSquare,
  t.keyword("text"), t.keyword("missing"), t.keyword("true"), t.keyword("false"), t.keyword("null"),
]) // biome-ignore format: a list to read
