import type { YAMLError } from "yaml"
import type { Problem } from "../../src/model/document.ts"
import type { Span } from "../../src/model/span.ts"

/** One wrong character makes a parser stumble many times; the first few say enough. */
const most = 3

export function problem(code: string, message: string, span: Span): Problem {
  return { code, severity: "error", message, span }
}

/** yaml's complaints about one text in plain words, first ones first. Unknown tags are no complaint: their text is kept as it stands. */
export function toProblems(errors: readonly YAMLError[], text: string): readonly Problem[] {
  const sorted = errors
    .filter((error) => error.name === "YAMLParseError" || error.code !== "TAG_RESOLVE_FAILED")
    .sort((a, b) => a.pos[0] - b.pos[0])
  const result: Problem[] = []
  // A stumble on a line that has one already says nothing new.
  let told = -1
  for (const error of sorted) {
    const start = Math.max(0, Math.min(error.pos[0], text.length))
    const end = Math.max(start, Math.min(error.pos[1], text.length))
    if (start <= told) continue
    if (result.length === most) break
    const lineEnd = text.indexOf("\n", start)
    told = lineEnd === -1 ? text.length : lineEnd
    result.push({
      code: "syntax",
      severity: error.name === "YAMLWarning" ? "warning" : "error",
      message: explain(error, text, start),
      span: { start, end },
    })
  }
  return result
}

const byCode: Partial<Record<YAMLError["code"], string>> = {
  ALIAS_PROPS: "an alias (*name) takes no anchor and no tag; put them on the node it refers to",
  BAD_DQ_ESCAPE: "this is no escape sequence of YAML; write \\\\ for a backslash, or use single quotes",
  BAD_PROP_ORDER: "an anchor or tag must stand after the indicator; move it behind the `-`, `?` or `:`",
  BAD_SCALAR_START: "a plain text cannot start with this character; put the text in quotes",
  BLOCK_IN_FLOW: "inside { } and [ ] write lists and maps with brackets too, not with indentation",
  KEY_OVER_1024_CHARS: "a key longer than 1024 characters must be written after `? `",
  MULTILINE_IMPLICIT_KEY: "a key must stand on one line; is a colon missing here, or a quote on a line before?",
  MULTIPLE_ANCHORS: "a node has one anchor at most; remove one of them",
  MULTIPLE_TAGS: "a node has one tag at most; remove one of them",
  TAB_AS_INDENT: "a tab cannot indent YAML; use spaces",
  RESOURCE_EXHAUSTION: "the nesting is too deep to be read",
}

function explain(error: YAMLError, text: string, start: number): string {
  const known = byCode[error.code]
  if (known !== undefined) return known
  const { message } = error
  if (/Nested mappings are not allowed/.test(message))
    return "there is a second `: ` on this line, which starts a nested key; put the whole value in quotes, or start the nested key on its own line"
  if (/^Missing closing/.test(message))
    return "the quote that opens this text is never closed; add it, and indent every line of the text"
  if (/must end with a [}\]]/.test(message)) {
    const bracket = message.at(-1)
    return `a \`${bracket}\` is missing: the bracket that is opened before is never closed, or its lines are not indented enough`
  }
  if (/Implicit map keys need to be followed by map values/.test(message))
    return "a colon is missing: this stands among `key: value` lines but has no `: `"
  if (/All (?:mapping|sequence) items must start at the same column/.test(message))
    return "this line is not indented like its siblings; line it up with them"
  if (/^Missing , or :/.test(message)) return "a comma (or a colon) is missing before this"
  if (/Missing space after :/.test(message)) return "a space is missing after the colon"
  if (/Comments must be separated/.test(message)) return "a space is missing before this `#`"
  if (error.code === "UNEXPECTED_TOKEN" && text[start] === "\t") return "a tab cannot indent YAML; use spaces"
  if (error.code === "BAD_INDENT") return `the indentation is wrong here: ${lower(message)}`
  return lower(message)
}

function lower(message: string): string {
  return message.charAt(0).toLowerCase() + message.slice(1)
}
