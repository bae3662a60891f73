import { Effort } from "../../../src/model/effort.ts"
import type { Dialect } from "../dialect.ts"
import type { Token } from "./lex.ts"
import { advance, type State } from "./machine.ts"

export interface Reached {
  /** The token that cannot stand where it does; the number of tokens when all can. */
  readonly reach: number
  readonly oddities: number
}

/** Reading a token costs so many steps, of which one reader may spend so many, and so many are left for reading what is proposed. */
const costOfToken = 0.2
const share = 60_000
const reserve = 150_000

/** Where the text is wrong further on too, so many tokens behind the error show which change fits best. */
const horizon = 60
/** A change that gets the reader only so few tokens further mends nothing. */
const fewTokens = 4

/** Reads a text on from some state, to see how far it gets then. */
export class Reader {
  readonly dialect: Dialect
  readonly #tokens: readonly Token[]
  readonly #stop: number
  readonly #effort: Effort
  readonly #own = new Effort(share)

  /** @param stop the token at which the text as it is cannot be read on. */
  constructor(tokens: readonly Token[], dialect: Dialect, stop: number, effort: Effort) {
    this.dialect = dialect
    this.#tokens = tokens
    this.#stop = stop
    this.#effort = effort
  }

  /** From here on nothing is sure. */
  get exhausted(): boolean {
    return this.#own.isSpent() || this.#effort.isSpent(reserve)
  }

  isFurther({ reach }: Reached): boolean {
    return reach > this.#stop + fewTokens || reach === this.#tokens.length
  }

  readOn(from: State, first: number): Reached {
    const end = this.#stop + horizon
    let state = from
    let index = first
    let seen = 0
    for (; index < this.#tokens.length; index++) {
      const token = this.#tokens[index]
      const after: State | undefined = token && advance(state, token, this.dialect)
      if (after === undefined) break
      state = after
      if (index <= end) seen = state.oddities
    }
    this.#effort.spend((index - first) * costOfToken)
    this.#own.spend((index - first) * costOfToken)
    if (index === this.#tokens.length) return { reach: index, oddities: state.oddities }
    return { reach: index, oddities: index < end ? seen + end - index : seen }
  }
}
