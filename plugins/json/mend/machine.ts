import type { Dialect } from "../dialect.ts"
import type { Kind, Token } from "./lex.ts"

type Expect = "value" | "value or ]" | "key" | "key or }" | ":" | ", or end" | "end"

/** A list or object that is open. */
export interface Open {
  readonly kind: "{" | "["
  /** The indentation of the line that opens it. */
  readonly indent: string
  readonly line: number
  /** The indentation of the entries that begin a line. */
  readonly entries: string | undefined
  readonly parent: Open | undefined
}

/** Where a reader stands between two tokens. States are shared, so that a text can be read on from any of them. */
export interface State {
  readonly open: Open | undefined
  readonly expect: Expect
  /** The indentation of the present line. */
  readonly indent: string
  /** How often the layout says something else than the brackets. */
  readonly oddities: number
}

const start: State = { open: undefined, expect: "value", indent: "", oddities: 0 }

/** @returns `undefined` where the token cannot stand there. */
export function advance(state: State, token: Token, dialect: Dialect): State | undefined {
  const { expect, open } = state
  const indent = token.indent ?? state.indent
  switch (token.kind) {
    case "{":
    case "[":
      return takesValue(expect) ? opened(entered({ ...state, indent }, token), token.kind, token.line) : undefined
    case "}":
    case "]":
      return closes(state, token.kind) ? closed({ ...state, indent }, token) : undefined
    case ",":
      if (expect !== ", or end" || open === undefined) return undefined
      return {
        ...state,
        indent,
        expect: afterComma(open.kind, dialect),
        oddities: state.oddities + (token.indent === undefined ? 0 : 1),
      }
    case ":":
      return expect === ":" ? { ...state, indent, expect: "value" } : undefined
    case "string":
      if (expect === "key" || expect === "key or }") return { ...entered({ ...state, indent }, token), expect: ":" }
      return takesValue(expect) ? valued(entered({ ...state, indent }, token)) : undefined
    case "scalar":
      return takesValue(expect) ? valued(entered({ ...state, indent }, token)) : undefined
    case "end":
      return expect === "end" ? state : undefined
    default:
      return undefined
  }
}

function takesValue(expect: Expect): boolean {
  return expect === "value" || expect === "value or ]"
}

function afterComma(kind: Open["kind"], { trailingCommas }: Dialect): Expect {
  if (kind === "{") return trailingCommas ? "key or }" : "key"
  return trailingCommas ? "value or ]" : "value"
}

function closes({ open, expect }: State, kind: "}" | "]"): boolean {
  if (open === undefined || (kind === "}") !== (open.kind === "{")) return false
  return expect === ", or end" || expect === (kind === "}" ? "key or }" : "value or ]")
}

function valued(state: State): State {
  return { ...state, expect: state.open === undefined ? "end" : ", or end" }
}

function opened(state: State, kind: Open["kind"], line: number): State {
  const open = { kind, indent: state.indent, line, entries: undefined, parent: state.open }
  return { ...state, open, expect: kind === "{" ? "key or }" : "value or ]" }
}

/** The first token of an entry: those that begin a line of their own stand below each other, deeper than what opens. */
function entered(state: State, token: Token): State {
  const { open, expect } = state
  if (open === undefined || token.indent === undefined) return state
  // Nobody writes a value below its key.
  if (open.kind === "{" && expect === "value") return { ...state, oddities: state.oddities + 1 }
  if (open.entries !== undefined)
    return open.entries === token.indent ? state : { ...state, oddities: state.oddities + 1 }
  const deeper = token.indent.length > open.indent.length && token.indent.startsWith(open.indent)
  return {
    ...state,
    open: { ...open, entries: token.indent },
    oddities: state.oddities + (deeper || open.line === token.line ? 0 : 1),
  }
}

/** What closes stands below the line that opens, where entries have lines of their own. */
function closed(state: State, token: Token): State {
  const { open } = state
  if (open === undefined) return state
  const odd = token.indent === undefined ? open.entries !== undefined : token.indent !== open.indent
  return valued({ ...state, open: open.parent, oddities: state.oddities + (odd && token.line >= 0 ? 1 : 0) })
}

/** A token that stands nowhere yet: the layout says nothing of it, unless it is imagined before another one. */
export function imagined(kind: Kind, before?: Token): Token {
  return { kind, start: -1, end: -1, line: before?.line ?? -1, indent: before?.indent }
}

/** The states before each token, up to the one that cannot stand where it does. */
export function readUp(tokens: readonly Token[], dialect: Dialect): readonly State[] {
  const states: State[] = [start]
  for (const token of tokens) {
    const last = states.at(-1)
    const next = last && advance(last, token, dialect)
    if (next === undefined) break
    states.push(next)
  }
  return states
}
