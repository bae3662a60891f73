import type { Span } from "../../src/model/span.ts"

/** Where a statement stands that is not carried out plainly, one after the other. */
export type Within = "function" | "if" | "loop" | "case" | "subshell" | "and-or" | "pipe" | "block"

/** A simple command: its words as they stand, assignments before it included. Redirections are left out. */
export interface Command extends Span {
  readonly words: readonly Span[]
  /** Absent at the top level of the file. */
  readonly within?: Within
  /** An `if` or `case` around it decides whether it is carried out, whatever else is around it. */
  readonly chosen?: true
  /** The words that a `for` around it goes through, and the name it gives them. */
  readonly loop?: Loop
}

export interface Loop {
  readonly name: string
  readonly words: readonly Span[]
}

/** What is not balanced. */
export interface Flaw extends Span {
  readonly message: string
}
