import type {
  ExplainedClause,
  ExplainedCondition,
  ExplainedFrame,
  Explanation,
  JudgedRung,
  Silence,
} from "../model/explanation.ts"
import { formatPath } from "../model/path.ts"
import type { Source } from "../model/source.ts"
import { LineIndex } from "../model/span.ts"
import { type Colors, colorsFor } from "./colors.ts"
import { editsDiff } from "./diff.ts"
import { printable } from "./printable.ts"

export type ExplainedRule = Explanation<JudgedRung>

export interface ExplanationOptions {
  readonly color?: boolean
  /** The text that spans count in. */
  readonly source?: Source
}

/** For people: per rule and evaluation the bindings, every clause with the values behind it, and every rung of the ladder. */
export function explanation(
  rules: readonly ExplainedRule[],
  { color = false, source }: ExplanationOptions = {},
): string {
  const colors = colorsFor(color)
  const text = source === undefined ? undefined : { source, index: new LineIndex(source.text) }
  return rules.map((rule) => `${ruleLines(rule, colors, text).join("\n")}\n`).join("\n")
}

/** The text that is explained. */
interface Text {
  readonly source: Source
  readonly index: LineIndex
}

function ruleLines(rule: ExplainedRule, colors: Colors, text: Text | undefined): string[] {
  const head = `${colors.bold(printable(rule.rule))}  ${rule.severity}  ${colors.dim(printable(rule.title))}`
  if (rule.silence !== undefined) return [head, `  silent: ${printable(silenceWords(rule.silence))}`]
  if (rule.frames.length === 0) return [head, "  silent: it looks at other places of this file"]
  return [head, ...rule.frames.flatMap((frame) => frameLines(frame, colors, text))]
}

function silenceWords(silence: Silence): string {
  switch (silence.reason) {
    case "off":
      return "it is switched off"
    case "no-document":
      return "the file has no document that could be read"
    case "too-costly":
      return "this document gives it too much to look at"
    case "files":
      return `it is about other files: ${silence.globs.join(", ")}`
    case "formats":
      return `it is about other formats: ${silence.formats.join(", ")}`
    case "environments":
      return `it is about other environments: ${silence.environments.join(", ")}`
    case "no-binding":
      return `nothing stands at ${silence.in}, so there is no ${silence.name} to look at`
  }
}

function frameLines(frame: ExplainedFrame<JudgedRung>, colors: Colors, text: Text | undefined): string[] {
  const document = frame.document > 0 ? [`  document ${frame.document + 1}`] : []
  const names = frame.bindings.map(({ name, path, span, value }) => {
    const { line, column } = (span && text?.index.position(span.start)) ?? {}
    const place = [path === undefined ? [] : formatPath(path), line === undefined ? [] : `at ${line}:${column}`].flat()
    return `  ${printable([name, "=", show(value), ...place].join(" "))}`
  })
  const where = frame.where.flatMap((clause) => clauseLines("where", clause, colors))
  if (!frame.applies) return [...document, ...names, ...where, "    silent: it does not apply here"]
  const required = frame.require.flatMap((clause) => clauseLines("require", clause, colors))
  const verdict = frame.fires ? colors.red("    found") : colors.green("    nothing to find")
  const rungs = frame.fires ? rungLines(frame.ladder, colors, text) : []
  return [...document, ...names, ...where, ...required, verdict, ...rungs]
}

function clauseLines(word: "where" | "require", { text, holds, condition }: ExplainedClause, colors: Colors): string[] {
  return [`    ${mark(holds, colors)} ${word} ${printable(text)}`, ...conditionLines(condition, "        ", colors)]
}

function conditionLines(condition: ExplainedCondition, indent: string, colors: Colors): string[] {
  if (condition.type === "fact") {
    const { fact, operator, expected, value, holds } = condition
    const wanted = operator === "is" ? kindText(expected) : show(expected)
    const words = `${fact} ${operatorWords[operator] ?? operator} ${wanted}, being ${show(value)}`
    return [colors.dim(`${indent}${mark(holds, colors)} ${printable(words)}`)]
  }
  const { type, holds, parts } = condition
  if (parts.length === 0) return []
  if (type === "all" && parts.length === 1) return parts.flatMap((part) => conditionLines(part, indent, colors))
  const head = colors.dim(`${indent}${mark(holds, colors)} ${type} of`)
  return [head, ...parts.flatMap((part) => conditionLines(part, `${indent}  `, colors))]
}

/** The operators of compiled rules as the rule language writes them. */
const operatorWords: Readonly<Record<string, string>> = {
  equals: "==",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
  oneOf: "in",
  has: "contains",
  every: "all have",
  some: "any has",
}

function kindText(kind: unknown): string {
  if (typeof kind === "string") return kind
  const inner = typeof kind === "object" && kind !== null && "array" in kind ? kind.array : undefined
  return inner === undefined ? show(kind) : `[${kindText(inner)}]`
}

function rungLines(rungs: readonly JudgedRung[], colors: Colors, text: Text | undefined): string[] {
  if (rungs.length === 0) return ["    no repair is known: it is reported only"]
  return rungs.flatMap((rung, place) => {
    const kind = rung.derived ? `${rung.safety}, derived` : rung.safety
    const words = printable(`${rung.title}: ${outcomeWords(rung)}`)
    return [`    ${colors.cyan(`repair ${place + 1}`)} (${kind}) ${words}`, ...mendLines(rung, text)]
  })
}

/** What mends a text has no name in the language of rules: its diff says what it does. */
function mendLines({ repair }: JudgedRung, text: Text | undefined): readonly string[] {
  const edits = repair?.steps.flatMap(({ operation }) => (operation.op === "mend" ? operation.edits : [])) ?? []
  if (text === undefined || edits.length === 0) return []
  const [, , ...lines] = editsDiff(text.source, edits).trimEnd().split("\n")
  return lines.map((line) => `      ${printable(line)}`.trimEnd())
}

function outcomeWords(rung: JudgedRung): string {
  const { outcome } = rung
  switch (outcome.type) {
    case "taken":
      return "proven, and taken"
    case "below":
      return "proven, but one above it is taken"
    case "unsafe":
      return "proven; it may lose something, so it waits for --unsafe"
    case "impossible":
      return `not possible: ${"reason" in rung ? rung.reason : "the finding is left out"}`
    case "refused":
      return `not proven (${outcome.step}): ${outcome.reason}`
  }
}

function mark(holds: boolean, colors: Colors): string {
  return holds ? colors.green("✓") : colors.red("✗")
}

const longest = 80

function show(value: unknown): string {
  if (value === undefined) return "missing"
  const text = JSON.stringify(value, bigints)
  return text.length > longest ? `${text.slice(0, longest).toWellFormed()}…` : text
}

function bigints(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? `${value}` : value
}
