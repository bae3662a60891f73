import type { Format, Parsed, Problem } from "../model/document.ts"
import { CfgsyncError } from "../model/errors.ts"
import { decode, type Source } from "../model/source.ts"
import { LineIndex, type Span } from "../model/span.ts"
import type { System, ZshVerdict } from "../system/system.ts"

/** Where the program that a text is for can be asked, its word counts, and that it cannot be asked is said. */
export function confirmed(system: System, source: Source, format: Format | undefined, parsed: Parsed): Parsed {
  if (format?.judge !== "zsh" || parsed.documents.length === 0) return parsed
  const guesses = parsed.problems.filter(isGuess)
  const sure = parsed.problems.filter((problem) => !isGuess(problem))
  const verdict = system.zsh()?.(source.text, parsed.forks)
  if (verdict === undefined) {
    const unconfirmed = guesses.map((problem) => ({
      ...problem,
      message: `${problem.message}; no zsh could be asked to confirm it`,
    }))
    return { ...parsed, problems: [...unconfirmed, ...sure] }
  }
  return verdict.accepted
    ? { ...parsed, problems: sure }
    : { ...parsed, problems: [rejection(source.text, verdict, guesses), ...sure] }
}

/** Fewer texts are asked of one by one. */
const manyTexts = 4
/** Nor of more at once, or of longer ones, in bytes: all of them are held for it. */
const mostTexts = 200
const longestText = 64_000

/** Where many files will be confirmed, their program is started once for all of them. */
export function confirmAhead(
  system: System,
  paths: readonly string[],
  formatOf: (path: string) => Format | undefined,
): void {
  const judged = paths.filter((path) => formatOf(path)?.judge === "zsh")
  const judge = judged.length < manyTexts ? undefined : system.zsh()
  judge?.ahead?.(judged.slice(0, mostTexts).flatMap((path) => textOn(system, path) ?? []))
}

/** @returns `undefined` for what cannot be read, which is told when it is its turn */
function textOn(system: System, path: string): string | undefined {
  try {
    const bytes = system.read(path, longestText)
    const decoded = bytes === null ? undefined : decode(path, bytes)
    return decoded?.ok === true ? decoded.source.text : undefined
  } catch (error) {
    if (error instanceof CfgsyncError) return undefined
    throw error
  }
}

/** What the plugin says of syntax, as a warning: it may not know all that zsh takes. */
function isGuess({ code, severity }: Problem): boolean {
  return severity === "warning" && (code === "syntax" || code === "unread")
}

function rejection(
  text: string,
  { line, message }: Extract<ZshVerdict, { readonly accepted: false }>,
  guesses: readonly Problem[],
): Problem {
  const [guess] = guesses.filter(({ code }) => code === "syntax")
  const at = guess && new LineIndex(text).position(guess.span.start).line
  const hint = guess === undefined ? "" : at === line ? `: ${guess.message}` : `: ${guess.message}, in line ${at}`
  return {
    code: "syntax",
    severity: "error",
    message: `zsh cannot read this: ${message}${hint}`,
    span: lineSpan(text, line),
  }
}

/** What stands in a line, without the blanks around it. @param line 1-based; beyond the end, the last one. */
function lineSpan(text: string, line: number): Span {
  let start = 0
  for (let at = 1; at < line; at++) {
    const next = text.indexOf("\n", start)
    if (next < 0) break
    start = next + 1
  }
  const end = text.indexOf("\n", start)
  const raw = text.slice(start, end < 0 ? text.length : end)
  const from = start + (raw.length - raw.trimStart().length)
  return { start: Math.min(from, start + raw.length), end: Math.max(from, start + raw.trimEnd().length) }
}
