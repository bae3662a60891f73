import type { Comment, Document } from "../model/document.ts"
import type { Finding } from "../model/finding.ts"
import { nearest } from "../model/nearest.ts"
import { formatPath, type Path, startsWith } from "../model/path.ts"
import type { Source } from "../model/source.ts"
import { LineIndex, type Span } from "../model/span.ts"
import { matcher } from "./glob.ts"

/** An entry of the side file, for formats that have no comments. */
export interface SuppressionEntry {
  /** Path relative to the root, or a glob. */
  readonly file: string
  /** Findings at this place or below; absent: in the whole file. */
  readonly path?: Path
  readonly rule: string
  readonly reason: string
}

export interface SuppressionRequest {
  readonly findings: readonly Finding[]
  readonly file: string
  readonly source: Source
  readonly documents: readonly Document[]
  readonly entries: readonly SuppressionEntry[]
  /** All that may be suppressed besides `cfgsync/…` and `schema/…`. */
  readonly ruleIds: readonly string[]
}

/** One rule silenced somewhere, from a comment or the side file. */
interface Suppression {
  readonly rule: string
  readonly covers: (finding: Finding) => boolean
  /** Where to complain about it. */
  readonly span: Span
  readonly document: number
  readonly label: string
}

/**
 * Leave out the findings that their owner suppressed with a reason, and add what is wrong with the suppressions: none may be without a
 * reason, unused, or of a rule that does not exist. What does not parse cannot be suppressed.
 *
 * `cfgsync-ignore RULE[, RULE]: reason` covers the entry on its own line, or else the entry that begins on the next line with content, with
 * everything in it. `cfgsync-ignore-file RULE[, RULE]: reason` covers the file.
 */
export function applySuppressions(request: SuppressionRequest): {
  readonly findings: readonly Finding[]
  readonly silenced: number
} {
  const { findings, file, source, entries } = request
  const sided = entries.filter((entry) => entry.file === file || matcher([entry.file])(file))
  const commented = source.text.includes("cfgsync-ignore")
  if (sided.length === 0 && !commented) return { findings, silenced: 0 }
  const { suppressions, complaints } = commented ? fromComments(request) : { suppressions: [], complaints: [] }
  const all = [...suppressions, ...sided.map(fromEntry)]
  const used = new Set<Suppression>()
  const left = findings.filter((finding) => {
    if (finding.kind === "syntax" && finding.severity === "error") return true
    const covering = all.filter((each) => each.rule === finding.rule && each.covers(finding))
    for (const each of covering) used.add(each)
    return covering.length === 0
  })
  const unused = all
    .filter((each) => !used.has(each))
    .map((each) => complain(request, "unused-suppression", `nothing is suppressed by ${each.label}: remove it`, each))
  return { findings: [...left, ...complaints, ...unused], silenced: findings.length - left.length }
}

function fromEntry({ rule, path }: SuppressionEntry): Suppression {
  return {
    rule,
    covers: (finding) => path === undefined || startsWith(finding.path, path),
    span: { start: 0, end: 0 },
    document: 0,
    label: `the entry for ${rule}${path === undefined ? "" : ` at ${formatPath(path)}`} in the side file`,
  }
}

const pattern = /^cfgsync-ignore(-file)?(?:\s+([^:]*))?(?::\s*([\s\S]*))?$/

function fromComments(request: SuppressionRequest): {
  readonly suppressions: readonly Suppression[]
  readonly complaints: readonly Finding[]
} {
  const suppressions: Suppression[] = []
  const complaints: Finding[] = []
  const index = new LineIndex(request.source.text)
  for (const [place, document] of request.documents.entries()) {
    const comments = document.comments()
    const readable = { text: request.source.text, index, document, at: place, comments, contentFrom: new Map() }
    for (const comment of comments) {
      const match = pattern.exec(comment.text)
      if (match === null) continue
      const [, whole, names = "", reason = ""] = match
      const at = { span: comment.span, document: place }
      const rules = names
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== "")
      if (reason.trim() === "" || rules.length === 0) {
        complaints.push(
          complain(
            request,
            "suppression-without-reason",
            "a suppression names its rules and says why: `cfgsync-ignore RULE: reason`",
            at,
          ),
        )
        continue
      }
      const covers = whole === undefined ? coversNext(comment, readable) : () => true
      for (const rule of rules) {
        const unknown = unknownRule(rule, request.ruleIds)
        if (unknown === undefined) suppressions.push({ rule, covers, label: `this comment for ${rule}`, ...at })
        else complaints.push(complain(request, "unknown-suppression", unknown, at))
      }
    }
  }
  return { suppressions, complaints }
}

/** One document of a text. */
interface Readable {
  readonly text: string
  readonly index: LineIndex
  readonly document: Document
  readonly at: number
  /** In order. */
  readonly comments: readonly Comment[]
  /** By line, once it was looked for: the first line from there on with more than comments. */
  readonly contentFrom: Map<number, number | undefined>
}

function unknownRule(rule: string, ruleIds: readonly string[]): string | undefined {
  if (ruleIds.includes(rule) || /^(?:cfgsync|schema)\//.test(rule)) return undefined
  const near = nearest(rule, ruleIds)
  return `there is no rule ${rule}${near === undefined ? "" : `: did you mean ${near.word}?`}`
}

/** Findings whose place begins on the covered line, or lies within an entry that begins there. */
function coversNext(comment: Comment, readable: Readable): (finding: Finding) => boolean {
  const { text, index, document, at } = readable
  const line = coveredLine(comment, readable)
  const start = index.lineStart(line)
  const end = line < index.lineCount ? index.lineStart(line + 1) : text.length
  const begins = (offset: number) => start <= offset && offset < end
  const entryBegins = (path: Path) => {
    const place = document.locate(path)
    if (place === undefined) return false
    // A TOML table that a longer header implies has no entry of its own there.
    const implied = place.key?.start === place.value.start && place.key.end === place.value.end
    return !implied && begins((place.key ?? place.value).start)
  }
  return (finding) =>
    finding.document === at &&
    (begins(finding.span.start) || finding.path.some((_, depth) => entryBegins(finding.path.slice(0, depth + 1))))
}

/** The line of the comment when content stands before it there, else the next line that holds more than comments. */
function coveredLine(comment: Comment, readable: Readable): number {
  const { text, index, contentFrom } = readable
  const own = index.position(comment.span.start).line
  if (text.slice(index.lineStart(own), comment.span.start).trim() !== "") return own
  const first = index.position(comment.span.end).line + 1
  let line = first
  while (line <= index.lineCount && !contentFrom.has(line) && !hasContent(line, readable)) line++
  const found = contentFrom.has(line) ? contentFrom.get(line) : line <= index.lineCount ? line : undefined
  for (let each = first; each <= line; each++) contentFrom.set(each, found)
  return found ?? own
}

function hasContent(line: number, { text, index, comments }: Readable): boolean {
  const start = index.lineStart(line)
  const content = start + indentOf(text, start)
  if (/[\r\n]/.test(text[content] ?? "\n")) return false
  let low = 0
  let high = comments.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((comments[middle]?.span.end ?? 0) <= content) low = middle + 1
    else high = middle
  }
  return (comments[low]?.span.start ?? text.length) > content
}

function indentOf(text: string, start: number): number {
  return /^[ \t]*/.exec(text.slice(start, start + 1000))?.[0].length ?? 0
}

function complain(
  { file }: SuppressionRequest,
  code: string,
  message: string,
  at: { readonly span: Span; readonly document: number },
): Finding {
  return {
    file,
    document: at.document,
    rule: `cfgsync/${code}`,
    kind: "rule",
    severity: "warning",
    message,
    path: [],
    span: at.span,
    priority: 0,
    repairs: [],
  }
}
