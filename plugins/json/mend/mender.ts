import type { Mend, Mender, Problem } from "../../../src/model/document.ts"
import { costOfText, type Effort } from "../../../src/model/effort.ts"
import type { Edit } from "../../../src/model/operation.ts"
import type { Source } from "../../../src/model/source.ts"
import type { Span } from "../../../src/model/span.ts"
import { type Dialect, dialectOf } from "../dialect.ts"
import { bracketMends } from "./brackets.ts"
import { type Lexed, lex, type Token } from "./lex.ts"
import { lostLineMends } from "./lostLines.ts"
import { advance, imagined, readUp, type State } from "./machine.ts"
import { rewrittenMend } from "./rewritten.ts"
import { stringMends } from "./strings.ts"

/** How a JSON text can be mended. */
export const mender: Mender = {
  signs: () => ',:"',
  cost: (text) => costOfText(text, 8000),
  comments: (text) => lex(text).comments,
  mends,
  rewrite,
}

const twice = "two texts stand in the file one after the other"
const lostComments = "the comments would be lost, which the readers of this file do not take"

/** Beyond this the library's word is not asked: it may recurse. */
const longestRewritten = 100_000

function* rewrite({ text }: Source): Generator<Mend> {
  if (text.length <= longestRewritten) yield* rewrittenMend(text)
}

function* mends({ path, text }: Source, problem: Problem, effort: Effort): Generator<Mend> {
  if (problem.code !== "syntax") return
  const dialect = dialectOf(path)
  const lexed = lex(text)
  const { tokens } = lexed
  if (tokens.length === 1) {
    yield emptied(lexed)
    return
  }
  const at = tokens.find(({ end }) => end > problem.span.start) ?? tokens.at(-1)
  yield* triviaMends(text, lexed, dialect, problem.span)
  yield* commentEndMends(text, lexed)
  if (at !== undefined) yield* stringMends(text, lexed, at)
  const states = readUp(tokens, dialect)
  const stop = tokens[states.length - 1]
  if (stop !== undefined) {
    yield* signMends(text, tokens, states, dialect)
    yield* lostLineMends(text, lexed, states, dialect, effort)
    yield* bracketMends(text, lexed, states, dialect, effort)
    yield* endMends(tokens, states)
  }
}

/** Nothing is said, so nothing is lost; but it may be that all of it was. */
function emptied({ comments }: Lexed): Mend {
  const at = comments.at(-1)?.end ?? 0
  const words = at > 0 ? "\n{}" : "{}"
  return {
    title: "write an empty object",
    edits: [{ start: at, end: at, text: words }],
    distance: 1,
    sure: false,
    doubt: "the file is empty, and what stood in it is not known",
  }
}

function* triviaMends(text: string, lexed: Lexed, dialect: Dialect, { start }: Span): Generator<Mend> {
  const { blanks, hashes, comments } = lexed
  if (blanks.some((each) => each.start === start)) {
    const edits = blanks.map((each) => ({
      ...each,
      text: /\s/.test(text[each.start] ?? "") && text[each.start] !== "\uFEFF" ? " " : "",
    }))
    yield { title: "remove marks that nobody sees", edits, distance: 1, sure: true }
  }
  if (hashes.some((each) => each.start === start)) {
    if (dialect.comments)
      yield {
        title: "begin comments with //",
        edits: hashes.map((each) => ({ start: each.start, end: each.start + 1, text: "//" })),
        distance: 1,
        sure: true,
      }
    yield {
      title: "remove the comments",
      edits: withoutComments(text, hashes),
      distance: 3,
      sure: false,
      doubt: lostComments,
    }
  }
  if (!dialect.comments && comments.some((each) => each.start === start))
    yield {
      title: "remove the comments, which this file's readers do not take",
      edits: withoutComments(text, comments),
      distance: 3,
      sure: false,
      doubt: lostComments,
    }
}

/** A sign within the two that end a comment makes it go on to the end of the next one. */
function* commentEndMends(text: string, { comments }: Lexed): Generator<Mend> {
  for (const { start, end } of comments) {
    const words = text.slice(start, end)
    const found = words.startsWith("/*") ? words.slice(2).search(/\*[,:"{}[\]]\//) : -1
    if (found < 0) continue
    const at = start + 2 + found + 1
    yield {
      title: `remove "${text[at]}" from the end of a comment`,
      edits: [{ start: at, end: at + 1, text: "" }],
      distance: 1,
      sure: true,
    }
  }
}

/** A comment that has its lines for itself goes with them. */
function withoutComments(text: string, comments: readonly Span[]): readonly Edit[] {
  let last = 0
  return comments.map(({ start, end }) => {
    const lineStart = Math.max(last, text.lastIndexOf("\n", start - 1) + 1)
    const lineEnd = /[ \t]*(?:\r?\n|$)/y
    lineEnd.lastIndex = end
    const rest = lineEnd.exec(text)?.[0]
    const before = text.slice(lineStart, start)
    const alone = rest !== undefined && before.trim() === "" && (lineStart === 0 || text[lineStart - 1] === "\n")
    const from = alone ? lineStart : start - (/[ \t]*$/.exec(before)?.[0].length ?? 0)
    const edit = { start: from, end: alone ? end + rest.length : end, text: "" }
    last = edit.end
    return edit
  })
}

/** Commas that the readers do not take, wrong signs, fences, two texts one after the other. */
function* signMends(
  text: string,
  tokens: readonly Token[],
  states: readonly State[],
  dialect: Dialect,
): Generator<Mend> {
  const index = states.length - 1
  const [stop, state] = [tokens[index], states[index]]
  if (stop === undefined || state === undefined) return
  if ((stop.kind === "}" || stop.kind === "]") && tokens[index - 1]?.kind === "," && !dialect.trailingCommas) {
    const commas = tokens.filter((token, at) => token.kind === "," && /^[}\]]$/.test(tokens[at + 1]?.kind ?? ""))
    const edits = commas.map(({ start, end }) => ({ start, end, text: "" }))
    yield { title: 'remove each "," that stands behind the last entry', edits, distance: 1, sure: true }
  }
  const missing = state.expect === ":" ? ":" : state.expect === ", or end" && state.open !== undefined ? "," : undefined
  if (
    missing !== undefined &&
    beginsEntry(stop.kind) &&
    leadsOn(tokens.slice(index, index + 3), state, missing, dialect)
  ) {
    const end = tokens[index - 1]?.end ?? 0
    yield { title: `insert "${missing}"`, edits: [{ start: end, end, text: missing }], distance: 1, sure: true }
  }
  if (stop.kind === "sign") {
    const sign = text.slice(stop.start, stop.end)
    const wanted = sign === ";" ? "," : sign === "=" ? ":" : undefined
    const end = text.startsWith("=>", stop.start) ? stop.end + 1 : stop.end
    if (wanted !== undefined)
      yield {
        title: `write "${wanted}" for "${text.slice(stop.start, end)}"`,
        edits: [{ start: stop.start, end, text: wanted }],
        distance: 1,
        sure: true,
      }
  }
  const fence = /^\s*```[^\n]*\n([\s\S]*?)\n```[ \t]*\r?\n?$/.exec(text)
  const inner = fence?.[1]
  if (inner !== undefined) {
    const from = text.indexOf(inner, text.indexOf("\n"))
    const edits = [
      { start: 0, end: from, text: "" },
      { start: from + inner.length + 1, end: text.length, text: "" },
    ]
    yield { title: "remove the ``` lines around it", edits, distance: 1, sure: true }
  }
  const before = tokens[index - 1]
  if ((stop.kind === "{" || stop.kind === "[") && before !== undefined && /^[}\]]$/.test(before.kind)) {
    const first = { start: before.end, end: text.trimEnd().length, text: "" }
    yield { title: "keep the first of two texts", edits: [first], distance: 2, sure: false, doubt: twice }
    yield {
      title: "keep the second of two texts",
      edits: [{ start: 0, end: stop.start, text: "" }],
      distance: 2,
      sure: false,
      doubt: twice,
    }
    if (before.kind === "}" && stop.kind === "{")
      yield {
        title: "make one object of two",
        edits: [
          { start: before.start, end: before.end, text: "," },
          { start: stop.start, end: stop.end, text: "" },
        ],
        distance: 2,
        sure: false,
        doubt: twice,
      }
  }
}

/** Whether the reader gets a few tokens further from the one at which it stops, with a sign before that. */
function leadsOn(rest: readonly Token[], from: State, sign: "," | ":", dialect: Dialect): boolean {
  let state = advance(from, imagined(sign), dialect)
  for (const token of rest) state = state && advance(state, token, dialect)
  return state !== undefined
}

function beginsEntry(kind: Token["kind"]): boolean {
  return kind === "string" || kind === "scalar" || kind === "{" || kind === "["
}

/** Everything that is open when the text ends is closed there. */
function* endMends(tokens: readonly Token[], states: readonly State[]): Generator<Mend> {
  const state = states.at(-1)
  if (tokens[states.length - 1]?.kind !== "end" || state === undefined) return
  const last = tokens.at(-2)
  const closers: string[] = []
  for (let open = state.open; open !== undefined; open = open.parent)
    closers.push((open.entries === undefined ? "" : `\n${open.indent}`) + (open.kind === "{" ? "}" : "]"))
  if (closers.length < 2 || last === undefined) return
  const start = last.kind === "," ? last.start : last.end
  const edit = { start, end: last.end, text: closers.join("") }
  yield {
    title: `close what is open at the end: "${closers.join("").replace(/\s+/g, "")}"`,
    edits: [edit],
    distance: closers.length,
    sure: false,
    doubt: "the end of the text is missing, and perhaps more than brackets",
  }
}
