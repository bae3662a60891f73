import { type ParseErrorCode, printParseErrorCode, visit } from "jsonc-parser"
import type { Comment, Problem } from "../../src/model/document.ts"
import { formatPath, type Path } from "../../src/model/path.ts"
import type { Span } from "../../src/model/span.ts"
import { makeObject, type Scalar, type Value } from "../../src/model/value.ts"
import type { Dialect } from "./dialect.ts"
import { syntaxProblem } from "./syntax.ts"

/** A value with its place. `entries` is there for objects and arrays. */
export interface Node extends Span {
  readonly value: Value
  readonly entries?: readonly Entry[]
  readonly keyed: boolean
}

/** A member or an element. */
export interface Entry {
  /** Absent in an array. */
  readonly key?: { readonly name: string } & Span
  /** Of the key, or of the element. */
  readonly start: number
  readonly node: Node
  /** Offset of the comma after it; -1 when there is none. */
  comma: number
}

export interface Tree {
  readonly root: Node
  readonly comments: readonly Comment[]
  readonly warnings: readonly Problem[]
}

interface Open {
  readonly start: number
  readonly keyed: boolean
  readonly entries: Entry[]
  key: Entry["key"]
}

class Wrong extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}

/** More repeated keys than this in one file are not listed one by one. */
const mostWarnings = 20

/**
 * Read a text into nodes with places.
 * @param end where reading stops: nesting up to there is bounded, which the parser's recursion relies on.
 * @returns the first thing that is wrong, when something is.
 */
export function readTree(text: string, dialect: Dialect, end = text.length): Tree | Problem {
  try {
    return build(end < text.length ? text.slice(0, end) : text, dialect)
  } catch (error) {
    if (error instanceof Wrong) return error.problem
    throw error
  }
}

function build(text: string, dialect: Dialect): Tree {
  const open: Open[] = []
  const comments: Comment[] = []
  const warnings: Problem[] = []
  let root: Node | undefined
  const place = (node: Node) => {
    const parent = open.at(-1)
    if (parent === undefined) root = node
    else
      parent.entries.push({
        ...(parent.key && { key: parent.key }),
        start: parent.key?.start ?? node.start,
        node,
        comma: -1,
      })
  }
  const begin = (keyed: boolean) => (start: number) => {
    open.push({ start, keyed, entries: [], key: undefined })
  }
  const close = (offset: number, length: number) => {
    const { start, keyed, entries } = open.pop() as Open
    const value = keyed
      ? makeObject(entries.map((entry) => [entry.key?.name ?? "", entry.node.value] as const))
      : entries.map((entry) => entry.node.value)
    if (keyed && warnings.length < mostWarnings && Object.keys(value).length < entries.length)
      warnings.push(...repeatedKeys(entries, pathOf(open)).take(mostWarnings))
    place({ start, end: offset + length, value, entries, keyed })
  }
  visit(
    text,
    {
      onObjectBegin: begin(true),
      onArrayBegin: begin(false),
      onObjectEnd: close,
      onArrayEnd: close,
      onObjectProperty: (name, start, length) => {
        const parent = open.at(-1)
        if (parent) parent.key = { name, start, end: start + length }
      },
      onLiteralValue: (literal: Scalar, start, length) =>
        place({ start, end: start + length, value: exact(literal, text, start, length), keyed: false }),
      onSeparator: (mark, offset) => {
        const entry = mark === "," ? open.at(-1)?.entries.at(-1) : undefined
        if (entry) entry.comma = offset
      },
      onComment: (start, length) => {
        comments.push({ span: { start, end: start + length }, text: commentText(text.slice(start, start + length)) })
      },
      onError: (code: ParseErrorCode, start, length) => {
        // An unclosed comment is said to be longer than the text.
        throw new Wrong(
          syntaxProblem(
            printParseErrorCode(code),
            text,
            { start, end: Math.min(start + length, text.length) },
            dialect,
          ),
        )
      },
    },
    { disallowComments: !dialect.comments, allowTrailingComma: dialect.trailingCommas },
  )
  if (root === undefined)
    throw new Wrong(syntaxProblem("ValueExpected", text, { start: text.length, end: text.length }, dialect))
  return { root, comments, warnings: warnings.slice(0, mostWarnings) }
}

/** The number that the digits say, not the nearest double. */
function exact(literal: Scalar, text: string, start: number, length: number): Scalar {
  if (typeof literal !== "number" || length <= 15) return literal
  const digits = text.slice(start, start + length)
  if (!/^-?[0-9]+$/.test(digits) || Number.isSafeInteger(literal)) return literal
  const integer = BigInt(digits)
  return Number.isFinite(literal) && BigInt(literal) === integer ? literal : integer
}

function commentText(text: string): string {
  return (text.startsWith("//") ? text.slice(2) : text.slice(2, -2)).trim()
}

function pathOf(open: readonly Open[]): Path {
  return open.map((each) => each.key?.name ?? each.entries.length)
}

function* repeatedKeys(entries: readonly Entry[], parent: Path): Generator<Problem> {
  const seen = new Set<string>()
  for (const { key } of entries) {
    if (key === undefined) continue
    if (seen.has(key.name)) {
      const path = [...parent, key.name]
      yield {
        code: "duplicate-key",
        severity: "warning",
        message: `the key ${formatPath(path)} is already there; readers take the last one`,
        span: { start: key.start, end: key.end },
        path,
      }
    }
    seen.add(key.name)
  }
}
