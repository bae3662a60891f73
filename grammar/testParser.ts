import type { ParserMethod, TokenType } from "chevrotain"
import type { TestFile } from "../src/model/rule.ts"
import { ActionParser } from "./actionParser.ts"
import type { Clause, TestItem } from "./clause.ts"
import * as t from "./lexer.ts"
import { dedent } from "./text.ts"

type Param = Extract<Clause, { type: "param" }>

/** The parts of a test. */
export abstract class TestParser extends ActionParser {
  readonly #fileWord = this.anyOf("given", "with", "last_good")

  readonly paramClause: ParserMethod<[], Param> = this.RULE("paramClause", (): Param => {
    const first = this.CONSUME(t.keyword("param"))
    const name = this.CONSUME(t.BindName)
    this.CONSUME(t.Equal)
    const value = this.SUBRULE(this.data)
    return this.ACTION(() => ({ type: "param", name: name.image, value, span: this.since(first) }))
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
}

/** What may follow the path of a test's file. */
const startsContent: ReadonlySet<TokenType> = new Set([
  t.BlockString, t.StringLiteral, t.NumberLiteral, t.LCurly, t.LSquare,
  t.keyword("text"), t.keyword("missing"), t.keyword("true"), t.keyword("false"), t.keyword("null"),
]) // biome-ignore format: a list to read
