import type { ParserMethod } from "chevrotain"
import type { Action } from "../src/model/rule.ts"
import { spanOf } from "./dataParser.ts"
import { ExpressionParser } from "./expressionParser.ts"
import * as t from "./lexer.ts"

/** What a repair does. */
export abstract class ActionParser extends ExpressionParser {
  readonly #valueWord = this.anyOf("set", "append")

  readonly #placeWord = this.anyOf("remove", "sort")

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
}
